"""An error says whose fault it is, and to whom what."""

from __future__ import annotations

from potstill.http11.errors import ApplicationError, Disconnected, ProtocolError


def test_a_protocol_error_carries_the_status_that_answers_it() -> None:
    error = ProtocolError(431, "Too much.")
    assert (error.status, error.message, str(error)) == (431, "Too much.", "Too much.")


def test_an_application_error_reads_like_help() -> None:
    error = ApplicationError("the body was None", "PEP 3333", "Return a list.")
    assert str(error) == "the body was None (PEP 3333). Return a list."


def test_nobody_being_there_is_neither() -> None:
    assert not issubclass(Disconnected, ProtocolError | ApplicationError)
