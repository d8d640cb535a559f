"""What is remembered of one client: a dict that reads its cookie when it is first looked at.

Only what JSON has comes back as it was put in, so anything else is refused where it is put in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, NamedTuple

Payload = tuple[dict[str, Any], str, list[tuple[str, str]]]
"""Data, secret of the CSRF tokens, flashed messages."""


class Loaded(NamedTuple):
    """What a cookie had in it."""

    payload: Payload
    encoded: bytes
    age: float
    """Seconds since it was signed."""


class Session(MutableMapping[str, Any]):
    """The session of a request: `request.session["user"] = 7`.

    Keys are text, values what JSON has: text, numbers, booleans, None, lists, and dicts with text
    for keys; TypeError for others. Changes within values are noticed as well. The client can read
    all of it, though not change it.
    """

    __slots__ = ("_data", "_flashes", "_is_renewed", "_is_sent", "_load", "_loaded", "_secret")

    def __init__(self, load: Callable[[], Loaded | None]) -> None:
        self._load: Callable[[], Loaded | None] | None = load
        self._loaded: Loaded | None = None
        self._data: dict[str, Any] = {}
        self._secret = ""
        self._flashes: list[tuple[str, str]] = []
        self._is_renewed = False
        self._is_sent = False

    @property
    def is_new(self) -> bool:
        """Did the client bring none, or none that is valid?"""
        self._open()
        return self._loaded is None

    @property
    def is_touched(self) -> bool:
        """Was it looked at? Then the answer depends on it."""
        return self._load is None

    @property
    def csrf_secret(self) -> str:
        """What the CSRF tokens of this session are made of; made when it is first asked for."""
        if not self.known_csrf_secret:
            from potstill.web.security.csrf import new_secret

            self._change()
            self._secret = new_secret()
        return self._secret

    @property
    def known_csrf_secret(self) -> str:
        """The same, or `` when it was never asked for."""
        self._open()
        return self._secret

    def clear(self) -> None:
        """Forget everything, messages and CSRF tokens included, as a logout does.

        The cookie is deleted. A copy that somebody kept stays valid until it expires, since the
        server remembers nothing: what has to end at once needs a mark in a database.
        """
        self._change()
        self._data.clear()
        self._flashes.clear()
        self._secret = ""

    def renew(self) -> None:
        """Give it another `max_age` and, at a login, tokens that no earlier page has.

        There is no id that an attacker could have fixed beforehand, but there may be data: `clear`
        first if what came before a login is not to be trusted after it.
        """
        self._change()
        self._is_renewed = True
        self._secret = ""

    def flash(self, message: str, kind: str = "info") -> None:
        """Keep a message for the next page that asks for them."""
        self._change()
        self._flashes.append((message, kind))

    def pop_flashes(self) -> list[tuple[str, str]]:
        """The messages kept, each with its kind; they are forgotten."""
        self._open()
        if not self._flashes:
            return []
        self._change()
        messages, self._flashes = self._flashes, []
        return messages

    def __getitem__(self, key: str) -> Any:
        self._open()
        return self._data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(f"a key of a session is text, not {key!r}")
        self._change()
        check_value(key, value)
        self._data[key] = value

    def __delitem__(self, key: str) -> None:
        self._change()
        del self._data[key]

    def __iter__(self) -> Iterator[str]:
        self._open()
        return iter(self._data)

    def __len__(self) -> int:
        self._open()
        return len(self._data)

    def __repr__(self) -> str:
        return "<Session>"  # neither does it load, nor show what may be secret

    # -- for the middleware ----------------------------------------------------------------------

    @property
    def payload(self) -> Payload:
        """All that is to be kept."""
        return self._data, self._secret, self._flashes

    @property
    def loaded(self) -> Loaded | None:
        """What the cookie had in it."""
        return self._loaded

    @property
    def is_empty(self) -> bool:
        """Is there nothing to keep?"""
        return not (self._data or self._secret or self._flashes)

    @property
    def is_renewed(self) -> bool:
        """Was `renew` called?"""
        return self._is_renewed

    def seal(self) -> None:
        """Its cookie is out: whoever changes it now is told that it is too late."""
        self._is_sent = True

    def _open(self) -> None:
        load, self._load = self._load, None
        if load is None:
            return
        self._loaded = load()
        if self._loaded is not None:
            self._data, self._secret, self._flashes = self._loaded.payload

    def _change(self) -> None:
        self._open()
        if self._is_sent:
            raise RuntimeError(
                "the session was changed after its cookie was sent: change it before the response "
                "is returned, not in a body that streams, nor in a layer outside of Sessions"
            )


def check_value(key: str, value: object) -> None:
    """TypeError for a value that would not come back as it is."""
    if type(value) is str and value.isascii() and key.isascii():
        return
    from msgspec import json

    try:
        is_same = json.decode(json.encode({key: value})) == {key: value}
    except (TypeError, ValueError, OverflowError) as error:
        raise TypeError(f"session[{key!r}] cannot be kept as JSON: {error}") from error
    if not is_same:
        raise TypeError(
            f"session[{key!r}] would not come back as it is: of {type(value).__name__}, keep what "
            "JSON has (text, finite numbers, lists, dicts with text for keys)"
        )
