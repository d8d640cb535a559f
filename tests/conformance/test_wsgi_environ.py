"""What the request line and the connection put into environ (PEP 3333, environ Variables)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.util import application_uri

import pytest

from tests.conformance.wsgi_fixture import Fixture, text, wait_at
from tests.conformance.wsgi_recipes import (
    NEXT_BODY,
    Gate,
    Served,
    answered_json,
    environ_of,
    serving,
)
from tests.support.wire import Client, chunked, get, post, until

app = Fixture()
APP = f"{__name__}:app"


@app.at("gate")
def waits_at_a_gate(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    wait_at(environ["QUERY_STRING"])
    return text(start_response, "passed")


@app.at("raise")
def raises(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    raise RuntimeError("on purpose")


@pytest.fixture(scope="module")
def mounted() -> Iterator[Served]:
    with serving(APP, "--root-path", "/app") as served:
        yield served


def path_info(client: Client, path: str) -> str:
    """PATH_INFO as the fixture understood it."""
    found: str = environ_of(client, get(path))["PATH_INFO"]
    return found


@pytest.mark.requirement("W-S-020")
@pytest.mark.parametrize("method", ["GET", "get", "M-SEARCH", "PURGE", "X!#$%&'*+-.^_`|~9"])
def test_the_method_is_passed_on_as_sent(client: Client, method: str) -> None:
    assert environ_of(client, get("/env", method=method))["REQUEST_METHOD"] == method


@pytest.mark.requirement("W-S-021")
def test_script_name_is_empty_at_the_root(client: Client) -> None:
    assert environ_of(client)["SCRIPT_NAME"] == ""


@pytest.mark.requirement("W-S-021")
def test_script_name_is_the_mount(mounted: Served) -> None:
    with mounted.client() as client:
        environ = environ_of(client, get("/app/env"))
    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == ("/app", "/env")


@pytest.mark.requirement("W-S-021")
@pytest.mark.parametrize("name", ["SCRIPT_NAME", "Script-Name", "PATH_INFO", "REQUEST_METHOD"])
def test_no_request_field_sets_a_variable_of_the_server(client: Client, name: str) -> None:
    environ = environ_of(client, get("/env", f"{name}: /evil"))
    assert environ["SCRIPT_NAME"] == ""
    assert environ["PATH_INFO"] == "/env"
    assert environ["REQUEST_METHOD"] == "GET"


@pytest.mark.requirement("W-S-022")
def test_escapes_of_the_path_are_decoded_once_to_latin_1(client: Client) -> None:
    environ = environ_of(client, get("/env/%E2%82%AC%2F%25%2541"))
    assert environ["PATH_INFO"] == "/env/\xe2\x82\xac/%%41"
    assert environ["potstill.raw_target"] == "/env/%E2%82%AC%2F%25%2541"


@pytest.mark.requirement("W-S-023")
@pytest.mark.parametrize(
    ("path", "said"),
    [("/app", "/app:"), ("/app/", "/app:/"), ("/app/x", "/app:/x"), ("/app//x", "/app://x")],
)
def test_the_mount_is_taken_off_the_path(mounted: Served, path: str, said: str) -> None:
    with mounted.client() as client:
        client.send(get(path))
        assert client.answer().body == said.encode()


@pytest.mark.requirement("W-S-023")
@pytest.mark.parametrize("path", ["/appx", "/", "/ap", "/other/app"])
def test_a_path_outside_the_mount_does_not_reach_the_application(
    mounted: Served, path: str
) -> None:
    events = mounted.events()
    with mounted.client() as client:
        client.send(get(path))
        assert client.answer().status == 404
    assert events() == []


@pytest.mark.requirement("W-S-024")
@pytest.mark.parametrize(
    "path",
    ["//env/x", "/env//x", "/env/../x", "/env/./x", "/env/", "/env/a+b", "/env/a;p=1", "/env/aB"],
)
def test_the_path_is_not_normalised(client: Client, path: str) -> None:
    assert path_info(client, path) == path


@pytest.mark.requirement("W-S-025")
@pytest.mark.parametrize("path", ["/env/%zz%4", "/env/%", "/env/%%41", "/env/%4%41", "/env/%u20ac"])
def test_a_malformed_escape_is_passed_on_as_it_stands(client: Client, path: str) -> None:
    assert path_info(client, path) == path.replace("%41", "A")


@pytest.mark.requirement("W-S-026")
def test_control_characters_of_a_path_reach_the_application_only(served: Served) -> None:
    with served.client() as client:
        assert path_info(client, "/env/%00%0d%0aX-Log:1") == "/env/\0\r\nX-Log:1"
        client.send(get("/raise/%00%0d%0aX-Log:2"))
        answer = client.answer()
    assert answer.status == 500
    assert b"X-Log" not in answer.head + answer.body
    served.server.wait_for("RuntimeError: on purpose")
    served.server.wait_for("X-Log:2[^\n]* 500 ")
    assert "\0" not in served.server.output
    assert "\nX-Log" not in served.server.output


@pytest.mark.requirement("W-S-027")
@pytest.mark.parametrize("query", ["a?b=%20", "?", "a=1&b=%zz+;", "%00%0d%0a", "a=1?c/d"])
def test_the_query_is_all_after_the_first_question_mark_as_sent(client: Client, query: str) -> None:
    environ = environ_of(client, get(f"/env?{query}"))
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/env", query)


@pytest.mark.requirement("W-S-027")
@pytest.mark.parametrize("path", ["/env", "/env?"])
def test_the_query_string_is_there_when_empty(client: Client, path: str) -> None:
    assert environ_of(client, get(path))["QUERY_STRING"] == ""


@pytest.mark.requirement("W-S-029")
def test_the_content_type_is_the_one_sent(client: Client) -> None:
    environ = environ_of(client, post("/env", b"hello", "Content-Type: a/b; c=d"))
    assert environ["CONTENT_TYPE"] == "a/b; c=d"
    assert "CONTENT_TYPE" not in environ_of(client, post("/env", b"hello"))


@pytest.mark.requirement("W-S-030")
@pytest.mark.parametrize("length", ["5", "005"])
def test_the_content_length_is_a_plain_decimal(client: Client, length: str) -> None:
    request = get("/env", f"Content-Length: {length}", method="POST") + b"hello"
    assert int(environ_of(client, request)["CONTENT_LENGTH"]) == 5


@pytest.mark.requirement("W-S-030")
def test_the_content_length_of_a_chunked_body_is_its_true_size_or_absent(client: Client) -> None:
    environ = environ_of(client, chunked("/env", b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"))
    assert environ.get("CONTENT_LENGTH", "5") == "5"


@pytest.mark.requirement("W-S-032")
@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "[::1]", "[::]"])
def test_name_and_port_make_a_url_when_there_is_no_host(address: str) -> None:
    with serving(APP, bind=f"{address}:0") as served:
        host = "::1" if ":" in address else "127.0.0.1"
        with Client(served.port, host=host) as client:
            environ = environ_of(client, b"GET /env HTTP/1.0\r\n\r\n")
        assert "HTTP_HOST" not in environ
        assert environ["SERVER_PORT"] == str(served.port)
        name = application_uri(environ).removeprefix("http://").rpartition(":")[0]
        with Client(served.port, host=name.strip("[]")) as client:
            client.send(get("/next"))
            assert client.answer().body == NEXT_BODY


@pytest.mark.requirement("W-S-033")
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_the_protocol_is_that_of_the_request(client: Client, version: str) -> None:
    environ = environ_of(client, get("/env", version=version))
    assert environ["SERVER_PROTOCOL"] == f"HTTP/{version}"


@pytest.mark.requirement("W-S-040")
def test_the_remote_address_is_the_socket_peer(client: Client) -> None:
    environ = environ_of(client)
    host, port = client.sock.getsockname()
    assert (environ["REMOTE_ADDR"], environ["REMOTE_PORT"]) == (host, str(port))
    assert "REMOTE_HOST" not in environ


@pytest.mark.requirement("W-S-040")
def test_an_ipv6_peer_stands_without_brackets() -> None:
    with serving(APP, bind="[::1]:0") as served, Client(served.port, host="::1") as client:
        environ = environ_of(client)
        assert environ["REMOTE_ADDR"] == "::1"
        assert environ["REMOTE_PORT"] == str(client.sock.getsockname()[1])


@pytest.mark.requirement("W-S-041")
def test_version_and_scheme_are_those_of_plain_http(client: Client) -> None:
    environ = environ_of(client)
    assert environ["wsgi.version"] == "(1, 0)"
    assert environ["wsgi.url_scheme"] == "http"
    assert not [key for key in environ if key.startswith(("HTTPS", "SSL_"))]


@pytest.mark.requirement("W-S-042")
def test_forwarding_fields_of_a_stranger_change_nothing(client: Client) -> None:
    forged = (
        "X-Forwarded-Proto: https",
        "X-Forwarded-For: 1.2.3.4",
        "X-Forwarded-Host: evil",
        "X-Forwarded-Port: 443",
        "X-Forwarded-Prefix: /evil",
        "X-Forwarded-Ssl: on",
        "X-Real-IP: 1.2.3.4",
        "Forwarded: for=1.2.3.4;proto=https;host=evil",
    )
    plain = environ_of(client)
    environ = environ_of(client, get("/env", *forged))
    assert {key: value for key, value in environ.items() if key in plain} == plain


@pytest.mark.requirement("W-S-045")
def test_one_thread_says_so_and_calls_one_at_a_time(gate: Gate) -> None:
    with (
        serving(APP, "--threads", "1") as served,
        served.client() as first,
        served.client() as second,
    ):
        assert flags(first) == ("False", "False", "False")
        events = served.events()
        first.send(get(f"/gate?{gate.path}"))
        until(lambda: "call /gate" in events())
        second.send(get("/next"))
        assert second.is_silent()
        assert events() == ["call /gate"]
        gate.open()
        assert first.answer().body == b"passed"
        assert second.answer().body == NEXT_BODY


@pytest.mark.requirement("W-S-045")
def test_several_threads_say_so_and_call_side_by_side(gate: Gate) -> None:
    with serving(APP, "--threads", "2") as served:
        events = served.events()
        with served.client() as first, served.client() as second:
            assert flags(first) == ("True", "False", "False")
            first.send(get(f"/gate?{gate.path}"))
            until(lambda: "call /gate" in events())
            second.send(get("/next"))
            assert second.answer().body == NEXT_BODY
            gate.open()
            assert first.answer().body == b"passed"


def flags(client: Client) -> tuple[str, str, str]:
    environ = environ_of(client)
    kinds = answered_json(client, get("/types"))
    names = ("wsgi.multithread", "wsgi.multiprocess", "wsgi.run_once")
    assert {kinds[name] for name in names} == {"bool"}
    return environ[names[0]], environ[names[1]], environ[names[2]]


@pytest.mark.requirement("W-S-047")
@pytest.mark.parametrize(
    "request_bytes",
    [get("/env"), get("/env", method="POST"), post("/env", b"a"), chunked("/env", b"0\r\n\r\n")],
    ids=["GET", "POST without a body", "sized", "chunked"],
)
def test_the_input_is_said_to_end_by_itself(client: Client, request_bytes: bytes) -> None:
    assert environ_of(client, request_bytes)["wsgi.input_terminated"] == "True"


@pytest.mark.requirement("W-S-048")
def test_trailer_fields_never_enter_environ(client: Client) -> None:
    trailers = b"X-T: 1\r\nX-Auth: root\r\n\r\n"
    environ = environ_of(client, chunked("/env", b"1\r\na\r\n0\r\n" + trailers, "X-Auth: nobody"))
    assert "HTTP_X_T" not in environ
    assert environ["HTTP_X_AUTH"] == "nobody"
