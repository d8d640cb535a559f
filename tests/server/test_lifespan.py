"""`wsgi_lifespan`: what an application does before its first request and after its last."""

from __future__ import annotations

import re
import signal
import threading
from contextlib import AbstractContextManager
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

import potstill
from potstill.server.lifespan import Lifespan
from tests.server.living import Living, proxy
from tests.server.serving import serving
from tests.support.server import RunningServer
from tests.support.server import potstill as started
from tests.support.wire import Client, get

BOTH = pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])


def living(
    way: str = "", *options: str, ready: bool = True
) -> AbstractContextManager[RunningServer]:
    return started(f"tests.server.living:Living({way!r})", *options, ready=ready)


def told(server: RunningServer) -> list[str]:
    """What the application said, in order."""
    return re.findall(r"^<(.*)>$", server.output, re.MULTILINE)


def ended(server: RunningServer) -> int:
    """The exit code of a server that ends by itself."""
    code = server.process.wait(20)
    server.stop()
    return code


def test_it_is_entered_before_the_first_request_and_left_after_the_last() -> None:
    with living() as server:
        with Client(server.port) as client:
            client.send(get("/"))
            assert client.answer().body == b"MainThread"
        assert server.stop() == 0
    assert told(server) == ["beginning", "call", "ending", "cleaned up"]
    assert server.output.index("<beginning>") < server.output.index("Listening at")
    assert server.output.index("<cleaned up>") < server.output.index("Stopped")


def test_it_is_entered_once_whatever_the_number_of_listeners_and_threads() -> None:
    with living("", "--bind", "127.0.0.1:0", "--threads", "3") as server:
        assert server.stop() == 0
    assert server.output.count("Listening at") == 2
    assert told(server) == ["beginning", "ending", "cleaned up"]


def test_a_function_may_have_the_attribute_too() -> None:
    with started("tests.server.living:plain") as server:
        assert server.stop() == 0
    assert told(server) == ["beginning", "ending", "cleaned up"]


def test_a_start_that_fails_is_told_with_its_traceback_and_exit_code_3() -> None:
    with living("bad start", ready=False) as server:
        assert ended(server) == 3
    spec = "tests.server.living:Living('bad start')"
    assert re.search(
        rf"\[CRITICAL\] Traceback .*\n(?:  .*\n)*  {re.escape(spec)} could not be started: "
        r"ValueError: no database\n",
        server.output,
    )
    assert "in _begin" in server.output
    assert "potstill/server" not in server.output
    assert "Listening" not in server.output
    assert told(server) == ["beginning", "cleaned up"]


def test_an_application_that_exits_while_it_starts_has_failed() -> None:
    with living("exit", ready=False) as server:
        assert ended(server) == 3
    assert "could not be started: SystemExit: enough" in server.output


def test_an_end_that_fails_is_told_and_exit_code_1() -> None:
    with living("bad end") as server:
        assert server.stop() == 1
    assert "did not end in good order: RuntimeError: the last page is lost" in server.output
    assert "in wsgi_lifespan" in server.output
    assert told(server) == ["beginning", "ending", "cleaned up"]


@BOTH
def test_a_signal_ends_a_start_that_lasts(signum: int) -> None:
    with living("long start", ready=False) as server:
        server.wait_for("<beginning>")
        assert server.stop(signum, timeout=10) == 0
    assert told(server) == ["beginning", "cleaned up"]
    assert "Stopped before the application had started" in server.output
    assert "Traceback" not in server.output


@BOTH
def test_who_ignores_the_signal_while_he_starts_is_stopped_when_he_has(signum: int) -> None:
    with living("stubborn start", ready=False) as server:
        server.wait_for("<beginning>")
        assert server.stop(signum, timeout=10) == 0
    assert told(server) == ["beginning", "unimpressed", "ending", "cleaned up"]


@BOTH
def test_another_signal_ends_an_end_that_lasts(signum: int) -> None:
    with living("long end") as server:
        server.process.send_signal(signum)
        server.wait_for("<ending>")
        assert server.stop(signum, timeout=10) == 0
    assert told(server) == ["beginning", "ending", "cleaned up"]
    assert "was interrupted while it ended" in server.output


