"""What an application is told about its request (PEP 3333, "environ Variables")."""

from __future__ import annotations

import threading
from typing import Any

from potstill.wsgi.environ import Environ, EnvironMaker
from potstill.wsgi.errors import ErrorStream
from potstill.wsgi.file_wrapper import FileWrapper
from tests.support.wire import chunked, get, post
from tests.wsgi.fake import NOBODY, FakeTransport

ERRORS = ErrorStream(lambda text: None)


class Extensions:
    """What an answer offers its application, without an answer."""

    def push(self) -> None:
        """Nothing is pushed here."""

    def early_hints(self, headers: list[tuple[str, str]]) -> None:
        """Nobody is told."""


EXTENSIONS = Extensions()


def maker(root_path: str = "", *, multithread: bool = True) -> EnvironMaker:
    return EnvironMaker(
        root_path=root_path,
        multithread=multithread,
        multiprocess=False,
        errors=ERRORS,
        forwarding=NOBODY,
    )


def environ(request: bytes, body: bytes = b"", root_path: str = "") -> Environ:
    return maker(root_path).make(FakeTransport(request, body), EXTENSIONS)


def test_every_key_has_its_value() -> None:
    request = FakeTransport(get("/a%20b?c=%20d", "Accept: */*", "Cookie: a=b", "X-Empty:"))
    made = maker().make(request, EXTENSIONS)
    stream = made.pop("wsgi.input")
    assert stream.read() == b""
    assert made == {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/a b",
        "QUERY_STRING": "c=%20d",
        "SERVER_NAME": "198.51.100.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.1",
        "REMOTE_PORT": "40000",
        "HTTP_HOST": "a",
        "HTTP_ACCEPT": "*/*",
        "HTTP_COOKIE": "a=b",
        "HTTP_X_EMPTY": "",
        "potstill.raw_target": "/a%20b?c=%20d",
        "potstill.push": EXTENSIONS.push,
        "potstill.client_gone": request.is_gone,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": ERRORS,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        "wsgi.file_wrapper": FileWrapper,
        "wsgi.early_hints": EXTENSIONS.early_hints,
    }


def test_each_request_has_a_dict_of_its_own() -> None:
    made_by, request = maker(), FakeTransport(get("/", "Accept: */*"))
    first = made_by.make(request, EXTENSIONS)
    assert type(first) is dict
    first["HTTP_ACCEPT"] = "changed"
    first["mine"] = first.pop("wsgi.errors")
    second = made_by.make(request, EXTENSIONS)
    assert second["HTTP_ACCEPT"] == "*/*"
    assert second["wsgi.errors"] is ERRORS
    assert "mine" not in second
    assert second["wsgi.input"] is not first["wsgi.input"]


def test_a_body_is_announced_and_there() -> None:
    made = environ(post("/", b"body", "Content-Type: text/plain"), b"body")
    assert (made["CONTENT_LENGTH"], made["CONTENT_TYPE"]) == ("4", "text/plain")
    assert made["wsgi.input"].read() == b"body"
    assert not {"HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE"} & made.keys()


def test_a_body_in_chunks_has_the_length_it_turned_out_to_have() -> None:
    made = environ(chunked("/", b""), b"twelve bytes")
    assert made["CONTENT_LENGTH"] == "12"
    assert "HTTP_TRANSFER_ENCODING" not in made


def test_an_absolute_target_overrides_the_host() -> None:
    made = environ(get("http://example.com:81/x?y"))
    assert (made["HTTP_HOST"], made["PATH_INFO"]) == ("example.com:81", "/x")
    assert made["QUERY_STRING"] == "y"
    assert made["potstill.raw_target"] == "http://example.com:81/x?y"


def test_an_application_below_a_mount_point_sees_what_is_below_it() -> None:
    for target, path in (("/shop", ""), ("/shop/", "/"), ("/shop/a%2Fb", "/a/b")):
        made = environ(get(target), root_path="/shop")
        assert (made["SCRIPT_NAME"], made["PATH_INFO"]) == ("/shop", path)


def test_paths_and_values_hold_one_character_a_byte() -> None:
    made = environ(get("/%C3%A4", "X-Name: \xe4"))
    assert made["PATH_INFO"] == "/\xc3\xa4"
    assert made["HTTP_X_NAME"] == "\xe4"


def test_one_thread_is_told_as_such() -> None:
    made = maker(multithread=False).make(FakeTransport(), EXTENSIONS)
    assert made["wsgi.multithread"] is False


def test_threads_that_make_the_first_of_a_kind_together_agree() -> None:
    request, made_by = FakeTransport(get("/", "X-First: 1")), maker()
    made: list[dict[str, Any]] = []
    together = threading.Barrier(4)

    def make() -> None:
        together.wait()
        made.append(made_by.make(request, EXTENSIONS))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one["HTTP_X_FIRST"] for one in made} == {"1"}
    assert len({id(one) for one in made}) == 4
