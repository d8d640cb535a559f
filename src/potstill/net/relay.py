"""The relay: one baton, and as many runners as the application may have calls at a time.

A request is fastest when it never changes threads. So exactly one thread holds the *baton*: it
polls, receives, calls the application itself and sends the answer. Only when a call takes long
does the baton move on to a runner that rests, and the rest of the world does not wait.

    runner   a thread that may call the application
    holder   the runner with the baton
    keeper   the thread that called `run`; it takes the baton from a holder whose call has lasted
             longer than `relay_after`, and sleeps while no call is running
    doorman  the keeper, polling itself while all runners are busy: it queues whole requests,
             which runners take as they come free

Taking the baton is one atomic step: before each call the holder puts it into its *cell* (a list:
`append` and `pop` are atomic), and whoever pops it first has it, the holder after the call or
the keeper during it. A runner that comes late finds its cell empty: it sends its own answer,
brings the channel back and rests.

What was slow last time is expected to be slow again (`http11.request_line.Shape`): the baton is
passed on *before* such a call, so that quick requests never wait for the keeper.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial

from potstill.net.channel import Channel
from potstill.net.poller import READ
from potstill.net.runner import Bell, Runner
from potstill.net.switchboard import Switchboard
from potstill.net.wiring import Phase, Service

LAST_MOMENT = 0.5
"""Seconds for a call that was cut off to notice it and close what it has open."""


class Relay:
    """Serves the requests of a switchboard with `threads` runners.

    `run` blocks until `stop` has let everything end. Times are in seconds.
    """

    def __init__(
        self, board: Switchboard, service: Service, *, threads: int, relay_after: float
    ) -> None:
        self._board = board
        self._serve_on = service.serve
        self._flush_journal = service.flush_journal
        self._relay_after = relay_after
        self._runners = [Runner() for _ in range(threads)]
        self._lock = board.lock
        self._resting: list[Runner] = []
        self._holder: Runner | None = None
        self._waiting: deque[Channel] = deque()
        """Whole requests that no runner was free for, in order."""
        self._alarm = Bell()
        self._keeper_sleeps = False
        self._now = board.now
        self._is_stopping = False
        self._is_abandoned = False
        self._is_over = False
        self._failure: BaseException | None = None

    # -- beginning and end -----------------------------------------------------------------------

    def run(self, graceful_timeout: float) -> bool:
        """Serve until stopped; True when all that was begun could be finished in time."""
        threads = []
        for number, runner in enumerate(self._runners):
            # Daemons: a call that never returns must not keep the process alive.
            thread = threading.Thread(
                target=self._run, args=(runner,), name=f"runner-{number}", daemon=True
            )
            threads.append(thread)
            thread.start()
        self._keep(graceful_timeout)
        in_time = self._is_over
        self._end()
        if not in_time:
            self._board.cut_off()
        last_moment = time.monotonic() + LAST_MOMENT
        for thread in threads:
            thread.join(max(0, last_moment - time.monotonic()))
        self._board.close()
        self._flush_journal()
        if self._failure is not None:
            raise RuntimeError("a runner failed") from self._failure
        return in_time

    def stop(self) -> None:
        """Let what was begun end, then return from `run`; from any thread or signal handler."""
        if not self._is_stopping:
            self._is_stopping = True
            self._board.call_soon(self._board.drain)
            self._alarm.ring()

    def abandon(self) -> None:
        """Return from `run` at once; what is under way is cut off."""
        self._is_stopping = self._is_abandoned = True
        self._alarm.ring()
        self._board.call_soon(lambda: None)

    def close(self) -> None:
        """Give back the sockets of a relay that never ran."""
        self._board.close()

    def _end(self) -> None:
        self._is_over = True
        self._board.call_soon(lambda: None)
        self._alarm.ring()
        for runner in self._runners:
            runner.bell.ring()

    # -- with the baton --------------------------------------------------------------------------

    def _hold(self, runner: Runner) -> None:
        """Poll and serve for as long as the baton is ours."""
        serve = partial(self._serve, runner)
        while (waiting := self._call_in()) is not None:
            if not serve(waiting):
                return
        while not self._is_over and self._round(serve):
            if self._board.is_deserted:
                self._end()

    def _round(self, serve: Callable[[Channel], bool]) -> bool:
        """Wait for what is ready and deal with it, whole requests through `serve`.

        False as soon as that is False: the baton has moved on, and this thread must not touch
        the board. What it leaves undone is reported to the next holder again.
        """
        board = self._board
        channels = board.channels
        events = board.wait()
        self._now = board.now
        for fd, _ in events:
            channel = channels.get(fd)
            if channel is None or channel.busy or channel.phase >= Phase.WRITING:
                for late in board.attend(fd):
                    if not serve(late):
                        return False
            elif channel.receive():
                if not serve(channel):
                    return False
            else:
                board.settle(channel)
        self._flush_journal()
        return True

    def _serve(self, runner: Runner, channel: Channel) -> bool:
        """Serve the request on a channel, and those that stand in its buffer behind it.

        True while the baton is still ours.
        """
        cell = runner.cell
        runner.channel = channel
        while True:
            shape = channel.line.shape
            if shape.is_slow:
                self._pass_on(channel)
                self._serve_aside(channel)
                return False
            channel.began = begun = self._now
            cell.append(begun)
            if self._keeper_sleeps:
                self._wake_keeper()
            channel.outcome = self._serve_on(channel)
            try:
                cell.pop()
            except IndexError:
                shape.is_slow = True
                self._come_late(channel)
                return False
            self._now = now = time.monotonic()
            if now - begun > self._relay_after:
                shape.is_slow = True
            if not channel.conclude(now):
                break
        self._settle(channel, now)
        return True

    def _settle(self, channel: Channel, now: float) -> None:
        """As `Switchboard.settle`, but quick for a channel that is as idle as before."""
        board = self._board
        idle = board.idle
        if channel.phase is Phase.IDLE and channel.interest == READ and channel in idle:
            idle[channel] = now + board.keep_alive
            idle.move_to_end(channel)
        else:
            board.renew(channel)

    def _pass_on(self, channel: Channel) -> None:
        """Give the baton away; the channel stays ours."""
        with self._lock:
            self._lend(channel)
            self._give_baton()

    def _give_baton(self) -> None:
        """To a runner that rests, or to the keeper, who then minds the door. Under the lock."""
        if self._resting:
            self._holder = self._resting.pop()
            self._holder.bell.ring()
        else:
            self._holder = None
            self._alarm.ring()

    def _lend(self, channel: Channel) -> None:
        channel.busy = True
        self._board.out += 1

    def _call_in(self) -> Channel | None:
        """The first that waits for a runner, if any; it is the holder's again."""
        with self._lock:
            if not self._waiting:
                return None
            channel = self._waiting.popleft()
            channel.busy = False
            self._board.out -= 1
        return channel

    # -- without the baton -----------------------------------------------------------------------

    def _run(self, runner: Runner) -> None:
        """The life of a runner: serve what waits, rest, be woken with the baton, hold it."""
        try:
            while not self._is_over:
                while (channel := self._next_or_rest(runner)) is not None:
                    self._serve_aside(channel)
                runner.bell.rest()
                self._hold(runner)
        except BaseException as error:  # a bug of ours: end loudly rather than hang
            if not self._is_over:
                self._failure = error
                self._end()

    def _next_or_rest(self, runner: Runner) -> Channel | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._resting.append(runner)
            if self._holder is None:
                self._alarm.ring()
            return None

    def _serve_aside(self, channel: Channel) -> None:
        """Serve a channel that was lent to this thread, and what stands behind in its buffer."""
        while True:
            shape = channel.line.shape
            channel.began = begun = time.monotonic()
            channel.outcome = self._serve_on(channel)
            now = time.monotonic()
            shape.is_slow = now - begun > self._relay_after
            if not channel.conclude(now):
                break
        self._bring_back(channel)

    def _come_late(self, channel: Channel) -> None:
        """The keeper has taken the baton during the call: end what the call began."""
        with self._lock:
            pass  # it may still be at it
        if channel.conclude(time.monotonic()):
            self._serve_aside(channel)
        else:
            self._bring_back(channel)

    def _bring_back(self, channel: Channel) -> None:
        if self._is_over:
            channel.close()
        else:
            self._board.bring_back(channel)
        self._flush_journal()

    def before_waiting(self, channel: Channel) -> None:
        """The thread that serves `channel` has to wait for its client: somebody else shall poll."""
        with self._lock:
            if not channel.busy and self._holder is not None:
                self._holder.cell.clear()
                self._lend(channel)
                self._give_baton()

    # -- the keeper ------------------------------------------------------------------------------

    def _keep(self, graceful_timeout: float) -> None:
        """See to it that somebody who is not blocked has the baton."""
        give_up_at: float | None = None
        while not self._is_over:
            if self._is_stopping:
                give_up_at = give_up_at or time.monotonic() + graceful_timeout
                if self._is_abandoned or time.monotonic() > give_up_at:
                    return
            holder = self._holder
            if holder is None:
                self._mind_the_door()
            else:
                self._watch_over(holder)

    def _watch_over(self, holder: Runner) -> None:
        """Wait as long as the call that runs may still last, and take the baton after that."""
        seen = self._now
        try:
            patience = holder.cell[0] + self._relay_after - time.monotonic()
        except IndexError:  # no call is running
            self._alarm.rest(timeout=self._relay_after)
            if self._now == seen:
                self._sleep(holder)
            return
        if patience > 0:
            self._alarm.rest(timeout=patience)
            return
        with self._lock:
            if holder.cell and holder.channel is not None:
                try:
                    holder.cell.pop()
                except IndexError:
                    return  # it ended just now
                self._lend(holder.channel)
                self._give_baton()

    def _sleep(self, holder: Runner) -> None:
        """Until a call begins."""
        self._keeper_sleeps = True
        if not holder.cell and self._holder is holder:
            self._alarm.rest(timeout=-1 if not self._is_stopping else 0.1)
        self._keeper_sleeps = False

    def _wake_keeper(self) -> None:
        self._keeper_sleeps = False
        self._alarm.ring()

    def _mind_the_door(self) -> None:
        """Poll while all runners are busy; whole requests wait in a queue until one is free."""
        with self._lock:
            if self._resting:
                self._give_baton()
                return
        self._round(self._put_in_queue)
        if self._board.is_deserted:
            self._end()

    def _put_in_queue(self, channel: Channel) -> bool:
        with self._lock:
            self._lend(channel)
            self._waiting.append(channel)
        return True
