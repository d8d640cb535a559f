"""Templates: what they see, what they escape, and what they say when something is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import jinja2
import pytest

from potstill.web import App
from potstill.web.errors import SetupError
from potstill.web.request import Request
from potstill.web.response import Response
from potstill.web.templates import Templates
from potstill.web.testing import Client

EVIL = "\"'><script>alert('x')</script>&"


def request(**environ: Any) -> Request:
    setup_testing_defaults(environ)
    return Request(environ)


def write(directory: Path, **files: str) -> Path:
    """Templates by name; `__` in a name stands for the dot."""
    for name, text in files.items():
        (directory / name.replace("__", ".")).write_text(text)
    return directory


def page(response: Response) -> str:
    assert isinstance(response.body, bytes)
    return response.body.decode()


def blocks_of(response: Response) -> list[bytes]:
    assert not isinstance(response.body, bytes)
    return list(response.body)


# -- rendering -----------------------------------------------------------------------------------


def test_a_page_is_rendered_with_what_the_handler_gives(tmp_path: Path) -> None:
    templates = Templates(write(tmp_path, hello__html="Hello, {{ name }}: {{ 1 + 1 }}"))
    response = templates.render(request(), "hello.html", name="Zoë")
    assert response.status == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert page(response) == "Hello, Zoë: 2"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.html", "text/html; charset=utf-8"),
        ("a.HTML", "text/html; charset=utf-8"),
        ("a", "text/html; charset=utf-8"),
        ("a.tpl", "text/html; charset=utf-8"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.txt.j2", "text/plain; charset=utf-8"),
        ("a.html.jinja", "text/html; charset=utf-8"),
        ("a.xml", "application/xml; charset=utf-8"),
        ("a.svg", "image/svg+xml; charset=utf-8"),
        ("a.json", "application/json"),
        ("a.js", "text/javascript; charset=utf-8"),
    ],
)
def test_the_content_type_goes_by_the_name(tmp_path: Path, name: str, content_type: str) -> None:
    (tmp_path / name).write_text("x")
    assert Templates(tmp_path).render(request(), name).content_type == content_type


def test_a_template_is_looked_for_in_each_directory_in_turn(tmp_path: Path) -> None:
    own, shared = tmp_path / "own", tmp_path / "shared"
    own.mkdir()
    shared.mkdir()
    write(own, a__html="own")
    write(shared, a__html="shared", b__html="shared {% include 'a.html' %}")
    templates = Templates([own, str(shared)])
    assert page(templates.render(request(), "a.html")) == "own"
    assert page(templates.render(request(), "b.html")) == "shared own"


def test_globals_filters_and_extensions_are_there(tmp_path: Path) -> None:
    templates = Templates(
        write(tmp_path, a__html="{{ site }} {{ 'x'|twice }}{% do [].append(1) %}"),
        globals={"site": "Todos"},
        filters={"twice": lambda text: text * 2},
        extensions=["jinja2.ext.do"],
    )
    assert page(templates.render(request(), "a.html")) == "Todos xx"


def test_text_alone_needs_no_request(tmp_path: Path) -> None:
    templates = Templates(write(tmp_path, mail__txt="Dear {{ name }} & co"))
    assert templates.render_text("mail.txt", name="<Zoë>") == "Dear <Zoë> & co"


def test_a_changed_file_is_seen_with_refresh_only(tmp_path: Path) -> None:
    import os

    write(tmp_path, a__html="old")
    fixed, fresh = Templates(tmp_path), Templates(tmp_path, refresh=True)
    assert [page(each.render(request(), "a.html")) for each in (fixed, fresh)] == ["old", "old"]
    write(tmp_path, a__html="new")
    os.utime(tmp_path / "a.html", (1, 1))
    assert [page(each.render(request(), "a.html")) for each in (fixed, fresh)] == ["old", "new"]


def test_no_name_leads_out_of_the_directory(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret")
    inner = tmp_path / "templates"
    inner.mkdir()
    for name in ("../secret.html", str(tmp_path / "secret.html"), "x/../../secret.html"):
        with pytest.raises(jinja2.TemplateNotFound):
            Templates(inner).render(request(), name)


def test_a_directory_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"no directory of templates at .*/nowhere: create it"):
        Templates(tmp_path / "nowhere")


# -- escaping ------------------------------------------------------------------------------------


def test_text_is_escaped_between_tags(tmp_path: Path) -> None:
    templates = Templates(write(tmp_path, a__html="<p>{{ x }}</p>"))
    escaped = "&#34;&#39;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;"
    assert page(templates.render(request(), "a.html", x=EVIL)) == f"<p>{escaped}</p>"


@pytest.mark.parametrize("quote", ['"', "'"])
def test_text_cannot_leave_a_quoted_attribute(tmp_path: Path, quote: str) -> None:
    templates = Templates(write(tmp_path, a__html=f"<p title={quote}{{{{ x }}}}{quote}>"))
    made = page(templates.render(request(), "a.html", x=EVIL + " onload=1"))
    assert made.count(quote) == 2
    assert made.count(">") == 1


def test_attributes_made_of_a_dict_are_quoted_and_escaped(tmp_path: Path) -> None:
    templates = Templates(write(tmp_path, a__html="<p{{ {'title': x}|xmlattr }}>"))
    made = page(templates.render(request(), "a.html", x=EVIL))
    assert made.startswith('<p title="&#34;&#39;&gt;')
    assert made.count('"') == 2


def test_what_is_marked_safe_is_not_escaped_and_the_rest_still_is(tmp_path: Path) -> None:
    templates = Templates(write(tmp_path, a__html="{{ x|safe }} {{ x }}"))
    assert page(templates.render(request(), "a.html", x="<b>")) == "<b> &lt;b&gt;"


def test_json_in_a_script_cannot_end_the_script(tmp_path: Path) -> None:
    templates = Templates(write(tmp_path, a__html="<script>let x = {{ x|tojson }};</script>"))
    value = {"text": "</script><!--<script>" + EVIL}
    made = page(templates.render(request(), "a.html", x=value))
    inside = made.removeprefix("<script>let x = ").removesuffix(";</script>")
    assert not set("<>&'") & set(inside)
    assert json.loads(inside) == value


def test_json_in_a_quoted_attribute_stays_there(tmp_path: Path) -> None:
    templates = Templates(write(tmp_path, a__html="<p data-x='{{ x|tojson }}'>"))
    made = page(templates.render(request(), "a.html", x={"text": EVIL}))
    assert made.count("'") == 2
    assert made.count(">") == 1


@pytest.mark.parametrize("name", ["a.xml", "a.svg", "a.json", "a.html.j2", "a"])
def test_all_but_plain_text_is_escaped(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{{ x }}")
    assert "<" not in page(Templates(tmp_path).render(request(), name, x="<b>"))


@pytest.mark.parametrize("name", ["a.txt", "a.TXT", "a.txt.j2"])
def test_plain_text_is_as_it_is(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{{ x }}")
    assert page(Templates(tmp_path).render(request(), name, x="<b>")) == "<b>"


# -- the request ---------------------------------------------------------------------------------


def test_the_request_is_there(tmp_path: Path) -> None:
    templates = Templates(write(tmp_path, a__html="{{ request.method }} {{ request.path }}"))
    assert page(templates.render(request(PATH_INFO="/x"), "a.html")) == "GET /x"


def test_an_asset_has_the_root_of_the_application_in_front(tmp_path: Path) -> None:
    templates = Templates(
        write(tmp_path, a__html="{{ asset('app.css') }}"),
        asset_url=lambda path: f"/assets/{path}?v=1",
    )
    assert page(templates.render(request(), "a.html")) == "/assets/app.css?v=1"
    mounted = request(SCRIPT_NAME="/caf\xc3\xa9 1")
    assert page(templates.render(mounted, "a.html")) == "/caf%C3%A9%201/assets/app.css?v=1"


def test_an_asset_without_static_files_says_what_is_missing(tmp_path: Path) -> None:
    templates = Templates(write(tmp_path, a__html="{{ asset('app.css') }}"))
    with pytest.raises(SetupError, match=r"asset\('app.css'\) needs static files: app.static"):
        templates.render(request(), "a.html")


def test_the_nonce_is_that_of_the_request(tmp_path: Path) -> None:
    templates = Templates(
        write(tmp_path, a__html='<script nonce="{{ nonce }}">', b__txt="{{ nonce }}")
    )
    asked = request()
    assert page(templates.render(asked, "a.html")) == f'<script nonce="{asked.nonce}">'
    assert page(templates.render(asked, "b.txt")) == asked.nonce


def test_a_nonce_that_no_template_asks_for_is_not_made(tmp_path: Path) -> None:
    asked = request()
    Templates(write(tmp_path, a__html="x")).render(asked, "a.html")
    assert asked._nonce is None


def test_what_the_handler_gives_hides_what_is_always_there(tmp_path: Path) -> None:
    templates = Templates(write(tmp_path, a__html="{{ asset }} {{ name }}"))
    assert page(templates.render(request(), "a.html", asset="gold", name="x")) == "gold x"


def test_macros_see_the_request_when_imported_with_context(tmp_path: Path) -> None:
    write(
        tmp_path,
        m__html="{% macro path() %}{{ request.path }}{% endmacro %}",
        good__html="{% from 'm.html' import path with context %}{{ path() }}",
        bad__html="{% from 'm.html' import path %}{{ path() }}",
    )
    templates = Templates(tmp_path)
    assert page(templates.render(request(PATH_INFO="/x"), "good.html")) == "/x"
    assert page(templates.render(request(PATH_INFO="/y"), "good.html")) == "/y"
    with pytest.raises(jinja2.UndefinedError) as raised:
        templates.render(request(), "bad.html")
    assert "sees it only when it is imported with context" in raised.value.__notes__[0]


# -- streams -------------------------------------------------------------------------------------


def test_a_large_page_comes_in_blocks_as_it_is_made(tmp_path: Path) -> None:
    made: list[int] = []

    def rows() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    write(tmp_path, a__html="{% for row in rows %}{{ '%05d' % row * 400 }}é\n{% endfor %}")
    response = Templates(tmp_path).stream(request(), "a.html", rows=rows())
    assert response.content_type == "text/html; charset=utf-8"
    assert len(made) < 15
    blocks = blocks_of(response)
    assert len(blocks) > 5
    expected = "".join(f"{row:05}" * 400 + "é\n" for row in range(100))
    assert b"".join(blocks).decode() == expected


def test_leaving_a_stream_ends_what_it_reads(tmp_path: Path) -> None:
    ended: list[bool] = []

    def rows() -> Iterator[str]:
        try:
            while True:
                yield "x" * 9000
        finally:
            ended.append(True)

    write(tmp_path, a__html="{% for row in rows %}{{ row }}{% endfor %}")
    response = Templates(tmp_path).stream(request(), "a.html", rows=rows())
    body: Any = response.body
    next(iter(body))
    body.close()
    assert ended == [True]


def test_a_fault_in_the_first_block_of_a_stream_is_raised_at_once(tmp_path: Path) -> None:
    templates = Templates(write(tmp_path, a__html="x\n{{ nobody }}"))
    with pytest.raises(jinja2.UndefinedError) as raised:
        templates.stream(request(), "a.html")
    assert f"{tmp_path}/a.html:2" in raised.value.__notes__[0]


def test_a_later_fault_of_a_stream_is_explained_too(tmp_path: Path) -> None:
    templates = Templates(write(tmp_path, a__html="{{ 'x' * 99999 }}\n{{ nobody }}"))
    response = templates.stream(request(), "a.html")
    with pytest.raises(jinja2.UndefinedError) as raised:
        blocks_of(response)
    assert f"{tmp_path}/a.html:2" in raised.value.__notes__[0]


def test_an_empty_stream_is_empty(tmp_path: Path) -> None:
    assert blocks_of(Templates(write(tmp_path, a__html="")).stream(request(), "a.html")) == []


def test_the_nonce_of_a_stream_is_made_before_its_head_is_sent(tmp_path: Path) -> None:
    write(tmp_path, a__html="{{ 'x' * 99999 }} {{ nonce }}")
    asked = request()
    response = Templates(tmp_path).stream(asked, "a.html")
    nonce = asked._nonce
    assert nonce is not None
    assert b"".join(blocks_of(response)).decode().endswith(nonce)


# -- what is wrong -------------------------------------------------------------------------------


def notes_of(templates: Templates, name: str, **context: object) -> str:
    with pytest.raises(Exception) as raised:  # noqa: PT011 - each test says what it says
        templates.render(request(), name, **context)
    return "\n".join(getattr(raised.value, "__notes__", ()))


def test_an_unknown_name_is_told_with_file_and_line_and_what_it_may_have_been(
    tmp_path: Path,
) -> None:
    templates = Templates(write(tmp_path, a__html="<h1>\n{{ titel }}\n</h1>"))
    assert notes_of(templates, "a.html", title="x", rows=[]) == (
        f"In the template {tmp_path}/a.html:2. Did you mean 'title'? The handler gave rows, title."
    )


def test_an_unknown_name_in_an_included_file_names_that_file(tmp_path: Path) -> None:
    write(tmp_path, a__html="{% include 'b.html' %}", b__html="\n\n{{ x.y }}")
    assert notes_of(Templates(tmp_path), "a.html", x={}) == f"In the template {tmp_path}/b.html:3."


def test_a_fault_of_a_called_function_names_the_template_that_called(tmp_path: Path) -> None:
    templates = Templates(write(tmp_path, a__html="\n{{ f() }}"))
    assert notes_of(templates, "a.html", f=lambda: 1 / 0) == f"In the template {tmp_path}/a.html:2."


def test_unknown_names_may_be_asked_for(tmp_path: Path) -> None:
    templates = Templates(write(tmp_path, a__html="{{ x is defined }} {{ x|default('none') }}"))
    assert page(templates.render(request(), "a.html")) == "False none"


def test_good_templates_pass_the_check(tmp_path: Path) -> None:
    write(
        tmp_path,
        base__html="{% block main %}{% endblock %}",
        a__html="{% extends 'base.html' %}{% block main %}{{ x }}{% endblock %}",
        b__html="{% include 'nothing.html' ignore missing %}{% include computed %}",
        c__html="{% include ['nothing.html', 'a.html'] %}",
    )
    (tmp_path / "a.html~").write_text("{% broken")
    (tmp_path / ".a.html.swp").write_bytes(b"\xff\xfe")
    Templates(tmp_path).check()


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("\n{% if x %}", "a.html:2: Unexpected end of template"),
        ("\n{{ x|nofilter }}", "a.html:2: No filter named 'nofilter'"),
        ("{{ x is notest }}", "a.html:1: No test named 'notest'"),
        ("\n\n{{ }}", "a.html:3: Expected an expression"),
        ("\n{% extends 'no.html' %}", "a.html:2: there is no template 'no.html'"),
        ("{% include ['no.html', 'nor.html'] %}", "there is no template 'no.html or nor.html'"),
        ("\n{% import 'no.html' as m %}", "a.html:2: there is no template 'no.html'"),
        ("{% from 'no.html' import m %}", "a.html:1: there is no template 'no.html'"),
    ],
)
def test_the_check_names_file_and_line(tmp_path: Path, source: str, told: str) -> None:
    with pytest.raises(SetupError) as raised:
        Templates(write(tmp_path, a__html=source)).check()
    assert told in str(raised.value)
    assert str(raised.value).startswith(str(tmp_path))


def test_the_check_finds_all_that_is_wrong(tmp_path: Path) -> None:
    write(tmp_path, a__html="{% if %}", b__html="fine", c__html="{{ x|no }}")
    (tmp_path / "d.html").write_bytes(b"abc\xff")
    with pytest.raises(SetupError) as raised:
        Templates(tmp_path).check()
    assert "a.html:1" in str(raised.value)
    assert "c.html:1" in str(raised.value)
    assert "d.html: it is not UTF-8, at byte 3" in str(raised.value)


def test_a_rendered_page_can_be_sent(tmp_path: Path) -> None:
    asked = request()
    response = Templates(write(tmp_path, a__html="é")).render(asked, "a.html")
    sent: list[tuple[str, str]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Any:
        sent.extend(headers)

    blocks: Iterable[bytes] = response(asked.environ, start_response)
    assert b"".join(blocks) == "é".encode()
    assert ("Content-Length", "2") in sent


# -- in an application ---------------------------------------------------------------------------


def test_addresses_of_routes_and_files_are_those_of_the_application(tmp_path: Path) -> None:
    assets, pages = tmp_path / "assets", tmp_path / "pages"
    assets.mkdir()
    pages.mkdir()
    (assets / "app.css").write_text("p{}")
    (pages / "a.html").write_text("{{ url_for('todo', id=7, all='x') }} {{ asset('app.css') }}")
    app = App()
    app.static("/assets", assets)
    templates = app.templates(pages)

    @app.get("/todos/{id:int}", name="todo")
    def todo(request: Request, id: int) -> Response:
        return templates.render(request, "a.html")

    inner, inner_asset = Client(app).get("/todos/1").text.split()
    assert inner == "/todos/7?all=x"
    assert Client(app).get(inner_asset).text == "p{}"
    assert inner_asset != "/assets/app.css"
    mounted = Client(app).get("/todos/1", environ={"SCRIPT_NAME": "/shop"}).text
    assert mounted.split() == [f"/shop{inner}", f"/shop{inner_asset}"]


def test_a_file_that_is_not_there_is_an_error_of_the_template(tmp_path: Path) -> None:
    app = App()
    templates = app.templates(write(tmp_path, a__html="{{ asset('no.css') }}"))
    with pytest.raises(LookupError, match=r"no static file is called 'no.css'") as raised:
        templates.render(request(), "a.html")
    assert raised.value.__notes__ == [f"In the template {tmp_path}/a.html:1."]


@pytest.mark.parametrize("make", ["render", "stream"])
def test_the_token_of_a_form_lets_it_be_sent(tmp_path: Path, make: str) -> None:
    app = App()
    templates = app.templates(
        write(tmp_path, a__html="{{ csrf_field() }}|{{ csrf_token() }}{{ 'x' * 20000 }}")
    )

    @app.get("/")
    def form(request: Request) -> Response:
        response: Response = getattr(templates, make)(request, "a.html")
        return response

    @app.post("/")
    def send(request: Request) -> str:
        return "sent"

    client = Client(app)
    field, _, token = client.get("/").text.rstrip("x").partition("|")
    match = re.fullmatch('<input type="hidden" name="csrf_token" value="([^"]+)">', field)
    assert match is not None
    old = {"HTTP_ORIGIN": None}  # a browser that does not say where it comes from
    assert client.post("/", form={"csrf_token": match[1]}, environ=old).text == "sent"
    assert client.post("/", headers={"X-CSRF-Token": token}, environ=old).text == "sent"
    assert client.post("/", form={"csrf_token": "x" + match[1][1:]}, environ=old).status == 403


def test_the_policy_of_a_page_allows_its_nonce(tmp_path: Path) -> None:
    app = App()
    templates = app.templates(
        write(tmp_path, a__html='<script nonce="{{ nonce }}"></script>', b__html="plain")
    )

    @app.get("/{name}")
    def show(request: Request, name: str) -> Response:
        return templates.render(request, name)

    answer = Client(app).get("/a.html")
    nonce = answer.text.split('"')[1]
    assert f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]
    assert "nonce" not in Client(app).get("/b.html").headers["Content-Security-Policy"]
