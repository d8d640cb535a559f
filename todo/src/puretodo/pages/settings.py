"""How the visitor likes it: language and theme. What else is set is in the parts it includes."""

from __future__ import annotations

from typing import Annotated

from potstill.web import FormField, Group, Response
from puretodo.access import language
from puretodo.access.links import Links
from puretodo.model.day_words import Language
from puretodo.pages import preferences
from puretodo.pages.account import access_section
from puretodo.pages.frame import Frame
from puretodo.pages.preferences import Theme

group = Group()

TONGUES: dict[Language, str] = {"en": "English", "pt": "Português"}


@group.get("/settings", name="settings_page")
def settings_page(frame: Frame, links: Links) -> Response:
    """All that can be set."""
    with frame.reading() as tx:
        access = access_section(tx, frame, links)
        return frame.page(tx, "settings.html", tongues=TONGUES, access=access)


@group.post("/settings", name="set_preferences")
def set_preferences(
    frame: Frame,
    lang: Annotated[Language | None, FormField()] = None,
    theme: Annotated[Theme | None, FormField()] = None,
) -> Response:
    """Keep what was chosen in this browser."""
    response = frame.back("/settings")
    if lang is not None:
        preferences.remember(frame.request, response, language.COOKIE, lang)
    if theme is not None:
        preferences.remember(frame.request, response, preferences.COOKIE, theme)
    return response
