"""What every page is written on: language, theme and template, whoever is there.

A page for strangers (the login, an error) is made by this alone; what has the lists beside it is
made by a `Frame`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from potstill.web import Request, Response
from potstill.web.templates import Templates
from puretodo.access.language import language_of
from puretodo.pages import speech
from puretodo.pages.modules import module_addresses
from puretodo.pages.preferences import theme_of
from puretodo.pages.words import Words, words_in


@dataclass(frozen=True, slots=True)
class Paper:
    """A blank page in the visitor's language and theme."""

    request: Request
    templates: Templates
    words: Words

    def page(self, name: str, *, status: int = 200, **context: Any) -> Response:
        """A page made by a template, without the lists beside it."""
        response = self.templates.render(self.request, name, **self._everywhere() | context)
        response.status = status
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def said_day(self, day: date, today: date) -> str:
        """A day as people say it."""
        return speech.said_day(day, today, self.words)

    def _everywhere(self) -> dict[str, Any]:
        """What every template may use."""
        return {
            "t": self.words,
            "theme": theme_of(self.request),
            "modules": module_addresses(self.templates, self.request),
            "said_day": self.said_day,
            "long_day": partial(speech.long_day, words=self.words),
            "said_repeat": partial(speech.said_repeat, words=self.words),
            "nearness": speech.nearness,
            "frame": None,
            "may_edit": False,
            "back": "/",
        }


def paper_of(request: Request, templates: Templates) -> Paper:
    """The paper of a request; a provider, and for whoever makes a page without one."""
    return Paper(request, templates, words_in(language_of(request)))