def test_a_signal_handler_set_meanwhile_does_not_keep_the_server_from_stopping() -> None:
    with living("own handler") as server:
        assert server.stop(timeout=10) == 0


def test_check_config_begins_nothing() -> None:
    with started("tests.server.living:app", "--check-config", ready=False) as server:
        assert ended(server) == 0
    assert told(server) == []


def test_an_address_that_is_taken_is_found_out_before() -> None:
    with living() as first, living("", "--bind", f"127.0.0.1:{first.port}", ready=False) as server:
        assert ended(server) == 1
    assert told(server) == []


def test_a_forgotten_decorator_is_named() -> None:
    with started("tests.server.living:generating", ready=False) as server:
        assert ended(server) == 3
    assert (
        "tests.server.living:generating could not be started: TypeError: wsgi_lifespan() returned "
        "generator, expected a context manager; decorate it with contextlib.contextmanager"
    ) in server.output
    assert "Traceback" not in server.output


def test_a_proxy_that_cannot_be_asked_has_none() -> None:
    Lifespan(proxy).begin()


def test_an_attribute_that_raises_is_an_error() -> None:
    class Broken:
        @property
        def wsgi_lifespan(self) -> object:
            raise RuntimeError("no settings")

    with pytest.raises(RuntimeError, match="no settings"):
        Lifespan(Broken()).begin()


def test_what_cannot_be_called_is_refused_and_none_is_no_hook() -> None:
    class Wrong:
        wsgi_lifespan = "yes"

    class Without:
        wsgi_lifespan = None

    with pytest.raises(TypeError, match="wsgi_lifespan is str"):
        Lifespan(Wrong()).begin()
    Lifespan(Without()).begin()


# -- potstill.Server ------------------------------------------------------------------------------


def test_a_server_within_a_program_enters_it_on_its_own_thread(
    capfd: pytest.CaptureFixture[str],
) -> None:
    app = Living()
    with serving(app) as server:
        name = server.answers("/").decode()
        assert name == app.begun_on != threading.current_thread().name
    assert re.findall("<(.*)>", capfd.readouterr().err) == [
        "beginning",
        "call",
        "ending",
        "cleaned up",
    ]


def test_a_server_that_never_served_enters_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with potstill.Server(("127.0.0.1", 0), Living()) as server:
        server.shutdown()
        server.serve_forever()
    assert capfd.readouterr().err == ""


def test_what_the_start_raises_comes_out_of_serve_forever_and_the_socket_is_given_back() -> None:
    with potstill.Server(("127.0.0.1", 0), Living("bad start")) as server:
        with pytest.raises(ValueError, match="no database"):
            server.serve_forever()
        assert not isinstance(server.server_address, str)
        with pytest.raises(ConnectionRefusedError):
            Client(int(server.server_address[1]))
        server.shutdown()


def test_what_the_end_raises_comes_out_of_serve_forever() -> None:
    class Closing(Living):
        def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
            threading.Thread(target=server.shutdown).start()
            return super().__call__(environ, start_response)

    with potstill.Server(("127.0.0.1", 0), Closing("bad end")) as server:
        assert not isinstance(server.server_address, str)
        with Client(int(server.server_address[1])) as client:
            client.send(get("/"))
            with pytest.raises(RuntimeError, match="the last page is lost"):
                server.serve_forever()
            assert client.answer().status == 200


def test_a_shutdown_while_it_starts_is_heeded() -> None:
    is_begun, may_go_on = threading.Event(), threading.Event()

    class Slow(Living):
        def _begin(self) -> None:
            is_begun.set()
            may_go_on.wait(10)

    with potstill.Server(("127.0.0.1", 0), Slow()) as server:
        serving_thread = threading.Thread(target=server.serve_forever)
        serving_thread.start()
        is_begun.wait(10)
        stopping = threading.Thread(target=server.shutdown)
        stopping.start()
        may_go_on.set()
        stopping.join(10)
        serving_thread.join(10)
        assert not serving_thread.is_alive()
