from __future__ import annotations

import time
from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puretodo.model.day_words import Language
from puretodo.model.quick_add import Understood, understand
from puretodo.model.text import one_line
from puretodo.model.values import NewTodo, Repeat

SUNDAY = date(2026, 11, 29)
MONDAY = date(2026, 11, 30)
LISTS = ["Inbox", "Shop", "Home", "Home work", "Família", "Feira"]
LANGUAGES: st.SearchStrategy[Language] = st.sampled_from(["en", "pt"])
MARKERS = r"""#shop #é #5 !1 !9 +shop +"home +"home +" + # ! \ \#x \tomorrow C# a+b http://x/#y ,"""
WORDS = """milk tomorrow amanhã every day every! toda segunda on 5 dec dez 2026-12-05 2026-02-30
31 feb next in 3 999 months dias úteis"""
ODDITIES = ["\U0001f37a", "\ud800", "\u200b", "\u0301", "\x00", "\u00a8", "\ufdfa", "\u0130"]
PIECES = st.sampled_from([*MARKERS.split(), *WORDS.split(), '+"home work"', *ODDITIES])
TEXTS = st.one_of(
    st.text(),
    st.lists(PIECES, max_size=30).map(" ".join),
    st.lists(PIECES, max_size=9).map("".join),
)


def said(text: str, language: Language = "en") -> Understood:
    return understand(text, today=SUNDAY, language=language, lists=LISTS)


def kinds(understood: Understood) -> list[tuple[str, str]]:
    return [(part.kind, part.text) for part in understood.parts]


def test_a_line_says_all_of_a_todo() -> None:
    understood = said('milk #shop !1 +"home work" every 2 weeks tomorrow')
    assert understood == Understood(
        title="milk",
        list="Home work",
        tags=["shop"],
        priority=1,
        due=MONDAY,
        repeat=Repeat(2, "week"),
        parts=understood.parts,
    )
    assert kinds(understood) == [
        ("tag", "#shop"),
        ("priority", "!1"),
        ("list", '+"home work"'),
        ("repeat", "every 2 weeks"),
        ("due", "tomorrow"),
    ]


@pytest.mark.parametrize(
    ("text", "title", "tags"),
    [
        ("milk #shop", "milk", ["shop"]),
        ("#Shop milk #SHOP #dairy", "milk", ["shop", "dairy"]),
        ("buy #milk, and #bread.", "buy and", ["milk", "bread"]),
        ("café #Padaria #pão", "café", ["padaria", "pão"]),
        ("#v2 release", "release", ["v2"]),
        ("bug #5", "bug #5", []),
        ("learn C#", "learn C#", []),
        ("learn C# and F#.", "learn C# and F#.", []),
        ("read http://x/#y", "read http://x/#y", []),
        ("a #b#c", "a #b#c", []),
        ("a #b,c", "a #b,c", []),
        ("a # b", "a # b", []),
        ("a #" + "b" * 50, "a", ["b" * 50]),
        ("a #" + "b" * 51, "a #" + "b" * 51, []),
        ("a " + " ".join(f"#t{n}" for n in range(22)), "a #t20 #t21", [f"t{n}" for n in range(20)]),
    ],
)
def test_a_tag_is_a_word_behind_a_hash(text: str, title: str, tags: list[str]) -> None:
    understood = said(text)
    assert (understood.title, understood.tags) == (title, tags)


@pytest.mark.parametrize(
    ("text", "title", "priority"),
    [
        ("milk !1", "milk", 1),
        ("!2 milk", "milk", 2),
        ("milk !3 now", "milk now", 3),
        ("milk !1 !2", "milk !1", 2),
        ("milk !4", "milk !4", None),
        ("milk !12", "milk !12", None),
        ("milk!1", "milk!1", None),
        ("wow !", "wow !", None),
    ],
)
def test_a_priority_is_a_number_behind_an_exclamation_mark(
    text: str, title: str, priority: int | None
) -> None:
    understood = said(text)
    assert (understood.title, understood.priority) == (title, priority)


