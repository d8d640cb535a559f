"""benchmarks.plot: well-formed, in both themes, and true to the figures."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from benchmarks.plot import LEFT, RIGHT, Scale, plot
from benchmarks.record import Outcome, Record
from tests.benchmarks.samples import record, small, windows

SVG = "{http://www.w3.org/2000/svg}"


def drawn(shown: Record) -> ElementTree.Element:
    return ElementTree.fromstring(plot(shown))


def bars(shown: Record) -> dict[str, tuple[float, float]]:
    """Where each server's bar begins and ends, in per cent of the width."""
    names = [
        text.text or "" for text in drawn(shown).iter(f"{SVG}text") if text.get("class") == "end"
    ]
    rectangles = [each for each in drawn(shown).iter(f"{SVG}rect") if each.get("rx")]
    spans = [(share(each, "x"), share(each, "width")) for each in rectangles]
    return {name: (x, x + width) for name, (x, width) in zip(names, spans, strict=True)}


def share(element: ElementTree.Element, name: str) -> float:
    return float((element.get(name) or "").removesuffix("%"))


def test_what_takes_more_goes_right_from_the_line_and_what_takes_less_goes_left() -> None:
    shown, scale = bars(small()), Scale([8, 0.5, 0.25])
    assert shown["Waitress"] == pytest.approx((scale.at(1), scale.at(8)), abs=0.02)
    assert shown["bjoern"] == pytest.approx((scale.at(0.5), scale.at(1)), abs=0.02)


def test_the_reference_is_the_line_and_the_absent_have_no_bar() -> None:
    assert list(bars(small())) == ["Waitress", "bjoern", "floor (C)"]


def test_a_scenario_without_anything_to_compare_is_left_out() -> None:
    text = plot(small())
    assert "A greeting, 13 fields" in text
    assert "TLS" not in text


def test_each_doubling_is_as_wide_as_the_next() -> None:
    scale = Scale([0.3, 20])
    places = [at for at, _ in scale.marks()]
    steps = {round(right - left, 9) for left, right in pairwise(places)}
    assert len(steps) == 1
    assert [places[0], places[-1]] == pytest.approx([LEFT, RIGHT])


def test_the_scale_holds_all_that_is_shown() -> None:
    scale = Scale([0.01, 300])
    assert LEFT <= scale.at(0.01) < scale.at(1) < scale.at(300) <= RIGHT


def test_the_figure_stands_at_the_end_of_the_bar() -> None:
    assert [text.text for text in drawn(small()).iter(f"{SVG}text") if text.get("dx") == "5"] == [
        "8.00",
        "0.50",
        "0.25",
    ]


def test_it_is_as_high_as_its_rows_need() -> None:
    one = record(hello=Outcome({"potstill": windows(1), "bjoern": windows(2)}))
    bottom = max(int(each.get("y") or 0) for each in drawn(one).iter(f"{SVG}text"))
    assert bottom < int(drawn(one).get("height") or 0) < bottom + 40


def test_it_follows_the_theme_of_the_reader() -> None:
    assert "prefers-color-scheme: dark" in plot(small())


def test_a_run_of_nothing_is_a_picture_too() -> None:
    assert drawn(record()).get("height")
