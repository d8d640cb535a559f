"""Which errors a handler may answer with, said in its return annotation, for whoever reads the API.

    def post(self, request: Request, body: NewLoan) -> Annotated[Loan, Raises(409)]: ...

It changes nothing that is answered. What arguments alone can cause (404, 400, 413, 415, 422) is
documented without being named.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, get_args, get_origin


class Raises:
    """Statuses of 400 and above that the handler raises by `HTTPError`; ValueError for others."""

    __slots__ = ("statuses",)

    def __init__(self, *statuses: int) -> None:
        for status in statuses:
            if not 400 <= status <= 599:
                raise ValueError(f"Raises() takes statuses of 400 to 599, not {status}")
        self.statuses: tuple[int, ...] = statuses

    def __repr__(self) -> str:
        return f"Raises({', '.join(map(str, self.statuses))})"


def raised(returns: Any) -> Iterable[int]:
    """The statuses that a return annotation names."""
    if get_origin(returns) is not Annotated:
        return ()
    notes = get_args(returns)[1:]
    return [status for note in notes if isinstance(note, Raises) for status in note.statuses]
