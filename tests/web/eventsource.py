"""What a browser makes of a stream of events: the algorithm of WHATWG HTML, 9.2.6."""

from __future__ import annotations

import re
from typing import NamedTuple


class Heard(NamedTuple):
    data: str
    name: str
    last_id: str


def understood(stream: bytes) -> list[Heard]:
    """The events dispatched; one that is not ended by an empty line is not."""
    heard = []
    data, name, last_id = "", "", ""
    text = stream.decode().removeprefix("\ufeff")
    for line in re.split("\r\n|\n|\r", text)[:-1]:
        if not line:
            if data:
                heard.append(Heard(data.removesuffix("\n"), name or "message", last_id))
            data, name = "", ""
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            data += value + "\n"
        elif field == "event":
            name = value
        elif field == "id" and "\0" not in value:
            last_id = value
    return heard