@pytest.mark.parametrize(
    ("text", "title", "name"),
    [
        ("milk +Shop", "milk", "Shop"),
        ("milk +SHOP now", "milk now", "Shop"),
        ("milk +sh", "milk", "Shop"),
        ("milk +shop,", "milk", "Shop"),
        ("sweep +home", "sweep", "Home"),
        ("sweep +hom", "sweep +hom", None),
        ("sweep +Home-w", "sweep +Home-w", None),
        ('sums +"Home work"', "sums", "Home work"),
        ('sums +"home w"', "sums", "Home work"),
        ('sums +"home', 'sums +"home', None),
        ('sums +"home work', 'sums +"home work', None),
        ('sums +"home work"x', 'sums +"home work"x', None),
        ('sums +""', 'sums +""', None),
        ("ligar +familia", "ligar", "Família"),
        ("ligar +f", "ligar +f", None),
        ("milk +nowhere", "milk +nowhere", None),
        ("milk +shop +inbox", "milk +shop", "Inbox"),
        ("milk +shop +nowhere", "milk +nowhere", "Shop"),
        ("a+shop", "a+shop", None),
        ("1 + 1", "1 + 1", None),
        ("a ++", "a ++", None),
    ],
)
def test_a_list_is_named_by_its_title_or_how_it_begins(
    text: str, title: str, name: str | None
) -> None:
    understood = said(text)
    assert (understood.title, understood.list) == (title, name)


def test_a_list_is_named_although_another_has_the_same_title() -> None:
    understood = understand("milk +shop", today=SUNDAY, language="en", lists=["Shop", "shop"])
    assert understood.list in {"Shop", "shop"}


@pytest.mark.parametrize(
    ("text", "title", "due"),
    [
        ("call Ana tomorrow", "call Ana", "2026-11-30"),
        ("tomorrow call Ana", "call Ana", "2026-11-30"),
        ("call on friday, then write", "call then write", "2026-12-04"),
        ("call Ana tomorrow.", "call Ana", "2026-11-30"),
        ("Prepare Monday meeting tomorrow", "Prepare Monday meeting", "2026-11-30"),
        ("tax by 5 dec 2027", "tax", "2027-12-05"),
        ("buy sun cream", "buy sun cream", None),
        ("maybe mayor may", "maybe mayor may", None),
        ("tomorrowland", "tomorrowland", None),
        ("read tomorrow's news", "read tomorrow's news", None),
        ("open 24/7", "open 24/7", None),
        ("party 31 feb", "party 31 feb", None),
        ("see http://x/2026-12-05", "see http://x/2026-12-05", None),
        ("sort the in tray", "sort the in tray", None),
    ],
)
def test_a_day_is_said_in_words(text: str, title: str, due: str | None) -> None:
    understood = said(text)
    assert (understood.title, understood.due) == (title, date.fromisoformat(due) if due else None)


@pytest.mark.parametrize(
    ("text", "title", "due", "repeat"),
    [
        ("rent every month on the 1st", "rent", "2026-12-01", Repeat(1, "month")),
        ("water plants every! 3 days", "water plants", "2026-11-29", Repeat(3, "day", "done")),
        ("stand-up every weekday", "stand-up", "2026-11-30", Repeat(1, "weekday")),
        ("bins every monday", "bins", "2026-11-30", Repeat(1, "week")),
        ("bins every monday 2026-12-07", "bins", "2026-12-07", Repeat(1, "week")),
        ("weekly review every fri", "weekly review", "2026-12-04", Repeat(1, "week")),
        ("tomorrow every day run", "run", "2026-11-30", Repeat(1, "day")),
        ("everyday things", "everyday things", None, None),
        ("every cloud", "every cloud", None, None),
    ],
)
def test_a_repeat_is_said_in_words(
    text: str, title: str, due: str | None, repeat: Repeat | None
) -> None:
    understood = said(text)
    assert (understood.title, understood.repeat) == (title, repeat)
    assert understood.due == (date.fromisoformat(due) if due else None)


