"""Members and their loans."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from potstill.web import Created, Group, HTTPError, Request, created, verb
from potstill.web.binding.sources import Cookie
from potstill.web.openapi.raises import Raises
from tests.web.api.records import Id, Limit, Loan, Member, NewLoan, NewMember, State
from tests.web.api.shelf import Shelf

members = Group(tags=["Members"])
loans = Group(tags=["Loans"])


@members.resource("/members")
class Members:
    """Everybody with a card."""

    def get(
        self, request: Request, shelf: Shelf, junior: bool | None = None, limit: Limit = 20
    ) -> list[Member]:
        """List members."""
        found = [each for each in shelf.members.all() if junior in (None, each.is_junior)]
        return found[:limit]

    def post(self, request: Request, shelf: Shelf, body: NewMember) -> Created[Member]:
        """Give somebody a card."""
        fields = {name: getattr(body, name) for name in body.__struct_fields__}
        member = Member(**fields, id=shelf.members.next_id(), joined=date(2026, 11, 23))
        shelf.members.put(member.id, member)
        return created(request, member, request.url_for(OneMember, id=member.id))


@members.resource("/members/{id:int}")
class OneMember:
    """A member."""

    def get(self, request: Request, shelf: Shelf, id: int) -> Member:
        """Show a member."""
        return shelf.members.get(id)

    def delete(self, request: Request, shelf: Shelf, id: int) -> Annotated[None, Raises(409)]:
        """Take the card back."""
        if any(loan.member == id and loan.state is State.OPEN for loan in shelf.loans.all()):
            raise HTTPError(409, "This member has books at home.")
        shelf.members.remove(id)

    @verb("GET", "/loans")
    def loans(
        self, request: Request, shelf: Shelf, id: int, state: State | None = None
    ) -> list[Loan]:
        """List what a member has, and had."""
        shelf.members.get(id)
        return [
            each for each in shelf.loans.all() if each.member == id and state in (None, each.state)
        ]


@members.get("/me", name="me")
def me(
    request: Request, shelf: Shelf, card: Annotated[int, Cookie(), msgspec.Meta(ge=1)]
) -> Annotated[Member, Raises(401)]:
    """Show the member whose card the cookie is."""
    try:
        return shelf.members.get(card)
    except HTTPError:
        raise HTTPError(401, "No such card.", headers=[("WWW-Authenticate", "Card")]) from None


@loans.resource("/loans")
class Loans:
    """What is, and was, with members."""

    def get(
        self,
        request: Request,
        shelf: Shelf,
        state: State | None = None,
        due_before: date | None = None,
        member: Annotated[list[Id] | None, msgspec.Meta(description="Of these members.")] = None,
    ) -> list[Loan]:
        """List loans."""
        return [
            loan
            for loan in shelf.loans.all()
            if state in (None, loan.state)
            and (due_before is None or loan.due < due_before)
            and (not member or loan.member in member)
        ]

    def post(
        self, request: Request, shelf: Shelf, body: NewLoan
    ) -> Annotated[Created[Loan], Raises(404, 409)]:
        """Lend a book."""
        shelf.members.get(body.member)
        book = shelf.books.get(body.book)
        out = [
            each
            for each in shelf.loans.all()
            if each.book == body.book and each.state is State.OPEN
        ]
        if len(out) >= book.copies:
            raise HTTPError(409, "All copies are out.")
        loan = Loan(body.book, body.member, body.due, id=shelf.loans.next_id())
        shelf.loans.put(loan.id, loan)
        return created(request, loan, request.url_for(OneLoan, id=loan.id))


@loans.resource("/loans/{id:int}")
class OneLoan:
    """A loan."""

    def get(self, request: Request, shelf: Shelf, id: int) -> Loan:
        """Show a loan."""
        return shelf.loans.get(id)

    @verb("POST", "/return")
    def give_back(self, request: Request, shelf: Shelf, id: int) -> Annotated[None, Raises(409)]:
        """Bring a book back."""

        def returned(loan: Loan) -> Loan:
            _check_open(loan)
            return msgspec.structs.replace(loan, state=State.RETURNED)

        shelf.loans.change(id, returned)

    @verb("POST", "/renew")
    def renew(
        self,
        request: Request,
        shelf: Shelf,
        id: int,
        weeks: Annotated[int, msgspec.Meta(ge=1, le=8)] = 4,
    ) -> Annotated[Loan, Raises(409)]:
        """Keep a book for longer, three times at most."""

        def renewed(loan: Loan) -> Loan:
            _check_open(loan)
            if loan.renewals == 3 or loan.due > date(9000, 1, 1):
                raise HTTPError(409, "No more.")
            due = date.fromordinal(loan.due.toordinal() + 7 * weeks)
            return msgspec.structs.replace(loan, due=due, renewals=loan.renewals + 1)

        return shelf.loans.change(id, renewed)


def _check_open(loan: Loan) -> None:
    if loan.state is not State.OPEN:
        raise HTTPError(409, "It was brought back.")
