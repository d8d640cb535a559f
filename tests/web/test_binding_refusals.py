"""Handlers that cannot work are refused when the application is put together."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any

import msgspec
import pytest

from potstill.web.binding.signature import read_signature
from potstill.web.binding.sources import Body, Cookie, FormField, Header, Path, Query
from potstill.web.errors import HandlerError
from potstill.web.forms.form import Form, Upload
from potstill.web.request import Request
from tests.web.binding_support import CONVERTERS


class NewTodo(msgspec.Struct):
    title: str


class Nested(msgspec.Struct):
    todo: NewTodo


class Opaque:
    pass


def _args(request: Request, *rest: int) -> None: ...
def _kwargs(request: Request, **rest: int) -> None: ...
def _positional(id: int, /) -> None: ...
def _unannotated(limit) -> None: ...  # type: ignore[no-untyped-def]
def _untaken(limit: int) -> None: ...
def _untaken_beside_request(request: Request, limit: int) -> None: ...
def _default(id: int = 5) -> None: ...
def _contradiction(id: str) -> None: ...
def _not_in_path(x: Annotated[int, Path()]) -> None: ...
def _struct(todo: NewTodo) -> None: ...
def _optional_struct(todo: NewTodo | None = None) -> None: ...
def _opaque(x: Opaque) -> None: ...
def _complex(x: complex) -> None: ...
def _no_header(x: Annotated[str, Header("X Y")]) -> None: ...
def _mapping(x: dict[str, int]) -> None: ...
def _nested_list(x: list[list[int]]) -> None: ...
def _mixed(x: tuple[int, str]) -> None: ...
def _opaque_body(body: Opaque) -> None: ...
def _opaque_in_body(body: list[Opaque]) -> None: ...
def _struct_header(x: Annotated[NewTodo, Header()]) -> None: ...
def _list_cookie(x: Annotated[list[int], Cookie()]) -> None: ...
def _nested_query(x: Annotated[Nested, Query()]) -> None: ...
def _two_markers(x: Annotated[int, Header(), Query()]) -> None: ...
def _two_bodies(body: bytes, other: Annotated[NewTodo, Body()]) -> None: ...
def _bytes_and_upload(body: bytes, file: Upload) -> None: ...
def _nested_and_upload(body: Nested, file: Upload) -> None: ...
def _struct_and_field(body: NewTodo, x: Annotated[int, FormField()]) -> None: ...
def _list_path(id: list[int]) -> None: ...
async def _async(request: Request) -> None: ...
async def _async_generator(request: Request) -> AsyncIterator[bytes]:
    yield b""


def _awaitable(request: Request) -> Awaitable[int]:
    raise NotImplementedError


def _async_iterator(request: Request) -> AsyncIterator[bytes]:
    raise NotImplementedError


class _AsyncObject:
    async def __call__(self, request: Request) -> None: ...


REFUSED: list[tuple[Callable[..., Any], str, tuple[str, ...]]] = [
    (_args, "", ("`*rest: 'int'`", "name each argument", "functools.wraps")),
    (_kwargs, "", ("`**rest: 'int'`", "name each argument")),
    (_positional, "id", ("`id` by position only", "move the `/`")),
    (_unannotated, "", ("`limit` without an annotation", "`limit: str`")),
    (_untaken, "id:int", ("takes no argument `id`", "add it", "request.path_params")),
    (_untaken_beside_request, "id:int", ("takes no argument `id`",)),
    (_default, "id", ("default for `id`", "take the default away")),
    (_contradiction, "id:int", ("`id: str`", "{id:int}", "write {id}", "`id: int`")),
    (_not_in_path, "", ("`x` from the path", "put {x} into the pattern")),
    (_struct, "", ("`todo: NewTodo`", "call the argument `body`", "Query()", "app.provide")),
    (_optional_struct, "", ("`todo: NewTodo | None`", "call the argument `body`")),
    (_opaque, "", ("`x: Opaque` from the query", "app.provide")),
    (_complex, "", ("`x: complex` from the query",)),
    (_no_header, "", ("from a header field", "'X Y' is no header name")),
    (_mapping, "", ("`x: dict[str, int]` from the query",)),
    (_nested_list, "", ("`x: list[list[int]]`",)),
    (_mixed, "", ("`x: tuple[int, str]`", "several types")),
    (_opaque_body, "", ("`body: Opaque` from a body",)),
    (_opaque_in_body, "", ("`body: list[",)),
    (_struct_header, "", ("`x: ", "a header field")),
    (_list_cookie, "", ("`x: ", "a cookie is one value")),
    (_nested_query, "", ("`x: ", "the query")),
    (_two_markers, "", ("says twice", "`x`", "Header and Query")),
    (_two_bodies, "", ("reads the body twice", "`body`", "`other`", "one type of both")),
    (_bytes_and_upload, "", ("`body`", "`file`", "a form cannot express bytes")),
    (_nested_and_upload, "", ("`body`", "`file`", "a form cannot express Nested")),
    (_struct_and_field, "", ("make `x` a field of NewTodo",)),
    (_list_path, "id", ("`id: list[int]` from the path", "one value")),
    (_async, "", ("`async def`", "synchronous: write `def`")),
    (_async_generator, "", ("`async def`",)),
    (_AsyncObject(), "", ("`async def`",)),
    (_awaitable, "", ("returns", "synchronous", "return the value itself")),
    (_async_iterator, "", ("returns", "synchronous")),
]


@pytest.mark.parametrize(
    ("function", "path", "words"),
    REFUSED,
    ids=[getattr(each[0], "__name__", "object") for each in REFUSED],
)
def test_the_refusal_names_function_argument_and_mend(
    function: Callable[..., Any], path: str, words: tuple[str, ...]
) -> None:
    names = dict(each.partition(":")[::2] for each in path.split())
    converters = {name: CONVERTERS[kind or "str"] for name, kind in names.items()}
    with pytest.raises(HandlerError) as caught:
        read_signature(function, converters, {}, {})
    message = str(caught.value)
    name = getattr(function, "__name__", type(function).__name__)
    assert f"{__name__}." in message
    assert name in message
    for word in words:
        assert word in message
    assert "\n" not in message


def test_a_builtin_without_a_signature_is_refused() -> None:
    assert not inspect.isfunction(dict.fromkeys)
    with pytest.raises(HandlerError, match="does not tell its arguments"):
        read_signature(type, (), {}, {})


def test_a_wrapper_that_hides_the_arguments_is_told_of_wraps() -> None:
    def wrapper(*args: Any, **kwargs: Any) -> None: ...

    with pytest.raises(HandlerError, match=r"functools\.wraps"):
        read_signature(wrapper, (), {}, {})


def test_a_wrapped_coroutine_function_is_noticed() -> None:
    @functools.wraps(_async)
    def wrapper(*args: Any, **kwargs: Any) -> Any: ...

    with pytest.raises(HandlerError, match="synchronous"):
        read_signature(wrapper, (), {}, {})


def test_the_request_alone_need_not_take_what_the_path_has() -> None:
    def handler(request: Request) -> None: ...

    assert len(read_signature(handler, ("id",), {}, {}).parameters) == 1


def test_what_may_still_come_is_not_asked_for_early() -> None:
    def handler(x: Annotated[int, Path()]) -> None: ...

    read_signature(handler, ("id",), {}, {}, is_final=False)


def test_what_reads_one_form_goes_together() -> None:
    def whole(body: Form, file: Upload, x: Annotated[int, FormField()]) -> None: ...
    def fields(body: NewTodo, file: Upload) -> None: ...
    def single(file: Upload, x: Annotated[int, FormField()]) -> None: ...

    for function in (whole, fields, single):
        read_signature(function, (), {}, {})


@pytest.mark.parametrize(
    ("annotation", "converter"),
    [
        (int, "int"),
        (float, "int"),
        (Any, "int"),
        (int | None, "int"),
        (object, "date"),
        (str, "path"),
    ],
)
def test_annotations_that_agree_with_the_converter_are_fine(
    annotation: Any, converter: str
) -> None:
    def handler(x: Any) -> None: ...

    handler.__annotations__ = {"x": annotation}
    read_signature(handler, {"x": CONVERTERS[converter]}, {}, {})
