"""All connections of a worker, for the thread that has the baton.

It waits for the poller, accepts, times out, and sets what the poller shall watch for each
channel. Which request is served when, and by whom, is the relay's business.

Everything here belongs to the holder of the baton, but for `call_soon`, `bring_back` and
`want_output`, which other threads may call; interests change under `lock`.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from threading import Lock

from potstill.http11.errors import ProtocolError
from potstill.net.channel import Channel
from potstill.net.deadlines import Deadlines
from potstill.net.listener import OUT_OF_DESCRIPTORS, Listener
from potstill.net.poller import READ, WRITE, Poller, Waker
from potstill.net.wiring import Phase, Wiring

LOOK_AGAIN = 1.0
"""Seconds that the holder sleeps at most while another thread may bring a channel back."""
DRAIN_LOOK = 0.05
ACCEPTS_AT_A_TIME = 64


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
        self._listeners = {listener.fd: listener for listener in listeners}
        self._is_accepting = False
        self._capacity = capacity
        self._accept_again = 0.0
        self.deadlines: Deadlines[Phase, Channel] = Deadlines(durations)
        self.idle = self.deadlines.queue(Phase.IDLE)
        self.keep_alive = durations[Phase.IDLE]
        wiring.want_output = self.want_output
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
        if self._wiring.draining and not events:
            self._close_idle()
        return events

    def _patience(self) -> float:
        """Seconds to wait; negative for ever."""
        if self._wiring.draining:
            return DRAIN_LOOK
        patience = self.deadlines.next - self.now
        if self.out or (self._listeners and not self._is_accepting):
            patience = min(patience, LOOK_AGAIN)
        return max(0.0, patience) if patience < 1e9 else -1

    def _time_out(self, now: float) -> None:
        for phase, channel in self.deadlines.expired(now):
            if phase is not (Phase.WRITING if channel.busy else channel.phase):
                continue  # it has moved on, and will be timed anew
            if phase is Phase.WRITING:
                channel.give_up()
                if channel.busy:
                    continue
                channel.answered(now)
            elif not channel.is_silent and phase < Phase.WRITING:
                channel.refuse(ProtocolError(408, "The request did not come in time."))
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
                self._watch(channel, WRITE if channel.phase is Phase.WRITING else READ)
            self._brought_back.append(channel)
        if is_closed:
            channel.close()  # takes the outbox's lock, which comes before ours

    def want_output(self, channel: Channel) -> None:
        """There is output that waits for the client; from the thread that serves it."""
        with self.lock:
            self._watch(channel, WRITE)
        self._brought_back.append(channel)  # to be timed

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
        return iter(())

    def settle(self, channel: Channel) -> None:
        """Watch and time a channel as its phase asks for; let go of it when it is closed."""
        phase = channel.phase
        if channel.busy:
            if phase is not Phase.CLOSED and channel.interest == WRITE:
                self.deadlines.start(Phase.WRITING, channel, self.now)
        elif phase is Phase.CLOSED:
            self._forget(channel)
        else:
            self.interest(channel, WRITE if phase is Phase.WRITING else READ)
            if phase is not Phase.HEAD or not self.deadlines.holds(phase, channel):
                self.deadlines.start(phase, channel, self.now)

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
                self.deadlines.start(Phase.WRITING, channel, self.now)
        elif channel.phase is Phase.LINGERING and not channel.waste():
            channel.phase = Phase.CLOSED
            self.settle(channel)

    def _flush_busy(self, channel: Channel) -> None:
        """Send for a runner that still produces."""
        if channel.flush(self._rest_output):
            self.deadlines.stop(channel)
        else:
            self.deadlines.start(Phase.WRITING, channel, self.now)

    def _ignore_busy(self, channel: Channel) -> None:
        """What its client sends is not looked at while a request of his is being served."""
        with self.lock:
            # The runner may just have asked for WRITE, which must not be forgotten.
            if channel.busy and channel.interest == READ:
                self._watch(channel, 0)

    def _rest_output(self, channel: Channel) -> None:
        """The outbox is empty; under its lock, so that nothing is being added."""
        with self.lock:
            if channel.busy:
                self._watch(channel, 0)

    def _batch(self) -> int:
        """How many to accept before the others have their turn."""
        return min(ACCEPTS_AT_A_TIME, self._capacity - len(self.channels))

    def _accept(self, listener: Listener) -> Iterator[Channel]:
        try:
            for sock, peer, server in listener.accept(self._batch()):
                channel = Channel(sock, peer, server, self._wiring)
                self.channels[channel.fd] = channel
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
                    channel = Channel(sock, peer, server, self._wiring)
                    self.channels[channel.fd] = channel
                    self.settle(channel)
            listener.close()
        self._listeners.clear()
        for channel in list(self.channels.values()):
            channel.persists = False

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
