"""Where something stands in its order, as text: there is always room for one more.

A position is a whole part and perhaps a fraction. The first character of the whole part says how
long it is and whether it lies before (`A` to `Z`) or behind (`a` to `z`) the first one ever given,
so what is added at an end counts on by one and stays short: the 10,000th has four characters. What
is put between two neighbours gets a fraction. No position ends in `0`, as none would fit before it.

Digits are `0-9A-Za-z`, compared byte by byte: a database has to be told so (`COLLATE "C"`).
"""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase, digits

DIGITS = digits + ascii_uppercase + ascii_lowercase
VALUES = {digit: value for value, digit in enumerate(DIGITS)}

FIRST = "a1"
BELOW_ALL = "A" + 26 * "0"
"""Smaller than every whole part, and itself the whole part only of what has a fraction."""


def between(before: str | None, after: str | None) -> str:
    """A position behind `before` and in front of `after`; None is the end of the order.

    ValueError if `before` is not less than `after`, or one of them was not made here.
    """
    if before is None:
        return FIRST if after is None else _in_front(*_parts(after))
    whole, fraction = _parts(before)
    if after is None:
        return _next(whole) or whole + _middle(fraction, None)
    if before >= after:
        raise ValueError(f"{before!r} does not stand before {after!r}")
    whole_after, fraction_after = _parts(after)
    if whole == whole_after:
        return whole + _middle(fraction, fraction_after)
    following = _next(whole)
    if following is not None and following < after:
        return following
    return whole + _middle(fraction, None)


def spread(count: int, after: str | None = None) -> list[str]:
    """So many positions in their order, behind `after`: for what is brought in at once."""
    positions = []
    for _ in range(count):
        after = between(after, None)
        positions.append(after)
    return positions


def _in_front(whole: str, fraction: str) -> str:
    if whole == BELOW_ALL:
        return whole + _middle("", fraction)
    if fraction:
        return whole
    return _previous(whole) or BELOW_ALL + _middle("", None)


def _parts(position: str) -> tuple[str, str]:
    length = _length(position[:1])
    whole, fraction = position[:length], position[length:]
    sound = len(whole) == length and (whole[-1] != "0" or whole == BELOW_ALL)
    if not sound or position.endswith("0") or not VALUES.keys() >= set(position):
        raise ValueError(f"{position!r} is not a position")
    return whole, fraction


def _length(head: str) -> int:
    """How long a whole part is, its first character included."""
    if head in VALUES and "a" <= head <= "z":
        return ord(head) - ord("a") + 2
    if head in VALUES and "A" <= head <= "Z":
        return ord("Z") - ord(head) + 2
    raise ValueError(f"no position begins with {head!r}")


def _next(whole: str) -> str | None:
    """The least whole part above; None above the greatest."""
    kept = whole[1:].rstrip("z")
    if kept:
        counted = whole[0] + kept[:-1] + DIGITS[VALUES[kept[-1]] + 1]
        return _padded(counted, len(whole))
    if whole[0] == "z":
        return None
    head = "a" if whole[0] == "Z" else chr(ord(whole[0]) + 1)
    return _padded(head, _length(head))


def _padded(start: str, length: int) -> str:
    """The least whole part that begins so."""
    return start if len(start) == length else start.ljust(length - 1, "0") + "1"


def _previous(whole: str) -> str | None:
    """The greatest whole part below; None below the least."""
    head, front, last = whole[0], whole[1:-1].rstrip("0"), whole[-1]
    if last > "1":
        return whole[:-1] + DIGITS[VALUES[last] - 1]
    if front:
        return (head + front[:-1] + DIGITS[VALUES[front[-1]] - 1]).ljust(len(whole), "z")
    if head == "A":
        return None
    head = "Z" if head == "a" else chr(ord(head) - 1)
    return head.ljust(_length(head), "z")


def _middle(low: str, high: str | None) -> str:
    """Digits behind the point, about half way; `high` None is 1."""
    if high is None:
        kept = len(low) - len(low.lstrip("z"))
        return low[:kept] + DIGITS[_half(low[kept : kept + 1], len(DIGITS))]
    same = 0
    while (low[same : same + 1] or "0") == high[same]:
        same += 1
    digit, above = low[same : same + 1] or "0", high[same]
    if VALUES[above] - VALUES[digit] > 1:
        return high[:same] + DIGITS[_half(digit, VALUES[above])]
    if len(high) > same + 1:
        return high[: same + 1]
    return high[:same] + digit + _middle(low[same + 1 :], None)


def _half(digit: str, above: int) -> int:
    return (VALUES[digit or "0"] + above + 1) // 2
