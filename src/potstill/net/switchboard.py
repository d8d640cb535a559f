"""All connections of a worker, for the thread that has the baton.

It waits for the poller, accepts, times out, and sets what the poller shall watch for each
channel. Which request is served when, and by whom, is the relay's business.

Everything here belongs to the holder of the baton, but for `call_soon`, `bring_back`,
`want_output` and `end_push`, which other threads may call; interests change under `lock`.
"""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from threading import Lock

from potstill.http11.errors import ProtocolError
from potstill.net.channel import Channel
from potstill.net.deadlines import Deadlines
from potstill.net.listener import OUT_OF_DESCRIPTORS, Listener
from potstill.net.poller import GONE, READ, WRITE, Poller, Waker
from potstill.net.wiring import Phase, Wiring

LOOK_AGAIN = 1.0
"""Seconds that the holder sleeps at most while another thread may bring a channel back."""
DRAIN_LOOK = 0.05
ACCEPTS_AT_A_TIME = 64
LIMITED = {Phase.GREETING, Phase.HEAD}
"""Phases that have a time in all; the others have one for each step."""
PACED = {Phase.HEAD, Phase.BODY, Phase.WRITING}
"""Phases that the slowest rate is for."""
INTERESTS = {Phase.WRITING: WRITE, Phase.PUSHING: WRITE}
"""What to watch for in a phase, if not for READ; the outbox of a push may have to be flushed."""


