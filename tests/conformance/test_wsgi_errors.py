"""wsgi.errors: where an application writes what went wrong (PEP 3333, Input and Error Streams)."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conformance.wsgi_fixture import Fixture, text
from tests.conformance.wsgi_recipes import Served, ask, serving
from tests.support.wire import Client, get, until

app = Fixture()

CALLS = 50
LINES = 100


@app.at("errors")
def writes(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    errors = environ["wsgi.errors"]
    errors.write("written ")
    errors.writelines(["first\n", "second\n"])
    errors.flush()
    return text(start_response, "wrote")


@app.at("snow")
def writes_any_text(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    environ["wsgi.errors"].write("snow \N{SNOWMAN}\ud800 falls\n")
    environ["wsgi.errors"].flush()
    return text(start_response, "wrote")


@app.at("lines")
def writes_many_lines(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Each line in two calls, so that only the server can keep it together."""
    for number in range(LINES):
        environ["wsgi.errors"].write(f"begin {environ['QUERY_STRING']} ")
        environ["wsgi.errors"].write(f"{number} end\n")
        environ["wsgi.errors"].flush()
    return text(start_response, "wrote")


@app.at("dies")
def dies_after_flush(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    environ["wsgi.errors"].write("last words\n")
    environ["wsgi.errors"].flush()
    os.kill(os.getpid(), signal.SIGKILL)
    return []


@pytest.mark.requirement("W-S-080", "W-S-082")
def test_what_is_written_is_in_the_log_after_flush(served: Served, client: Client) -> None:
    assert ask(client, get("/errors")).body == b"wrote"
    served.server.wait_for("written first$")
    served.server.wait_for("second$")


@pytest.mark.requirement("W-S-080")
def test_any_text_is_accepted_whatever_the_locale() -> None:
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with serving(f"{__name__}:app", env=plain) as served, served.client() as client:
        assert ask(client, get("/snow")).body == b"wrote"
        served.server.wait_for("snow .* falls$")


@pytest.mark.requirement("W-S-082")
def test_lines_of_concurrent_requests_stay_whole(served: Served) -> None:
    def request(number: int) -> None:
        with served.client() as client:
            ask(client, get(f"/lines?{number}"))

    threads = [threading.Thread(target=request, args=(number,)) for number in range(CALLS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: served.server.output.count(f" {LINES - 1} end\n") == CALLS)
    wanted = {(str(call), str(line)) for call in range(CALLS) for line in range(LINES)}
    whole = re.findall(r"^(?:.* )?begin (\d+) (\d+) end$", served.server.output, re.MULTILINE)
    assert len(whole) == len(wanted)
    assert set(whole) == wanted


@pytest.mark.requirement("W-S-082")
def test_flushed_text_survives_a_killed_server() -> None:
    with serving(f"{__name__}:app") as served, served.client() as client:
        client.send(get("/dies"))
        client.rest()
        served.server.wait_for("last words$")
