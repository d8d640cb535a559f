"""Where the arguments of a handler come from."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NewType, TypedDict, TypeVar
from uuid import UUID

import msgspec
import pytest

from potstill.web.binding.call import compile_call
from potstill.web.binding.signature import read_signature
from potstill.web.binding.sources import (
    REQUIRED,
    Body,
    Cookie,
    FormField,
    Header,
    Parameter,
    Path,
    Query,
    Source,
)
from potstill.web.errors import HTTPError
from potstill.web.request import Request
from tests.web.binding_support import bound, made, posted, problems, refused

Number = TypeVar("Number")


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Mood(enum.Enum):
    GOOD = "good"

    @classmethod
    def _missing_(cls, value: object) -> Mood | None:
        return cls.GOOD if str(value).lower() == "good" else None


Page = NewType("Page", int)


class Filters(msgspec.Struct):
    tag: list[str] = []
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    since: date | None = None


@dataclass
class Window:
    width: int
    height: int = 3


class Typed(TypedDict):
    name: str


def _read(annotation: Any, query: str, *default: Any) -> Any:
    """What an argument `x` of this annotation gets from a query."""

    def handler(x: Any = default[0] if default else REQUIRED) -> Any:
        return x

    if not default:
        handler.__defaults__ = None
    handler.__annotations__ = {"x": annotation}
    return bound(handler)(made(query))


def _problems(annotation: Any, query: str) -> list[tuple[str, str, str]]:
    def handler(x: Any) -> Any:
        return x

    handler.__annotations__ = {"x": annotation}
    return problems(bound(handler), made(query))


UUID_1 = UUID("12345678-1234-5678-1234-567812345678")

CONVERSIONS: list[tuple[Any, str, Any]] = [
    (str, "a%20b", "a b"),
    (str, "", ""),
    (str, "caf%C3%A9", "café"),
    (Any, "7", "7"),
    (int, "7", 7),
    (int, "-7", -7),
    (int, "007", 7),
    (int, str(2**63 - 1), 2**63 - 1),
    (Page, "7", 7),
    (float, "1.5", 1.5),
    (float, ".5", 0.5),
    (float, "-2", -2.0),
    (float, "1e3", 1000.0),
    (Decimal, "1.50", Decimal("1.50")),
    (bool, "true", True),
    (bool, "TRUE", True),
    (bool, "1", True),
    (bool, "on", True),
    (bool, "Yes", True),
    (bool, "false", False),
    (bool, "0", False),
    (bool, "Off", False),
    (bool, "no", False),
    (Colour, "red", Colour.RED),
    (Level, "2", Level.HIGH),
    (Mood, "GOOD", Mood.GOOD),
    (Literal["a", "b"], "b", "b"),
    (Literal[1, 2], "2", 2),
    (date, "2026-01-31", date(2026, 1, 31)),
    (time, "12:30:15", time(12, 30, 15)),
    (time, "12:30", time(12, 30)),
    (datetime, "2026-01-31T12:30:15", datetime(2026, 1, 31, 12, 30, 15)),
    (datetime, "2026-01-31T12:30", datetime(2026, 1, 31, 12, 30)),
    (timedelta, "PT15M", timedelta(minutes=15)),
    (UUID, str(UUID_1), UUID_1),
    (bytes, "aGk%3D", b"hi"),
    (int | None, "7", 7),
    (int | None, "", None),
    (str | None, "", ""),
    (int | str, "7", 7),
    (int | str, "seven", "seven"),
    (int | float, "1.5", 1.5),
    (Annotated[int, msgspec.Meta(ge=1, le=9)], "9", 9),
    (Annotated[int, msgspec.Meta(multiple_of=5)], "10", 10),
    (Annotated[str, msgspec.Meta(pattern="^x+$")], "xx", "xx"),
    (Annotated[int, msgspec.Meta(ge=1, description="How many")] | None, "3", 3),
]


@pytest.mark.parametrize(("annotation", "text", "value"), CONVERSIONS)
def test_a_value_of_the_query_becomes_what_the_annotation_says(
    annotation: Any, text: str, value: Any
) -> None:
    found = _read(annotation, f"x={text}")
    assert found == value
    assert type(found) is type(value)


REFUSALS: list[tuple[Any, str, str]] = [
    (int, "seven", "must be a whole number"),
    (int, "", "must be a whole number"),
    (int, "1_000", "must be a whole number"),
    (int, "+7", "must be a whole number"),
    (int, "%207", "must be a whole number"),
    (int, "1.0", "must be a whole number"),
    (int, "1e3", "must be a whole number"),
    (int, "%D9%A3", "must be a whole number"),
    (int, "%C2%B2", "must be a whole number"),
    (int, "-", "must be a whole number"),
    (int, str(2**63), "must be a whole number"),
    (int, "9" * 5000, "must be a whole number"),
    (float, "nan", "must be a number"),
    (float, "inf", "must be a number"),
    (float, "1e999", "must be a number"),
    (float, ".", "must be a number"),
    (float, "0x10", "must be a number"),
    (Decimal, "1e999999999", "must be a decimal number, as in 12.50"),
    (Decimal, "NaN", "must be a decimal number, as in 12.50"),
    (bool, "maybe", "must be true or false"),
    (bool, "2", "must be true or false"),
    (Colour, "green", "must be one of blue, red"),
    (Colour, "RED", "must be one of blue, red"),
    (Level, "3", "must be one of 1, 2"),
    (Mood, "bad", "must be good"),
    (Literal["a", "b"], "c", "must be one of a, b"),
    (date, "31.1.2026", "must be a date, as in 2026-01-31"),
    (date, "2026-02-30", "must be a date, as in 2026-01-31"),
    (date, "5", "must be a date, as in 2026-01-31"),
    (datetime, "5", "must be a date and time, as in 2026-01-31T12:00:00Z"),
    (time, "25:00", "must be a time, as in 12:00:00"),
    (timedelta, "5", "must be a duration, as in PT15M"),
    (UUID, "12", "must be a UUID"),
    (int | None, "null", "must be a whole number"),
    (int | float, "x", "must be a whole number or a number"),
    (Annotated[int, msgspec.Meta(ge=1, le=9)], "10", "must be a whole number from 1 to 9"),
    (Annotated[int, msgspec.Meta(ge=1)], "0", "must be a whole number of at least 1"),
    (Annotated[float, msgspec.Meta(gt=0.5)], "0.5", "must be a number greater than 0.5"),
    (
        Annotated[float, msgspec.Meta(gt=0, lt=2)],
        "2",
        "must be a number greater than 0 and less than 2",
    ),
    (Annotated[int, msgspec.Meta(multiple_of=5)], "7", "must be a whole number, in steps of 5"),
    (Annotated[str, msgspec.Meta(max_length=1)], "ab", "must be text of at most 1 character"),
    (Annotated[str, msgspec.Meta(min_length=2)], "a", "must be text of at least 2 characters"),
    (Annotated[str, msgspec.Meta(pattern="^x$")], "y", "must be text that matches ^x$"),
    (
        Annotated[datetime, msgspec.Meta(tz=True)],
        "2026-01-31T12:00:00",
        "must be a date and time with its offset, as in 2026-01-31T12:00:00+02:00",
    ),
    (
        Annotated[list[int], msgspec.Meta(max_length=1)],
        "1&x=2",
        "must be a list of at most 1 value, each of it a whole number",
    ),
    (list[int], "1&x=two", "must be a list, each of it a whole number"),
    (tuple[int, int], "1", "must be a list of 2 values"),
]


@pytest.mark.parametrize(("annotation", "text", "detail"), REFUSALS)
def test_what_does_not_convert_is_told_in_plain_english(
    annotation: Any, text: str, detail: str
) -> None:
    assert _problems(annotation, f"x={text}") == [("query", "x", detail)]


LISTS: list[tuple[Any, str, Any]] = [
    (list[int], "x=1&x=2", [1, 2]),
    (list[str], "x=", [""]),
    (list[int], "x=&x=2", [2]),
    (set[str], "x=a&x=a", {"a"}),
    (frozenset[int], "x=1", frozenset({1})),
    (tuple[int, ...], "x=1&x=2&x=3", (1, 2, 3)),
    (tuple[int, int], "x=1&x=2", (1, 2)),
    (list[Colour], "x=red&x=blue", [Colour.RED, Colour.BLUE]),
    (list[bool], "x=on&x=off", [True, False]),
    (list[Annotated[int, msgspec.Meta(ge=1)]], "x=1", [1]),
    (list[int] | None, "x=1", [1]),
]


@pytest.mark.parametrize(("annotation", "query", "value"), LISTS)
def test_a_name_that_comes_several_times_becomes_a_list(
    annotation: Any, query: str, value: Any
) -> None:
    found = _read(annotation, query)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("annotation", "default"), [(int, 50), (bool | None, None), (list[int], [])]
)
@pytest.mark.parametrize("query", ["", "y=1", "x="])
def test_a_value_that_is_absent_or_empty_has_its_default(
    annotation: Any, default: Any, query: str
) -> None:
    assert _read(annotation, query, default) == default


def test_an_empty_text_is_a_text() -> None:
    assert _read(str, "x=", "default") == ""


@pytest.mark.parametrize("annotation", [int, str, int | None, list[int]])
def test_what_has_no_default_is_required(annotation: Any) -> None:
    assert _problems(annotation, "") == [("query", "x", "is required")]


def test_the_first_of_several_values_counts() -> None:
    assert _read(int, "x=1&x=2") == 1


def test_a_query_that_is_not_utf8_is_400() -> None:
    def handler(x: str) -> None: ...

    refused(bound(handler), made("x=%FF"), 400)


def test_all_that_is_wrong_is_told_at_once() -> None:
    def handler(
        limit: int,
        page: int,
        x_token: Annotated[int, Header()],
        theme: Annotated[Literal["dark"], Cookie()],
        body: Filters,
    ) -> None: ...

    request = posted('{"limit": 0}')
    request.environ |= {"QUERY_STRING": "limit=x", "HTTP_X_TOKEN": "y", "HTTP_COOKIE": "theme=z"}
    assert problems(bound(handler), request) == [
        ("query", "limit", "must be a whole number"),
        ("query", "page", "is required"),
        ("header", "x-token", "must be a whole number"),
        ("cookie", "theme", "must be dark"),
        ("body", "limit", "must be a whole number from 1 to 100"),
    ]


def test_nothing_that_came_is_echoed() -> None:
    def handler(limit: int, colour: Colour) -> None: ...

    error = refused(bound(handler), made("limit=<script>&colour=<b>"))
    assert "<" not in str(error.problem())


# -- sources ---------------------------------------------------------------------------------------


def test_each_source_is_found_by_name_annotation_or_marker() -> None:
    def handler(
        request: Request,
        id: int,
        limit: int,
        name: Annotated[str, Query("q")],
        x_token: Annotated[str, Header()],
        agent: Annotated[str, Header("User-Agent")],
        theme: Annotated[str, Cookie("t")],
        body: Filters,
    ) -> None: ...

    signature = read_signature(handler, ("id",), {}, {})
    assert [(each.name, each.source, each.wire_name) for each in signature.parameters] == [
        ("request", Source.REQUEST, "request"),
        ("id", Source.PATH, "id"),
        ("limit", Source.QUERY, "limit"),
        ("name", Source.QUERY, "q"),
        ("x_token", Source.HEADER, "x-token"),
        ("agent", Source.HEADER, "User-Agent"),
        ("theme", Source.COOKIE, "t"),
        ("body", Source.BODY, "body"),
    ]
    assert signature.returns is type(None)
    assert signature.taken == signature.parameters[1:]


def test_a_marker_may_be_written_without_parentheses() -> None:
    def handler(x_token: Annotated[str, Header]) -> str:
        return x_token

    assert bound(handler)(made(headers={"X-Token": "a"})) == "a"


def test_a_marker_is_seen_on_a_member_of_a_union() -> None:
    def handler(x: Annotated[int, Header("X-N")] | None = None) -> Any:
        return x

    assert bound(handler)(made("x=9", headers={"X-N": "3"})) == 3


def test_a_form_field_is_marked() -> None:
    def handler(title: Annotated[str, FormField("t")], n: Annotated[int, FormField()] = 1) -> Any:
        return title, n

    form = "application/x-www-form-urlencoded"
    assert bound(handler)(posted("t=a&n=2", form)) == ("a", 2)
    assert problems(bound(handler), posted("n=x", form)) == [
        ("form", "t", "is required"),
        ("form", "n", "must be a whole number"),
    ]
    assert problems(bound(handler), made(method="POST")) == [("form", "t", "is required")]
    refused(bound(handler), posted("{}"), 415)


def test_another_argument_can_be_the_body() -> None:
    def handler(raw: Annotated[bytes, Body()]) -> bytes:
        return raw

    assert bound(handler)(posted(b"\x00")) == b"\x00"


def test_a_header_of_several_elements_is_a_list() -> None:
    def handler(accept: Annotated[list[str], Header()]) -> list[str]:
        return accept

    assert bound(handler)(made(headers={"Accept": "a, b,,c "})) == ["a", "b", "c"]


def test_content_type_and_length_are_headers_too() -> None:
    def handler(
        content_type: Annotated[str, Header()], content_length: Annotated[int, Header()] = 0
    ) -> Any:
        return content_type, content_length

    assert bound(handler)(posted("{}")) == ("application/json", 2)
    assert problems(bound(handler), made()) == [("header", "content-type", "is required")]


def test_a_whole_query_becomes_a_struct() -> None:
    def handler(filters: Annotated[Filters, Query()]) -> Filters:
        return filters

    call = bound(handler)
    assert call(made("tag=a&tag=b&limit=5&since=")) == Filters(["a", "b"], 5, None)
    assert call(made("")) == Filters()
    assert call(made("other=1")) == Filters()
    assert problems(call, made("limit=0&since=x")) == [
        ("query", "limit", "must be a whole number from 1 to 100"),
        ("query", "since", "must be a date, as in 2026-01-31"),
    ]


@pytest.mark.parametrize(
    ("annotation", "query", "value"),
    [
        (Annotated[Window, Query()], "width=1", Window(1)),
        (Annotated[Typed, Query()], "name=a", {"name": "a"}),
        (Annotated[Window | None, Query()], "width=1&height=2", Window(1, 2)),
    ],
)
def test_a_whole_query_becomes_a_dataclass_or_typed_dict(
    annotation: Any, query: str, value: Any
) -> None:
    assert _read(annotation, query) == value


def test_a_whole_query_that_may_be_absent_is_its_default_then() -> None:
    assert _read(Annotated[Window | None, Query()], "other=1", None) is None


# -- the path --------------------------------------------------------------------------------------


def test_a_plain_variable_is_converted_by_annotation_and_is_404_otherwise() -> None:
    def handler(id: int) -> int:
        return id

    call = bound(handler, "id")
    assert call(made(path={"id": "7"})) == 7
    refused(call, made(path={"id": "x"}), 404)


@pytest.mark.parametrize(
    ("annotation", "path", "value", "wrong"),
    [
        (Colour, "x", "red", "green"),
        (Literal["a"], "x", "a", "b"),
        (UUID, "x", str(UUID_1), "1"),
        (Annotated[str, msgspec.Meta(max_length=2)], "x", "ab", "abc"),
        (Annotated[int, msgspec.Meta(ge=1)], "x:int", 1, 0),
        (Annotated[int, Path()], "x", "1", ""),
    ],
)
def test_bounds_of_a_variable_are_404(annotation: Any, path: str, value: Any, wrong: Any) -> None:
    def handler(x: Any) -> Any:
        return x

    handler.__annotations__ = {"x": annotation}
    call = bound(handler, path)
    assert call(made(path={"x": value})) is not None
    refused(call, made(path={"x": wrong}), 404)


def test_a_converted_variable_is_passed_as_it_is() -> None:
    def handler(request: Request, day: date, n: float, any_) -> Any:  # type: ignore[no-untyped-def]
        return day, n, any_

    day = date(2026, 1, 31)
    values = {"day": day, "n": 3, "any_": "text"}
    assert bound(handler, "day:date n:int any_")(made(path=values)) == (day, 3, "text")


def test_a_wrong_path_is_404_before_anything_else_is_told() -> None:
    def handler(limit: int, id: int) -> None: ...

    refused(bound(handler, "id"), made("limit=x", path={"id": "x"}), 404)


# -- calling ---------------------------------------------------------------------------------------


def test_a_handler_of_the_request_alone_is_called_without_anything_between() -> None:
    def handler(request: Request) -> None: ...

    assert bound(handler) is handler


def test_a_handler_of_nothing_is_called_with_nothing() -> None:
    assert bound(lambda: 5)(made()) == 5


def test_variables_of_the_path_are_passed_in_their_order() -> None:
    def handler(request: Request, b: str, a: int) -> Any:
        return request, b, a

    request = made(path={"a": 1, "b": "x", "c": 3})
    assert bound(handler, "a:int b")(request) == (request, "x", 1)


def test_arguments_reach_their_names_in_whatever_order_they_are_read() -> None:
    def plain(a: int, request: Request, id: int, *, c: int = 3) -> Any:
        return a, request, c, id

    request = made("a=1&c=2", path={"id": "9"})
    assert bound(plain, "id")(request) == (1, request, 2, 9)

    def last(a: int, id: int) -> Any:
        return a, id

    assert bound(last, "id")(request) == (1, 9)

    def keyword(*, request: Request) -> Any:
        return request

    assert bound(keyword)(request) is request


def test_the_request_may_be_positional_only() -> None:
    def handler(request: Request, /, a: int) -> Any:
        return request, a

    request = made("a=1")
    assert bound(handler)(request) == (request, 1)


def test_a_method_of_a_resource_is_bound() -> None:
    class Todos:
        def get(self, request, limit: int = 5) -> int:  # type: ignore[no-untyped-def]
            return limit

    assert bound(Todos().get)(made()) == 5
    signature = read_signature(Todos.get, (), {}, {}, is_method=True)
    assert [each.name for each in signature.parameters] == ["request", "limit"]


def test_a_decorated_function_shows_its_own_arguments() -> None:
    def doubled(function: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> int:
            return 2 * function(*args, **kwargs)

        return wrapper

    @doubled
    def handler(x: int) -> int:
        return x

    assert bound(handler)(made("x=4")) == 8


def test_a_partial_and_a_callable_object_can_be_handlers() -> None:
    def handler(x: int, y: int) -> Any:
        return x, y

    class Adder:
        def __call__(self, x: int) -> int:
            return x + 1

    assert bound(functools.partial(handler, 1))(made("y=2")) == (1, 2)
    assert bound(Adder())(made("x=4")) == 5


def test_local_names_are_found_and_later_ones_are_a_name_error() -> None:
    class Local(enum.Enum):
        A = "a"

    def handler(x: Local) -> Local:
        return x

    with pytest.raises(NameError):
        read_signature(handler, (), {})
    signature = read_signature(handler, (), {}, {"Local": Local})
    assert signature.parameters == (Parameter("x", Source.QUERY, Local, "x"),)
    assert signature.returns is Local
    assert compile_call(handler, signature)(made("x=a")) is Local.A


def test_names_of_a_class_body_are_found() -> None:
    class Todos:
        Kind = Literal["a"]

        def get(self, kind: Kind) -> str:
            return kind

    signature = read_signature(Todos().get, (), {}, vars(Todos))
    assert signature.parameters[0].annotation == Literal["a"]


def test_request_and_response_may_be_imported_for_type_checkers_only() -> None:
    namespace: dict[str, Any] = {}
    source = "def handler(request: 'Request', x: 'int') -> 'Response': ..."
    exec(source, namespace)
    signature = read_signature(namespace["handler"], (), {}, {})
    assert signature.parameters[0].source is Source.REQUEST
    assert signature.returns.__name__ == "Response"


def test_what_the_handler_raises_goes_through() -> None:
    def handler(x: int) -> None:
        raise HTTPError(409)

    refused(bound(handler), made("x=1"), 409)


class Range(msgspec.Struct, Generic[Number]):
    low: Number
    high: Number | None = None


def test_a_generic_struct_is_read_from_the_query() -> None:
    def handler(within: Annotated[Range[int], Query()]) -> Any:
        return within

    assert bound(handler)(made("low=1&high=")) == Range(1)
    assert problems(bound(handler), made("low=x")) == [("query", "low", "must be a whole number")]


def test_a_literal_none_is_no_text() -> None:
    def handler(kind: Literal["a", None]) -> Any:
        return kind

    assert problems(bound(handler), made("kind=None")) == [
        ("query", "kind", "must be one of a, null")
    ]