class Switchboard:
    """The channels by descriptor, what is watched on each, and how long each may take."""

    def __init__(
        self,
        listeners: Sequence[Listener],
        wiring: Wiring,
        poller: Poller,
        durations: Mapping[Phase, float],
        capacity: int,
    ) -> None:
        self.channels: dict[int, Channel] = {}
        self.lock = Lock()
        self.out = 0
        """Channels that are busy with other threads."""
        self.now = time.monotonic()
        self._wiring = wiring
        self._stamp = wiring.stamp
        self._next_second = 0.0
        self._poller = poller
        self._waker = Waker()
        self._errands: deque[Callable[[], None]] = deque()
        self._brought_back: deque[Channel] = deque()
        self._ended: deque[Channel] = deque()
        """Whose pushed answer may be over."""
        self._listeners = {listener.fd: listener for listener in listeners}
        self._is_accepting = False
        self._capacity = capacity
        self._accept_again = 0.0
        self.deadlines: Deadlines[Phase, Channel] = Deadlines(durations)
        self.idle = self.deadlines.queue(Phase.IDLE)
        self.keep_alive = durations[Phase.IDLE]
        wiring.want_output = self.want_output
        wiring.end_push = self.end_push
        poller.watch(self._waker.fd, READ, known=False)

    @property
    def listeners(self) -> list[Listener]:
        return list(self._listeners.values())

    # -- waiting ---------------------------------------------------------------------------------

    def wait(self) -> list[tuple[int, int]]:
        """Block until something is ready, somebody late or somebody calls; what is ready."""
        self._open_doors()
        events = self._poller.wait(self._patience())
        self.now = now = time.monotonic()
        if now >= self._next_second:
            self._next_second = now + 1 - time.time() % 1
            self._stamp.renew(time.time())
        while self._brought_back:
            self.renew(self._brought_back.popleft())
        if now >= self.deadlines.next:
            self._time_out(now)
        if self._ended:
            events.append((self._waker.fd, READ))
        if self._wiring.draining and not events:
            self._close_idle()
        return events

    def _patience(self) -> float:
        """Seconds to wait; negative for ever."""
        if self._ended:
            return 0.0
        if self._wiring.draining:
            return DRAIN_LOOK
        patience = self.deadlines.next - self.now
        if self.out or (self._listeners and not self._is_accepting):
            patience = min(patience, LOOK_AGAIN)
        return max(0.0, patience) if patience < 1e9 else -1

    def _time_out(self, now: float) -> None:
        for phase, channel in self.deadlines.expired(now):
            # If it has moved on since, it will be timed anew.
            if phase is (Phase.WRITING if channel.is_producing else channel.phase):
                self._be_late(phase, channel, "The request did not come in time.")

    def _be_late(self, phase: Phase, channel: Channel, complaint: str) -> None:
        """A client has had its time."""
        if phase is Phase.WRITING:
            channel.give_up()
            if channel.is_producing:
                self.end_push(channel)  # if it is one; a runner finds out by itself
                return
            channel.answered(self.now)
        elif not channel.is_silent and phase < Phase.WRITING:
            channel.refuse(ProtocolError(408, complaint))
        else:
            channel.phase = Phase.CLOSED
        self.settle(channel)

    # -- errands of other threads ----------------------------------------------------------------

    def call_soon(self, errand: Callable[[], None]) -> None:
        """Have the holder of the baton do something; from any thread or signal handler."""
        self._errands.append(errand)
        self._waker.wake()

    def bring_back(self, channel: Channel) -> None:
        """A runner without the baton is done with a channel."""
        with self.lock:
            channel.busy = False
            self.out -= 1
            is_closed = channel.phase is Phase.CLOSED
            if is_closed:
                self._strike_out(channel)
            else:
                self._watch(channel, INTERESTS.get(channel.phase, READ))
            self._brought_back.append(channel)
        if is_closed:
            channel.close()  # takes the outbox's lock, which comes before ours

    def want_output(self, channel: Channel) -> None:
        """There is output that waits for the client; from the thread that produces it."""
        with self.lock:
            self._watch(channel, WRITE)
        self._brought_back.append(channel)  # to be timed
        if not channel.busy:
            self._waker.wake()

    def end_push(self, channel: Channel) -> None:
        """No more of a pushed answer will come, or nobody will take it; from any thread."""
        self._ended.append(channel)
        self._waker.wake()

    # -- what is not simply a request ------------------------------------------------------------

    def attend(self, fd: int) -> Iterator[Channel]:
        """Deal with an event that is no request; gives channels on which one has come after all.

        Lazily: who stops half-way leaves the rest to the next `wait`.
        """
        channel = self.channels.get(fd)
        if channel is not None:
            return self._attend_channel(channel)
        if fd in self._listeners:
            return self._accept(self._listeners[fd])
        if fd == self._waker.fd:
            self._waker.clear()
            while self._errands:
                self._errands.popleft()()
            return self._end_pushes()
        return iter(())

    def settle(self, channel: Channel) -> None:
        """Watch and time a channel as its phase asks for; let go of it when it is closed."""
        phase = channel.phase
        if channel.busy:
            if phase is not Phase.CLOSED and channel.interest == WRITE:
                self._time(Phase.WRITING, channel)
        elif phase is Phase.CLOSED:
            self._forget(channel)
        elif phase is Phase.PUSHING:
            self._settle_push(channel)
        else:
            self.interest(channel, WRITE if phase is Phase.WRITING else READ)
            self._time(phase, channel)

    def _time(self, phase: Phase, channel: Channel) -> None:
        """Begin the time of a phase; anew with every step, as long as the steps are fast enough."""
        if not self.deadlines.holds(phase, channel):
            channel.since, channel.moved_before = self.now, channel.moved
            self.deadlines.start(phase, channel, self.now)
        elif phase in PACED and not self._is_fast_enough(channel):
            self.deadlines.stop(channel)
            self._be_late(phase, channel, "The request came too slowly.")
        elif phase not in LIMITED:
            self.deadlines.start(phase, channel, self.now)

    def _is_fast_enough(self, channel: Channel) -> bool:
        moved = channel.moved - channel.moved_before
        return self._wiring.rate.is_kept(moved, self.now - channel.since)

    def renew(self, channel: Channel) -> None:
        """Settle a channel after an answer: what it begins now has all its time before it."""
        self.deadlines.stop(channel)
        self.settle(channel)

    def interest(self, channel: Channel, interest: int) -> None:
        """Have the poller watch a channel for READ, for WRITE or (0) not at all."""
        with self.lock:
            self._watch(channel, interest)

    def _attend_channel(self, channel: Channel) -> Iterator[Channel]:
        if channel.busy:
            if channel.interest == WRITE:
                self._flush_busy(channel)
            else:
                self._ignore_busy(channel)
        elif channel.phase is Phase.WRITING:
            if channel.flush():
                if channel.answered(self.now):
                    yield channel
                else:
                    self.settle(channel)
            else:
                self._time(Phase.WRITING, channel)
        elif channel.phase is Phase.PUSHING:
            self._attend_push(channel)
        elif channel.phase is Phase.LINGERING and not channel.waste():
            channel.phase = Phase.CLOSED
            self.settle(channel)

    def _flush_busy(self, channel: Channel) -> None:
        """Send for a runner that still produces."""
        if channel.flush(self._rest_output):
            self.deadlines.stop(channel)
        else:
            self._time(Phase.WRITING, channel)

    def _ignore_busy(self, channel: Channel) -> None:
        """What its client sends is not looked at while a request of his is being served."""
        with self.lock:
            # The runner may just have asked for WRITE, which must not be forgotten.
            if channel.busy and channel.interest != WRITE:
                self._watch(channel, 0)

    def _rest_output(self, channel: Channel) -> None:
        """The outbox is empty; under its lock, so that nothing is being added."""
        with self.lock:
            if channel.busy:
                self._watch(channel, 0)

    # -- answers that go on without a thread -----------------------------------------------------

    def _attend_push(self, channel: Channel) -> None:
        if channel.interest == GONE:
            if not channel.is_gone():
                if not self._poller.tells_gone:
                    self.interest(channel, 0)  # it says something, and nobody listens
                return  # or this is old news of room to send
            channel.give_up()
        self._settle_push(channel)

    def _settle_push(self, channel: Channel) -> None:
        """Send what waits and watch for the client; see whether more will come at all."""
        pushed = channel.pushed
        assert pushed is not None
        if channel.flush(self._rest_push):
            self.deadlines.stop(channel)
        else:
            self.interest(channel, WRITE)
            self._time(Phase.WRITING, channel)
        if channel.is_given_up or self._wiring.draining:
            pushed.end()
        if not pushed.is_open:
            self._ended.append(channel)

    def _rest_push(self, channel: Channel) -> None:
        """The outbox is empty; under its lock, so that nothing is being added."""
        with self.lock:
            self._watch(channel, GONE)

    def _end_pushes(self) -> Iterator[Channel]:
        """Channels whose pushed answer is over: it is up to the service to end it."""
        while self._ended:
            channel = self._ended.popleft()
            # One may be told of twice, or before its call has returned.
            if channel.phase is Phase.PUSHING and not channel.busy:
                pushed = channel.pushed
                if pushed is not None and not pushed.is_open:
                    yield channel

    # -- newcomers -------------------------------------------------------------------------------

    def _batch(self) -> int:
        """How many to accept before the others have their turn."""
        return min(ACCEPTS_AT_A_TIME, self._capacity - len(self.channels))

    def _accept(self, listener: Listener) -> Iterator[Channel]:
        try:
            for sock, peer, server in listener.accept(self._batch()):
                channel = self._welcome(listener, sock, peer, server)
                if channel.receive():  # the request is often there already
                    yield channel
                else:
                    self.settle(channel)
        except OSError as error:
            if error.errno not in OUT_OF_DESCRIPTORS:
                raise
            self._close_doors(self.now + LOOK_AGAIN)
        if len(self.channels) >= self._capacity:
            self._close_doors(self.now)

    def _welcome(
        self,
        listener: Listener,
        sock: socket.socket,
        peer: tuple[str, str],
        server: tuple[str, str],
    ) -> Channel:
        greeting = self._wiring.manners.greeting(is_secure=listener.is_secure, address=peer[0])
        channel = Channel(sock, peer, server, self._wiring, greeting)
        self.channels[channel.fd] = channel
        return channel

    # -- doors -----------------------------------------------------------------------------------

    def _close_doors(self, until: float) -> None:
        """Leave new connections in the backlog for a while."""
        self._accept_again = until
        if self._is_accepting:
            self._is_accepting = False
            for fd in self._listeners:
                self._poller.forget(fd)

    def _open_doors(self) -> None:
        if self._is_accepting or not self._listeners:
            return
        if len(self.channels) < self._capacity and self.now >= self._accept_again:
            self._is_accepting = True
            for fd in self._listeners:
                self._poller.watch(fd, READ, known=False)

    @property
    def is_deserted(self) -> bool:
        """True when there is nothing left to do, now and ever."""
        return self._wiring.draining and not self.channels

    def drain(self) -> None:
        """Take who waits in the backlog, then let nobody in and no connection live on."""
        self._close_doors(0.0)
        self._wiring.draining = True
        for listener in self._listeners.values():
            with suppress(OSError):  # no descriptors left: who waits still is turned away
                for sock, peer, server in listener.accept(self._capacity):
                    self.settle(self._welcome(listener, sock, peer, server))
            listener.close()
        self._listeners.clear()
        for channel in list(self.channels.values()):
            channel.persists = False
            if channel.phase is Phase.PUSHING and not channel.busy:
                self._settle_push(channel)

    def cut_off(self) -> None:
        """Nobody is listened to any more; runners find that out with the next block they send."""
        for channel in list(self.channels.values()):
            channel.cut_off()

    def close(self) -> None:
        """Close everything, at once."""
        for listener in self._listeners.values():
            listener.close()
        for channel in list(self.channels.values()):
            channel.close()
        self.channels.clear()
        self._poller.close()
        self._waker.close()

    def _close_idle(self) -> None:
        for channel in list(self.channels.values()):
            if channel.is_silent and not channel.busy:
                self._forget(channel)

    def _forget(self, channel: Channel) -> None:
        self.deadlines.stop(channel)
        with self.lock:
            self._strike_out(channel)
        channel.close()

    def _strike_out(self, channel: Channel) -> None:
        """Out of the poller and the table, before its descriptor is closed and used again."""
        self._watch(channel, 0)
        if self.channels.get(channel.fd) is channel:
            del self.channels[channel.fd]

    def _watch(self, channel: Channel, interest: int) -> None:
        before = channel.interest
        if interest == before:
            return
        channel.interest = interest
        if interest:
            self._poller.watch(channel.fd, interest, known=bool(before))
        else:
            self._poller.forget(channel.fd)