@pytest.mark.parametrize(
    ("text", "title", "due", "repeat"),
    [
        ("leite #mercado amanhã !2", "leite", "2026-11-30", None),
        ("pagar a luz dia 5", "pagar a luz", "2026-12-05", None),
        ("pagar a luz até o dia 5 de janeiro", "pagar a luz", "2027-01-05", None),
        ("reunião na próxima segunda-feira às 10h", "reunião às 10h", "2026-11-30", None),
        ("dentista daqui a 2 semanas", "dentista", "2026-12-13", None),
        ("pedir a segunda via da conta", "pedir a segunda via da conta", None, None),
        ("ter um plano", "ter um plano", None, None),
        ("ver o mar", "ver o mar", None, None),
        ("lixo toda segunda", "lixo", "2026-11-30", Repeat(1, "week")),
        ("remédio todo dia", "remédio", "2026-11-29", Repeat(1, "day")),
        ("correr dias úteis", "correr", "2026-11-30", Repeat(1, "weekday")),
        ("aluguel todo mês dia 10", "aluguel", "2026-12-10", Repeat(1, "month")),
        ("filtro a cada! 6 meses", "filtro", "2026-11-29", Repeat(6, "month", "done")),
        ("todo o trabalho", "todo o trabalho", None, None),
    ],
)
def test_a_line_is_understood_in_portuguese(
    text: str, title: str, due: str | None, repeat: Repeat | None
) -> None:
    understood = said(text, "pt")
    assert (understood.title, understood.repeat) == (title, repeat)
    assert understood.due == (date.fromisoformat(due) if due else None)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\\#shop milk", "#shop milk"),
        ("milk \\!1 a", "milk !1 a"),
        ("milk \\+shop", "milk +shop"),
        ('milk \\+"Home work"', 'milk +"Home work"'),
        ("sing \\tomorrow", "sing tomorrow"),
        ("\\next monday comes", "next monday comes"),
        ("\\every day counts", "every day counts"),
        ("see \\server\\share", "see \\server\\share"),
        ("a \\ b", "a \\ b"),
        ("a \\\\#b", "a \\\\#b"),
    ],
)
def test_a_backslash_keeps_a_marker_as_text(text: str, title: str) -> None:
    assert said(text) == Understood(title=title)


@pytest.mark.parametrize(
    "text", ["tomorrow", "#shop", "!1 +shop", "every day", " #a  #b ", "\u200b !1"]
)
def test_a_text_of_markers_only_is_the_title(text: str) -> None:
    assert said(text) == Understood(title=one_line(text))


def test_parts_are_counted_as_javascript_counts() -> None:
    understood = said("🍺🍺 #pub !1")
    assert [(part.start, part.end) for part in understood.parts] == [(5, 9), (10, 12)]
    assert said("🍺 e\u0301 #pub").parts[0].start == 6


def test_what_is_understood_is_described_for_the_api() -> None:
    schema = msgspec.json.schema(Understood)["$defs"]["Understood"]
    assert list(schema["properties"]) == list(Understood.__struct_fields__)
    assert (
        msgspec.json.decode(msgspec.json.encode(said("milk !1 today")), type=Understood).priority
        == 1
    )


@settings(deadline=None)
@given(TEXTS, LANGUAGES, st.dates())
def test_any_text_is_understood(text: str, language: Language, today: date) -> None:
    understood = understand(text, today=today, language=language, lists=LISTS)
    assert bool(understood.title) == bool(one_line(text))


@settings(deadline=None)
@given(TEXTS, LANGUAGES)
def test_parts_are_pieces_of_the_text_in_its_order(text: str, language: Language) -> None:
    units = text.encode("utf-16-le", "surrogatepass")
    end = 0
    for part in said(text, language).parts:
        assert end <= part.start < part.end
        end = part.end
        piece = units[2 * part.start : 2 * part.end]
        assert piece.decode("utf-16-le", "surrogatepass") == part.text


@settings(deadline=None)
@given(TEXTS, LANGUAGES)
def test_what_is_understood_can_be_added(text: str, language: Language) -> None:
    understood = said(text, language)
    fields = {"priority": understood.priority, "due": understood.due, "tags": understood.tags}
    todo = msgspec.convert({"title": "x", **fields}, NewTodo)
    assert todo.tags == understood.tags


@settings(deadline=None)
@given(
    st.sampled_from(["milk", "buy a book", "leite e pão"]), st.permutations(["#a", "!2", "+shop"])
)
def test_the_order_of_markers_does_not_matter(title: str, markers: list[str]) -> None:
    understood = said(" ".join([markers[0], title, *markers[1:]]))
    assert (understood.title, understood.list) == (title, "Shop")
    assert (understood.tags, understood.priority) == (["a"], 2)


@pytest.mark.parametrize(
    "piece",
    [
        "a ",
        "#a ",
        "+h ",
        '+"',
        '+"a ',
        "every day ",
        "on ",
        "next ",
        "\\a ",
        "#",
        "in 3 ",
        "\u0301",
        "😀",
    ],
)
def test_the_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        said(text)
        return time.process_time() - start

    few, many = piece * 1000, piece * 16_000
    assert min(seconds(many) for _ in range(3)) < 64 * max(
        1e-4, min(seconds(few) for _ in range(5))
    )
