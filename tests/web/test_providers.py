"""What handlers are given that no request holds."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import pytest

from potstill.web.binding.providers import AppScope, Opened, Provide, Provider
from potstill.web.binding.signature import read_signature
from potstill.web.binding.sources import Source
from potstill.web.errors import HandlerError, HTTPError, Respond
from potstill.web.request import Request
from potstill.web.response import redirect
from tests.web.binding_support import bound, closed, made, posted, problems, refused

EVENTS: list[str] = []


@pytest.fixture(autouse=True)
def _no_events() -> None:
    EVENTS.clear()


class Clock:
    pass


class Connection:
    """Notes how it ends."""

    def __enter__(self) -> Connection:
        EVENTS.append("entered")
        return self

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        EVENTS.append(f"left by {kind.__name__ if kind else None}")


def transaction() -> Iterator[str]:
    EVENTS.append("begin")
    try:
        yield "T"
    except BaseException as error:
        EVENTS.append(f"rollback of {type(error).__name__}")
        raise
    EVENTS.append("commit")


Transaction = Annotated[str, Provide(transaction)]

# -- finding them ----------------------------------------------------------------------------------


def test_a_type_of_the_application_is_provided() -> None:
    clock = Clock()

    def handler(clock: Clock, other: Clock | None, limit: int = 5) -> Any:
        return clock, other, limit

    call = bound(handler, provided={Clock: Provide(lambda: clock)})
    assert call(made("limit=7")) == (clock, clock, 7)


def test_an_annotation_names_its_provider() -> None:
    def handler(t: Annotated[int, Provide(lambda: 7)]) -> int:
        return t

    assert bound(handler)(made()) == 7


def test_a_provider_is_named_by_two_words() -> None:
    assert Provider is Provide


def test_a_factory_takes_what_a_handler_could() -> None:
    def page(request: Request, limit: int, id: int) -> Any:
        return request.method, limit, id

    def handler(page: Annotated[Any, Provide(page)]) -> Any:
        return page

    call = bound(handler, "id", page=page)
    assert call(made("limit=3", path={"id": "9"})) == ("GET", 3, 9)


def test_what_a_factory_takes_counts_as_taken() -> None:
    def page(limit: int, id: int) -> Any: ...
    def handler(request: Request, a: Annotated[Any, Provide(page)], done: bool) -> Any: ...

    signature = read_signature(handler, ("id",), {}, locals())
    assert [each.source for each in signature.parameters] == [
        Source.REQUEST,
        Source.PROVIDED,
        Source.QUERY,
    ]
    assert [each.name for each in signature.taken] == ["limit", "id", "done"]


def test_all_that_is_wrong_for_handler_and_factories_is_told_and_nothing_is_opened() -> None:
    def paged(limit: int) -> Iterator[int]:
        EVENTS.append("opened")
        yield limit

    def handler(t: Transaction, page: Annotated[int, Provide(paged)], done: bool) -> None: ...

    call = bound(handler, paged=paged)
    assert problems(call, made("limit=x&done=y")) == [
        ("query", "limit", "must be a whole number"),
        ("query", "done", "must be true or false"),
    ]
    assert EVENTS == []


def test_a_provider_runs_once_for_a_request_however_many_take_it() -> None:
    def base() -> object:
        EVENTS.append("made")
        return object()

    def left(base: Annotated[object, Provide(base)]) -> object:
        return base

    def right(base: Annotated[object, Provide(base)]) -> object:
        return base

    def handler(
        a: Annotated[object, Provide(left)],
        b: Annotated[object, Provide(right)],
        c: Annotated[object, Provide(base)],
    ) -> bool:
        return a is b is c

    call = bound(handler, base=base, left=left, right=right)
    assert call(made())
    assert EVENTS == ["made"]
    assert call(made())
    assert EVENTS == ["made", "made"]


def test_a_factory_may_be_a_class() -> None:
    class Paging:
        def __init__(self, page: int = 1, *, size: int = 10) -> None:
            self.span = (page, size)

    def handler(paging: Paging) -> Any:
        return paging.span

    from potstill.web.binding.call import compile_call

    signature = read_signature(handler, (), {Paging: Provide(Paging)}, {"Paging": Paging})
    assert compile_call(handler, signature)(made("page=3&size=4")) == (3, 4)


def test_keyword_arguments_of_handlers_can_be_provided() -> None:
    def handler(*, t: Annotated[int, Provide(lambda: 7)], n: int) -> Any:
        return t, n

    assert bound(handler)(made("n=1")) == (7, 1)


def test_a_raw_body_is_read_before_what_is_decoded_from_it() -> None:
    def signed(body: bytes) -> int:
        return len(body)

    def handler(body: dict[str, str], size: Annotated[int, Provide(signed)]) -> Any:
        return body, size

    call = bound(handler, signed=signed)
    assert call(posted('{"a": "b"}')) == ({"a": "b"}, 10)


def test_the_session_is_found_by_its_type() -> None:
    from potstill.web.sessions.session import Session

    def handler(session: Session) -> Any: ...

    signature = read_signature(handler, (), {}, locals())
    assert signature.parameters[0].source is Source.PROVIDED
    with pytest.raises(RuntimeError, match="no sessions here"):
        bound(handler, Session=Session)(made())


# -- their end -------------------------------------------------------------------------------------


def test_a_generator_goes_on_when_the_response_is_closed() -> None:
    def handler(t: Transaction) -> str:
        EVENTS.append(f"handled with {t}")
        return t

    request = made()
    assert bound(handler)(request) == "T"
    assert EVENTS == ["begin", "handled with T"]
    closed(request)
    assert EVENTS == ["begin", "handled with T", "commit"]


@pytest.mark.parametrize(
    "error", [ValueError("x"), HTTPError(409), Respond(redirect("/")), KeyboardInterrupt()]
)
def test_what_the_handler_raises_is_thrown_in_at_once_and_raised(error: BaseException) -> None:
    def handler(t: Transaction) -> str:
        raise error

    request = made()
    with pytest.raises(type(error)) as caught:
        bound(handler)(request)
    assert caught.value is error
    rolled_back = ["begin", f"rollback of {type(error).__name__}"]
    assert rolled_back == EVENTS
    closed(request)
    assert rolled_back == EVENTS


def test_a_generator_may_make_another_error_of_it() -> None:
    def careful() -> Iterator[None]:
        try:
            yield
        except KeyError as error:
            raise HTTPError(404) from error

    def handler(t: Transaction, c: Annotated[None, Provide(careful)]) -> None:
        raise KeyError("x")

    error = refused(bound(handler, careful=careful), made(), 404)
    assert isinstance(error.__cause__, KeyError)
    assert EVENTS == ["begin", "rollback of HTTPError"]


def test_a_generator_cannot_swallow_an_error() -> None:
    def deaf() -> Iterator[None]:
        try:
            yield
        except KeyError:
            EVENTS.append("swallowed")

    def handler(c: Annotated[None, Provide(deaf)]) -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        bound(handler, deaf=deaf)(made())
    assert EVENTS == ["swallowed"]


def test_a_factory_that_fails_ends_what_was_opened_before_it() -> None:
    def failing(t: Transaction) -> int:
        raise ZeroDivisionError

    def handler(x: Annotated[int, Provide(failing)]) -> None: ...

    with pytest.raises(ZeroDivisionError):
        bound(handler, failing=failing)(made())
    assert EVENTS == ["begin", "rollback of ZeroDivisionError"]


def test_they_are_closed_in_the_opposite_order_of_their_making() -> None:
    def inner(t: Transaction) -> Iterator[str]:
        yield t
        EVENTS.append("inner closed")

    def handler(x: Annotated[str, Provide(inner)], t: Transaction) -> None: ...

    request = made()
    bound(handler, inner=inner)(request)
    closed(request)
    assert EVENTS == ["begin", "inner closed", "commit"]


def test_what_the_handler_wants_closed_is_closed_before_what_it_was_given() -> None:
    def handler(request: Request, t: Transaction) -> None:
        request.on_close(lambda: EVENTS.append("handler's own"))

    request = made()
    bound(handler)(request)
    closed(request)
    assert EVENTS == ["begin", "handler's own", "commit"]


def test_a_context_is_entered_and_left() -> None:
    def handler(c: Connection) -> Connection:
        return c

    request = made()
    call = bound(handler, provided={Connection: Provide(Connection)})
    assert isinstance(call(request), Connection)
    closed(request)
    assert EVENTS == ["entered", "left by None"]

    def failing(c: Connection) -> None:
        raise ValueError("oh")

    with pytest.raises(ValueError, match="oh"):
        bound(failing, provided={Connection: Provide(Connection)})(made())
    assert EVENTS[2:] == ["entered", "left by ValueError"]


def test_a_context_manager_function_is_a_factory() -> None:
    @contextmanager
    def opened(limit: int = 3) -> Iterator[int]:
        yield limit
        EVENTS.append("closed")

    def handler(x: Annotated[int, Provide(opened)]) -> int:
        return x

    request = made("limit=4")
    assert bound(handler, opened=opened)(request) == 4
    closed(request)
    assert EVENTS == ["closed"]


def test_a_yielded_context_is_handed_out_as_it_is() -> None:
    def locks() -> Iterator[threading.Lock]:
        yield threading.Lock()

    def handler(lock: Annotated[Any, Provide(locks)]) -> bool:
        return bool(lock.locked())

    assert bound(handler, locks=locks)(made()) is False


def test_a_generator_that_yields_nothing_is_an_error() -> None:
    def nothing() -> Iterator[int]:
        yield from ()

    def handler(x: Annotated[int, Provide(nothing)]) -> None: ...

    with pytest.raises(RuntimeError, match="didn't yield"):
        bound(handler, nothing=nothing)(made())


def test_equal_contexts_are_told_apart() -> None:
    class Equal(Connection):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    opened, request = Opened(), made()
    opened.enter(Equal(), request)
    opened.enter(Equal(), request)
    closed(request)
    assert EVENTS == ["entered", "entered", "left by None", "left by None"]


# -- of the application ----------------------------------------------------------------------------


def test_a_value_of_the_application_is_made_once_and_closed_with_it() -> None:
    def pool() -> Iterator[object]:
        EVENTS.append("made")
        yield object()
        EVENTS.append("closed")

    def handler(p: Annotated[object, Provide(pool, scope="app")]) -> object:
        return p

    scope = AppScope()
    one, other = bound(handler, scope=scope, pool=pool), bound(handler, scope=scope, pool=pool)
    request = made()
    assert one(request) is one(made()) is other(made())
    closed(request)
    assert EVENTS == ["made"]
    scope.close()
    assert EVENTS == ["made", "closed"]
    one(made())
    assert EVENTS == ["made", "closed", "made"]
    scope.close()


def test_two_applications_have_a_value_each() -> None:
    def handler(p: Annotated[object, Provide(object, scope="app")]) -> object:
        return p

    assert bound(handler, scope=AppScope())(made()) is not bound(handler, scope=AppScope())(made())


def test_values_of_the_application_may_need_one_another() -> None:
    def settings() -> Iterator[str]:
        yield "S"
        EVENTS.append("settings closed")

    def engine(s: Annotated[str, Provide(settings, scope="app")]) -> Iterator[str]:
        yield s + "E"
        EVENTS.append("engine closed")

    def connection(e: Annotated[str, Provide(engine, scope="app")]) -> str:
        return e + "C"

    def handler(c: Annotated[str, Provide(connection)]) -> str:
        return c

    scope = AppScope()
    call = bound(handler, scope=scope, settings=settings, engine=engine, connection=connection)
    assert call(made()) == "SEC"
    scope.close()
    assert EVENTS == ["engine closed", "settings closed"]


def test_many_threads_get_one_value() -> None:
    barrier = threading.Barrier(8)

    def pool() -> object:
        EVENTS.append("made")
        return object()

    def handler(p: Annotated[object, Provide(pool, scope="app")]) -> object:
        return p

    call = bound(handler, scope=AppScope(), pool=pool)
    found: list[object] = []

    def ask() -> None:
        barrier.wait()
        found.append(call(made()))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1
    assert EVENTS == ["made"]


def test_closing_goes_on_after_an_error() -> None:
    def fine() -> Iterator[int]:
        yield 1
        EVENTS.append("fine closed")

    def bad() -> Iterator[int]:
        yield 2
        raise ZeroDivisionError

    def handler(
        a: Annotated[int, Provide(fine, scope="app")], b: Annotated[int, Provide(bad, scope="app")]
    ) -> int:
        return a + b

    scope = AppScope()
    assert bound(handler, scope=scope, fine=fine, bad=bad)(made()) == 3
    with pytest.raises(ZeroDivisionError):
        scope.close()
    assert EVENTS == ["fine closed"]


# -- refused ---------------------------------------------------------------------------------------


def test_a_circle_of_providers_is_refused() -> None:
    provided = {Clock: Provide(_first), Connection: Provide(_second)}

    def handler(clock: Clock) -> None: ...

    with pytest.raises(HandlerError, match=r"_first needs .*_second needs .*_first; break it"):
        read_signature(handler, (), provided, {})


def _first(connection: Connection) -> Any: ...
def _second(clock: Clock) -> Any: ...


@pytest.mark.parametrize("argument", ["request", "limit"])
def test_a_value_of_the_application_cannot_come_from_a_request(argument: str) -> None:
    def of_request(request: Request) -> Any: ...
    def of_query(limit: int) -> Any: ...

    factory = of_request if argument == "request" else of_query

    def handler(clock: Clock) -> None: ...

    with pytest.raises(HandlerError, match=f"once for the whole application.*`{argument}`"):
        read_signature(handler, (), {Clock: Provide(factory, scope="app")}, {})


def test_a_value_of_the_application_needs_one() -> None:
    def handler(p: Annotated[object, Provide(object, scope="app")]) -> None: ...

    with pytest.raises(HandlerError, match="no application here"):
        bound(handler)


def test_a_factory_is_checked_as_a_handler_is() -> None:
    async def factory() -> None: ...
    def handler(clock: Clock) -> None: ...

    with pytest.raises(HandlerError, match="factory is `async def`"):
        read_signature(handler, (), {Clock: Provide(factory)}, {})


# -- generators in disguise ------------------------------------------------------------------------


class Opener:
    def __call__(self) -> Iterator[str]:
        yield from transaction()


def passing(function: Any) -> Any:
    @functools.wraps(function)
    def call(*args: Any) -> Any:
        return function(*args)

    return call


@pytest.mark.parametrize(
    "factory",
    [
        Opener(),
        Opener().__call__,
        passing(transaction),
        passing(Opener()),
        functools.partial(transaction),
        contextmanager(transaction),
        passing(contextmanager(transaction)),
    ],
)
def test_a_generator_is_found_behind_what_calls_it(factory: Any) -> None:
    def handler(value: Any) -> Any:
        return value

    handler.__annotations__["value"] = Annotated[str, Provide(factory)]
    request = made()
    assert bound(handler)(request) == "T"
    assert EVENTS == ["begin"]
    closed(request)
    assert EVENTS == ["begin", "commit"]
