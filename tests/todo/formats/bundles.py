"""Bundles of any content, as the store could give them; and how a reader is called."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import strategies as st
from msgspec import ValidationError, convert

from puretodo.formats import FORMATS
from puretodo.model.bundle import Bundle, BundleList, BundleTodo
from puretodo.model.text import tag_names
from puretodo.model.values import NewTodo, Tag
from tests.todo.model.test_recurrence import REPEATS

NOW = datetime(2026, 11, 29, 18, 30, tzinfo=UTC)

WORDS = r"""=1+1 +x -x @x 'x ''=x x (A) (a) 2026-12-05 due:2026-12-05 rec:1w \ \\+x \x note:a_b
pri:A a,b a;b a"b %5F _ : é \n a\,b BEGIN:VTODO"""
ODDITIES = [
    "\U0001f37a",
    "\uff1d1",
    "\u3000a",
    "a\nb",
    "\n\nb",
    "\tb",
    "x" * 80,
    "\ufb01",
    "\u0301",
]
TRICKY = [*WORDS.split(), *ODDITIES]


def is_title(text: str) -> bool:
    try:
        title = convert({"title": text}, NewTodo).title
        return convert({"title": title}, NewTodo).title == title
    except ValidationError:
        return False


def is_tag(text: str) -> bool:
    try:
        convert(text, Tag)
    except ValidationError:
        return False
    return tag_names([text]) == [text]


TEXTS = st.one_of(
    st.text(max_size=40), st.lists(st.sampled_from(TRICKY), min_size=1, max_size=5).map(" ".join)
)
LETTERS = st.characters(exclude_categories=["Z", "C"], exclude_characters="#,")
TITLES = TEXTS.filter(is_title)
TAGS = st.one_of(
    st.text(LETTERS, min_size=1, max_size=12).map(str.lower),
    st.sampled_from(
        ["home", "-a", "a-", "'a", "=1", "a:b", "\\", "+x", "@y", "ç", "a;b", 'a"b', "%20"]
    ),
).filter(is_tag)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))

TODOS = st.builds(
    BundleTodo,
    title=TITLES,
    notes=TEXTS,
    done_at=st.one_of(st.none(), MOMENTS),
    due=st.one_of(st.none(), st.dates()),
    priority=st.sampled_from([None, 1, 2, 3]),
    tags=st.lists(TAGS, max_size=4, unique=True),
    repeat=st.one_of(st.none(), REPEATS),
    anchor=st.one_of(st.none(), st.integers(1, 31)),
    created_at=MOMENTS,
    updated_at=MOMENTS,
)
LISTS = st.builds(
    BundleList,
    title=TITLES,
    archived=st.booleans(),
    created_at=MOMENTS,
    updated_at=MOMENTS,
    todos=st.lists(TODOS, max_size=3),
)
BUNDLES = st.lists(LISTS, max_size=2, unique_by=lambda each: each.title).map(Bundle)


def todo(title: str = "Milk", **fields: object) -> BundleTodo:
    """A to-do made at `NOW`."""
    times = {"created_at": NOW, "updated_at": NOW}
    return convert({"title": title} | times | fields, BundleTodo)


def bundle(*todos: BundleTodo, title: str = "Home") -> Bundle:
    """One list, made at `NOW`."""
    return Bundle([BundleList(title=title, created_at=NOW, updated_at=NOW, todos=list(todos))])


def written(name: str, outgoing: Bundle) -> bytes:
    write = FORMATS[name].write
    assert write is not None
    return write(outgoing)


def read(name: str, data: bytes | str, now: datetime = NOW) -> Bundle:
    """Read a file; what names no list is put in `Inbox`."""
    reader = FORMATS[name].read
    assert reader is not None
    return reader(data.encode() if isinstance(data, str) else data, default_list="Inbox", now=now)


def titles(incoming: Bundle) -> dict[str, list[str]]:
    """The titles of all to-dos, by the titles of their lists."""
    return {each.title: [item.title for item in each.todos] for each in incoming.lists}


def day(text: str) -> date:
    return date.fromisoformat(text)
