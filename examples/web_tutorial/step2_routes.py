"""Step 2: routes, verbs, typed arguments. `potstill step2_routes:app`."""

from typing import Annotated

from msgspec import Meta

from potstill.web import App, HTTPError

app = App(title="Shopping")

PRICES = {"bread": 320, "milk": 119}


@app.get("/prices/{product}")
def price(product: str, amount: Annotated[int, Meta(ge=1)] = 1) -> str:
    """What some of a product costs."""
    if product not in PRICES:
        raise HTTPError(404, f"There is no {product} in this shop.")
    return f"{amount} x {product}: {amount * PRICES[product] / 100:.2f}\n"


@app.put("/prices/{product}")
def set_price(product: str, cents: int) -> None:
    """Change a price, or add a product."""
    PRICES[product] = cents


@app.get("/aisles/{number:int}")
def aisle(number: int) -> dict[str, int]:
    """An aisle of the shop; what is not `str`, `bytes`, None or a response is sent as JSON."""
    return {"aisle": number, "next": number + 1}
