"""A file that is brought in by a form; what goes out is fetched from the API."""

from __future__ import annotations

from typing import Annotated, Literal

from potstill.web import FormField, Group, Response, Upload
from puretodo.formats import FORMATS, FormatError
from puretodo.pages.flash import say
from puretodo.pages.frame import Frame
from puretodo.store import bundles

group = Group()

MAX_FILE = 64 << 20
"""Bytes of a file."""


@group.post("/settings/import", name="import_file", max_body=MAX_FILE)
def import_file(
    frame: Frame,
    file: Upload,
    format: Annotated[Literal["json", "csv", "todotxt", "ical", "todoist"], FormField()],
) -> Response:
    """Add the lists of a file to those there are: all of it, or nothing and a reason."""
    read = FORMATS[format].read
    assert read is not None
    session, now = frame.request.session, frame.clock.local(frame.db.clock())
    try:
        bundle = read(file.read(), default_list=frame.words("imported_list"), now=now)
    except FormatError as error:
        say(session, str(error))
        return frame.back("/settings")
    with frame.writing() as tx:
        bundles.write(tx, bundle)
    say(session, frame.words("imported", len(bundle.todos)))
    return frame.back("/settings")
