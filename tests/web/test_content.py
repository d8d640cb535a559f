"""Bodies as values."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

import msgspec
import pytest

from potstill.web.binding.content import decode_json
from potstill.web.binding.sources import FormField
from potstill.web.errors import HTTPError
from potstill.web.forms.form import Form, Upload
from potstill.web.request import Request
from tests.web.binding_support import bound, closed, made, posted, problems, refused

FORM = "application/x-www-form-urlencoded"
Inner = TypeVar("Inner")


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class NewTodo(msgspec.Struct, forbid_unknown_fields=True):
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=5)]
    due: date | None = None
    done: bool = False
    tags: list[str] = []
    priority: Literal[1, 2, 3] = 2


class Item(msgspec.Struct):
    title: str
    colour: Colour = Colour.RED
    count: Annotated[int, msgspec.Meta(ge=1)] | None = None


class Order(msgspec.Struct):
    items: Annotated[list[Item], msgspec.Meta(max_length=3)]
    where: dict[str, Item] = {}
    note: int | str | None = None
    price: Decimal = Decimal(0)
    id: UUID | None = None


class Fair(msgspec.Struct):
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low has to be below high")


class Renamed(msgspec.Struct, rename="camel"):
    due_date: date
    is_done: bool


@dataclass
class Plain:
    name: str
    size: int = 1


class Box(msgspec.Struct, Generic[Inner]):
    item: Inner


class Cat(msgspec.Struct, tag=True):
    name: str


class Dog(msgspec.Struct, tag=True):
    age: int


def todo(body: NewTodo) -> NewTodo:
    return body


def order(body: Order) -> Order:
    return body


# -- JSON ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=utf-8", "application/vnd.todo+json"],
)
def test_json_becomes_the_annotated_type(content_type: str) -> None:
    found = bound(todo)(posted('{"title": "milk", "due": "2026-01-31"}', content_type))
    assert found == NewTodo("milk", date(2026, 1, 31))


@pytest.mark.parametrize(
    ("annotation", "body", "value"),
    [
        (list[int], "[1, 2]", [1, 2]),
        (dict[str, int], '{"a": 1}', {"a": 1}),
        (Plain, '{"name": "a"}', Plain("a")),
        (Cat | Dog, '{"type": "Dog", "age": 3}', Dog(3)),
        (Any, "[null]", [None]),
        (int | None, "null", None),
    ],
)
def test_whatever_msgspec_knows_can_be_a_body(annotation: Any, body: str, value: Any) -> None:
    def handler(body: Any) -> Any:
        return body

    handler.__annotations__ = {"body": annotation}
    assert bound(handler)(posted(body)) == value


INVALID: list[tuple[str, str, str]] = [
    ("{}", "items", "is required"),
    ("[]", "", "must be an object"),
    ('{"items": {}}', "items", "must be a list of at most 3 values, each of it an object"),
    ('{"items": [{}]}', "items[0].title", "is required"),
    ('{"items": [{"title": "a"}, {"title": 1}]}', "items[1].title", "must be text"),
    (
        '{"items": [{"title": "a", "colour": "<b>"}]}',
        "items[0].colour",
        "must be one of blue, red",
    ),
    (
        '{"items": [{"title": "a", "count": 0}]}',
        "items[0].count",
        "must be a whole number of at least 1 or null",
    ),
    ('{"items": [], "where": {"a": {"title": 1}}}', "where[...].title", "must be text"),
    ('{"items": [], "note": []}', "note", "must be a whole number or text or null"),
    ('{"items": [], "price": "x"}', "price", "must be a decimal number, as in 12.50"),
    ('{"items": [], "id": "x"}', "id", "must be a UUID or null"),
    ('{"items": [], "note": ' + "9" * 5000 + "}", "note", "must be a whole number or text or null"),
]


@pytest.mark.parametrize(("body", "field", "detail"), INVALID)
def test_what_does_not_validate_is_422_with_the_place(body: str, field: str, detail: str) -> None:
    assert problems(bound(order), posted(body)) == [("body", field, detail)]


def test_an_unknown_field_is_named_and_not_at_length() -> None:
    assert problems(bound(todo), posted('{"title": "a", "x": 1}')) == [
        ("body", "x", "is not known here")
    ]
    long = problems(bound(todo), posted('{"title": "a", "%s": 1}' % ("x" * 9999)))
    assert len(long[0][1]) == 100


def test_what_a_post_init_says_is_passed_on() -> None:
    def handler(body: list[Fair]) -> None: ...

    assert problems(bound(handler), posted('[{"low": 2, "high": 1}]')) == [
        ("body", "[0]", "low has to be below high")
    ]


MALFORMED: list[tuple[bytes, str]] = [
    (b'{"title": "a",}', "The body is no JSON: trailing comma in object, at byte 14."),
    (b"{", "The body is no JSON: it ends too early."),
    (b"{'a': 1}", ""),
    (b'{"title": NaN}', ""),
    (b'{"title": "\xff"}', "The body is not UTF-8."),
    (b'{"title": "\xed\xa0\x80"}', "The body is not UTF-8."),
    (b'{"title":"a"} x', "The body is no JSON: trailing characters, at byte 15."),
]


@pytest.mark.parametrize(("body", "detail"), MALFORMED)
def test_what_is_no_json_is_400(body: bytes, detail: str) -> None:
    error = refused(bound(todo), posted(body), 400)
    assert not detail or error.detail == detail


def test_json_that_is_nested_without_end_is_400() -> None:
    def handler(body: Any) -> None: ...

    refused(bound(handler), posted(b"[" * 200_000), 400)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "", "application/xml", "+json", "text/html"]
)
def test_another_media_type_is_415_and_says_what_is_taken(content_type: str) -> None:
    error = refused(bound(order), posted("{}", content_type), 415)
    assert error.headers == (("Accept", "application/json"), ("Accept-Post", "application/json"))


def test_a_flat_type_is_taken_from_forms_too() -> None:
    request = posted("x", "text/plain")
    request.method = "PATCH"
    error = refused(bound(todo), request, 415)
    taken = "application/json, application/x-www-form-urlencoded, multipart/form-data"
    assert error.headers == (("Accept", taken), ("Accept-Patch", taken))


# -- no body ---------------------------------------------------------------------------------------


def test_a_body_that_is_wanted_and_missing_is_named() -> None:
    assert problems(bound(todo), made(method="POST")) == [("body", "", "is required")]
    assert problems(bound(todo), posted("")) == [("body", "", "is required")]


@pytest.mark.parametrize("content_type", ["", "application/json"])
def test_an_optional_body_that_is_missing_is_its_default(content_type: str) -> None:
    def handler(body: NewTodo | None = None) -> Any:
        return body

    assert bound(handler)(posted("", content_type)) is None
    assert bound(handler)(posted('{"title": "a"}')) == NewTodo("a")
    refused(bound(handler), posted("{}", "text/plain"), 415)


def test_a_chunked_body_is_read_to_its_end() -> None:
    request = posted('{"title": "a"}')
    del request.environ["CONTENT_LENGTH"]
    request.environ["wsgi.input_terminated"] = True
    assert bound(todo)(request) == NewTodo("a")


def test_a_body_that_is_too_large_is_413() -> None:
    request = posted('{"title": "a"}')
    request.max_body = 5
    refused(bound(todo), request, 413)


# -- text, bytes -----------------------------------------------------------------------------------


def test_bytes_and_text_are_taken_as_they_come() -> None:
    def raw(body: bytes) -> bytes:
        return body

    def text(body: str) -> str:
        return body

    assert bound(raw)(posted(b"\xff", "image/png")) == b"\xff"
    assert bound(raw)(made()) == b""
    assert bound(text)(posted("café", "text/plain")) == "café"
    refused(bound(text), posted(b"\xff", "text/plain"), 400)


def test_bounds_of_text_are_checked() -> None:
    def handler(body: Annotated[str, msgspec.Meta(max_length=2)]) -> str:
        return body

    assert bound(handler)(posted("ab", "text/plain")) == "ab"
    assert problems(bound(handler), posted("abc", "text/plain")) == [
        ("body", "", "must be text of at most 2 characters")
    ]


def test_optional_bytes_that_do_not_come_are_the_default() -> None:
    def handler(body: bytes | None = None) -> Any:
        return body

    assert bound(handler)(made()) is None


# -- forms -----------------------------------------------------------------------------------------


def test_a_form_becomes_the_same_type_as_json() -> None:
    request = posted("title=milk&due=2026-01-31&done=on&tags=a&tags=b&priority=3", FORM)
    assert bound(todo)(request) == NewTodo("milk", date(2026, 1, 31), True, ["a", "b"], 3)


def test_fields_that_nobody_filled_in_have_their_defaults() -> None:
    assert bound(todo)(posted("title=milk&due=&priority=&csrf_token=x", FORM)) == NewTodo("milk")


def test_all_that_is_wrong_with_a_form_is_told() -> None:
    request = posted("due=x&done=maybe&more=1&priority=9", FORM)
    assert problems(bound(todo), request) == [
        ("body", "title", "is required"),
        ("body", "due", "must be a date, as in 2026-01-31"),
        ("body", "done", "must be true or false"),
        ("body", "priority", "must be one of 1, 2, 3"),
        ("body", "more", "is not known here"),
    ]


def test_names_on_the_wire_are_those_of_json() -> None:
    def handler(body: Renamed) -> Renamed:
        return body

    request = posted("dueDate=2026-01-31&isDone=0", FORM)
    assert bound(handler)(request) == Renamed(date(2026, 1, 31), False)
    assert problems(bound(handler), posted("", FORM)) == [
        ("body", "dueDate", "is required"),
        ("body", "isDone", "is required"),
    ]


def test_a_required_field_that_may_be_none_is_none_when_it_comes_empty() -> None:
    class Dated(msgspec.Struct):
        due: date | None

    def handler(body: Dated) -> Any:
        return body.due

    call = bound(handler, Dated=Dated)
    assert call(posted("due=", FORM)) is None
    assert problems(call, posted("x=1", FORM)) == [("body", "due", "is required")]


def test_what_a_post_init_says_of_a_form_is_passed_on() -> None:
    def handler(body: Fair) -> None: ...

    assert problems(bound(handler), posted("low=2&high=1", FORM)) == [
        ("body", "", "low has to be below high")
    ]


def test_a_dataclass_can_be_a_form() -> None:
    def handler(body: Plain) -> Plain:
        return body

    assert bound(handler)(posted("name=a&size=07", FORM)) == Plain("a", 7)


def test_the_tag_of_a_struct_may_come_in_a_form_and_has_to_be_right() -> None:
    def handler(body: Cat) -> Cat:
        return body

    assert bound(handler)(posted("type=Cat&name=a", FORM)) == Cat("a")
    assert bound(handler)(posted("name=a", FORM)) == Cat("a")
    assert problems(bound(handler), posted("type=Dog&name=a", FORM)) == [
        ("body", "type", "must be Cat")
    ]


def test_a_generic_type_can_be_a_form_or_json() -> None:
    def handler(body: Box[int]) -> Any:
        return body.item

    assert bound(handler)(posted("item=4", FORM)) == 4
    assert problems(bound(handler), posted('{"item": "x"}')) == [
        ("body", "item", "must be a whole number")
    ]


def test_a_form_is_not_taken_for_what_it_cannot_express() -> None:
    refused(bound(order), posted("items=1", FORM), 415)


def test_the_form_itself_can_be_asked_for() -> None:
    def handler(body: Form) -> Any:
        return body["a"]

    def optional(body: Form | None = None) -> Any:
        return body

    assert bound(handler)(posted("a=1", FORM)) == "1"
    refused(bound(handler), posted("{}"), 415)
    assert bound(optional)(made(method="POST")) is None


# -- uploads ---------------------------------------------------------------------------------------


def multipart(*parts: tuple[str, str | None, bytes]) -> Request:
    """A form of fields and files."""
    body = b""
    for name, filename, data in parts:
        file = f'; filename="{filename}"\r\nContent-Type: text/plain' if filename else ""
        body += f'--B\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode()
        body += data + b"\r\n"
    return posted(body + b"--B--\r\n", "multipart/form-data; boundary=B")


def test_uploads_arrive_by_name() -> None:
    def handler(
        avatar: Upload,
        body: NewTodo,
        pictures: list[Upload],
        other: Upload | None = None,
        more: list[Upload] | None = None,
    ) -> Any:
        return avatar.read(), body.title, [each.filename for each in pictures], other, more

    request = multipart(
        ("title", None, b"milk"),
        ("avatar", "a.txt", b"AA"),
        ("pictures", "1.txt", b"1"),
        ("pictures", "2.txt", b"2"),
    )
    assert bound(handler)(request) == (b"AA", "milk", ["1.txt", "2.txt"], None, None)
    closed(request)


def test_a_missing_upload_is_named_with_all_else() -> None:
    def handler(avatar: Upload, pictures: list[Upload], note: Annotated[int, "n"]) -> None: ...

    request = multipart(("x", None, b"1"))
    assert problems(bound(handler), request) == [
        ("query", "note", "is required"),
        ("upload", "avatar", "is required"),
        ("upload", "pictures", "is required"),
    ]
    closed(request)
    assert len(problems(bound(handler), made(method="POST"))) == 3


def test_optional_uploads_want_no_form() -> None:
    def handler(avatar: Upload | None = None) -> Any:
        return avatar

    assert bound(handler)(made(method="POST")) is None
    refused(bound(handler), posted("{}"), 415)


def test_a_body_beside_uploads_is_read_from_the_form_only() -> None:
    def handler(body: Plain, avatar: Upload | None = None) -> Plain:
        return body

    assert bound(handler)(posted("name=a", FORM)) == Plain("a")
    error = refused(bound(handler), posted('{"name": "a"}'), 415)
    assert ("Accept", f"{FORM}, multipart/form-data") in error.headers


# -- request.json() --------------------------------------------------------------------------------


def test_a_request_can_be_decoded_by_hand() -> None:
    assert posted('{"title": "a"}').json(NewTodo) == NewTodo("a")
    assert posted("[1]").json() == [1]
    assert decode_json(posted("[1]"), list[int]) == [1]
    for body, content_type, status in [
        ("{", "application/json", 400),
        ("", "application/json", 400),
        ("{}", "text/plain", 415),
        ("{}", "application/json", 422),
    ]:
        with pytest.raises(HTTPError) as caught:
            posted(body, content_type).json(NewTodo)
        assert caught.value.status == status


def test_a_type_that_cannot_be_hashed_is_decoded_too() -> None:
    meta = msgspec.Meta(extra={"key": []})
    assert decode_json(posted("1"), Annotated[int, meta]) == 1


@dataclass
class Counted:
    title: str
    length: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.length = len(self.title)


def test_a_form_does_not_set_what_is_not_passed_when_an_object_is_made() -> None:
    def handler(body: Counted) -> int:
        return body.length

    assert bound(handler)(posted("title=abc&length=9", FORM)) == 3


def test_an_upload_may_have_another_name_in_the_form() -> None:
    def handler(picture: Annotated[Upload, FormField("profile-picture")]) -> str:
        return picture.filename

    part = 'Content-Disposition: form-data; name="profile-picture"; filename="a.png"'
    body = f"--x\r\n{part}\r\n\r\nabc\r\n--x--\r\n"
    request = posted(body, "multipart/form-data; boundary=x")
    assert bound(handler)(request) == "a.png"
    closed(request)
    assert problems(bound(handler), posted("", FORM)) == [
        ("upload", "profile-picture", "is required")
    ]
