"""What the store refuses, each with a sentence for whoever asked."""

from __future__ import annotations


class StoreError(Exception):
    """Something was refused, and nothing was changed."""


class NotFound(StoreError):  # noqa: N818 - what it is says enough
    """It is not there, or not within the scope: the two are not told apart."""


class NotAllowed(StoreError):  # noqa: N818 - as above
    """It is there, and this scope may not change it."""


class LimitReached(StoreError):  # noqa: N818 - as above
    """There is room for no more."""


class NameRefused(StoreError):  # noqa: N818 - as above
    """Somebody has that name already, or it is none."""
