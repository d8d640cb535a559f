"""Step 1: the smallest application. `potstill step1_hello:app`."""

from potstill.web import App

app = App(title="Shopping")


@app.get("/")
def hello() -> str:
    """Say hello."""
    return "Hello, world!\n"
