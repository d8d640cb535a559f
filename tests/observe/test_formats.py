"""observe.formats: lines nobody can forge, and mistakes that are told at start."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potstill.observe.atoms import ATOMS
from potstill.observe.entry import Entry
from potstill.observe.formats import COMBINED, JSON, compile_format
from tests.observe.samples import REFUSED, SAMPLE, SampleFields, SampleLine, sent_by, time_zone

EVERY_ATOM = "|".join(
    [*(f"%({name})s" for name in ATOMS), "%({x-id}i)s", "%({x-id}o)s", "%({x-id}e)s"]
)
COMBINED_LINE = re.compile(
    r'(?P<peer>\S+) - (?P<user>\S+) \[(?P<time>[^]]+)\] "(?P<request>[^"]*)"'
    r' (?P<status>[0-9]{3}) (?P<sent>-|[0-9]+) "(?P<referer>[^"]*)" "(?P<agent>[^"]*)"\n'
)

wire_text = st.binary(max_size=40).map(lambda data: data.decode("latin-1"))
lines = st.builds(SampleLine, wire_text, wire_text, wire_text, wire_text, wire_text)
sections = st.dictionaries(
    st.sampled_from(["referer", "user-agent", "x-id", "authorization"]), wire_text
).map(SampleFields)
responses = st.lists(st.tuples(st.sampled_from(["X-Id", "Vary"]), wire_text), max_size=3)
hostile_entries = st.builds(
    replace,
    st.just(SAMPLE),
    peer=wire_text,
    line=st.none() | lines,
    fields=st.none() | sections | wire_text.map(lambda user: sent_by(user).fields),
    response_fields=responses,
    status=st.integers(100, 999),
    sent=st.integers(0, 1 << 40),
    ended=st.floats(0, 4e9),
    seconds=st.floats(0, 1e6),
)


def test_combined_is_the_format_of_apache() -> None:
    with time_zone("UTC0"):
        assert compile_format("combined")(SAMPLE) == (
            '192.0.2.7 - - [22/Nov/2026:12:00:00 +0000] "GET /todos%20old?done=1 HTTP/1.1"'
            ' 200 13 "http://a/" "curl/8.5"\n'
        )


def test_combined_has_a_dash_for_all_that_a_refused_request_did_not_tell() -> None:
    with time_zone("UTC0"):
        assert compile_format("combined")(REFUSED) == (
            '192.0.2.7 - - [22/Nov/2026:12:00:00 +0000] "-" 400 - "-" "-"\n'
        )


def test_the_name_combined_stands_for_its_atoms() -> None:
    assert compile_format(COMBINED)(SAMPLE) == compile_format("combined")(SAMPLE)


@given(hostile_entries)
def test_combined_keeps_its_columns_whatever_a_client_sends(entry: Entry) -> None:
    match = COMBINED_LINE.fullmatch(compile_format("combined")(entry))
    assert match
    assert match["status"] == str(entry.status)
    assert match["request"].count(" ") == (2 if entry.line else 0)


@given(hostile_entries)
def test_every_atom_stays_on_its_line_in_printable_ascii(entry: Entry) -> None:
    line = compile_format(EVERY_ATOM)(entry)
    assert line[-1] == "\n"
    assert re.fullmatch(r"[ !#-~]*", line[:-1])


def test_json_is_an_object_with_the_documented_keys() -> None:
    with time_zone("UTC0"):
        line = compile_format("json")(SAMPLE)
    assert json.loads(line) == {
        "time": "2026-11-22T12:00:00.250+00:00",
        "client": "192.0.2.7",
        "method": "GET",
        "target": "/todos%20old?done=1",
        "protocol": "HTTP/1.1",
        "status": 200,
        "bytes": 13,
        "duration": 1.0025,
        "referer": "http://a/",
        "user_agent": "curl/8.5",
    }


def test_json_has_null_for_what_is_missing() -> None:
    answer = json.loads(compile_format("json")(replace(REFUSED, peer="")))
    nothing = {key for key, value in answer.items() if value is None}
    assert nothing == {"client", "method", "target", "protocol", "referer", "user_agent"}


@given(hostile_entries)
def test_json_says_what_was_sent_whatever_it_was(entry: Entry) -> None:
    line = compile_format("json")(entry)
    assert line.isascii()
    assert line.index("\n") == len(line) - 1
    answer = json.loads(line)
    assert [*answer] == [*JSON]
    assert answer["target"] == (entry.line.target if entry.line else None)
    assert answer["user_agent"] == (entry.fields.get("user-agent") if entry.fields else None)
    assert answer["referer"] == (entry.fields.get("referer") if entry.fields else None)
    assert answer["client"] == (entry.peer or None)
    assert answer["bytes"] == entry.sent


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("%(s)s", "200\n"),
        ("%(s)s%(m)s", "200GET\n"),
        ("100%% %(s)s %%(h)s %%", "100% 200 %(h)s %\n"),
        ("{p0} \\ ' \" {{ %(s)s }", "{p0} \\ ' \" {{ 200 }\n"),
        ("\N{RIGHTWARDS ARROW}\t%(s)s", "\N{RIGHTWARDS ARROW}\t200\n"),
        ("%({x-id}i)s/%({X-None}i)s", "17/-\n"),
    ],
)
def test_text_between_atoms_stays_as_it_is(text: str, line: str) -> None:
    assert compile_format(text)(SAMPLE) == line


@pytest.mark.parametrize(
    "name", ["x", "hh", "", "{h}", "h}i", "{}i", "{x}", "{x}z", "{x}ii", "{a}i}i", " h", "H "]
)
def test_an_unknown_atom_is_refused_by_its_name_beside_the_known_ones(name: str) -> None:
    with pytest.raises(ValueError, match="unknown atom") as caught:
        compile_format(f"%(h)s %({name})s")
    told = str(caught.value)
    assert f"unknown atom %({name})s;" in told
    assert set(told.split()) >= {*ATOMS, "{name}i", "{name}o", "{name}e"}


@pytest.mark.parametrize(
    "mistake", ["%", "%d", "%s", "%(h)", "%(h)d", "%(h", "%h", "%>s", "%(h)5s"]
)
def test_a_percent_sign_that_begins_no_atom_is_refused(mistake: str) -> None:
    with pytest.raises(ValueError, match="expected an atom") as caught:
        compile_format(f"%(h)s {mistake}")
    assert repr(mistake)[:-1] in str(caught.value)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("combine", '"combined"'),
        ("Json", '"json"'),
        ("jsonl", '"json"'),
        ("common", "has no atom"),
        ("100%%", "has no atom"),
        ("", "has no atom"),
    ],
)
def test_a_format_without_atoms_is_a_mistake(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(hint)):
        compile_format(text)


@pytest.mark.parametrize("control", ["\n", "\r", "\0", "\x1b", "\x7f"])
def test_a_format_may_not_break_its_line(control: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        compile_format(f"%(h)s{control}%(s)s")


@pytest.mark.parametrize("form", ["combined", "json", '"%(r)s" %(f)s %(U)s'])
@pytest.mark.parametrize(
    "target",
    ["/s/SECRET", "/s/SECRET/todos?a=1", "/root/s/SECRET?x", "/feeds/SECRET", "/s//s/SECRET"],
)
def test_a_secret_in_an_address_is_not_written(form: str, target: str) -> None:
    line = SampleLine("GET", target, target.partition("?")[0], "", "HTTP/1.1")
    fields = SampleFields({"referer": f"https://a.example{target}", "user-agent": "x"})
    written = compile_format(form, ("/s/", "/feeds/"))(replace(SAMPLE, line=line, fields=fields))
    assert "SECRET" not in written
    assert "***" in written
    if form == "json":
        assert json.loads(written)["target"] == target.replace("SECRET", "***")


def test_what_is_no_secret_stays() -> None:
    for target in ("/static/app.css", "/s/", "/s?x=/", "/feedsy/x"):
        entry = replace(SAMPLE, line=SampleLine("GET", target, target, "", "HTTP/1.1"))
        assert compile_format("combined", ("/s/", "/feeds/"))(entry) == (
            compile_format("combined")(entry)
        )
