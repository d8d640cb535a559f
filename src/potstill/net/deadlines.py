"""How long each step of a conversation may take.

All connections in the same phase have the same duration, so the queue of a phase is a FIFO: the
first to enter is the first due, and looking for who is late costs nothing per connection.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping
from typing import Generic, TypeVar

P = TypeVar("P", bound=Hashable)
T = TypeVar("T", bound=Hashable)


class Deadlines(Generic[P, T]):
    """For each phase a queue of who is in it. Used by one thread at a time: who has the baton.

    Times are seconds of a monotonic clock and enter as arguments.
    """

    def __init__(self, durations: Mapping[P, float]) -> None:
        self._durations = durations
        self._queues: dict[P, OrderedDict[T, float]] = {p: OrderedDict() for p in durations}
        self._phases: dict[T, P] = {}
        """In whose queue each is."""
        self.next = math.inf
        """Nobody is due before this time; it may be earlier than anybody's."""

    def queue(self, phase: P) -> OrderedDict[T, float]:
        """The queue of a phase, for whoever must renew without a call (see `relay`)."""
        return self._queues[phase]

    def start(self, phase: P, who: T, now: float) -> None:
        """Give `who` the time of this phase from now on, and take it out of the others."""
        if self._phases.get(who, phase) != phase:
            self.stop(who)
        due = now + self._durations[phase]
        queue = self._queues[phase]
        queue[who] = due
        queue.move_to_end(who)
        self._phases[who] = phase
        self.next = min(self.next, due)

    def holds(self, phase: P, who: T) -> bool:
        """Is `who` being timed in this phase?"""
        return who in self._queues[phase]

    def stop(self, who: T) -> None:
        """Do not time it any more."""
        phase = self._phases.pop(who, None)
        if phase is not None:
            del self._queues[phase][who]

    def expired(self, now: float) -> Iterator[tuple[P, T]]:
        """Take out and give all who are late, with the phase they were in."""
        self.next = math.inf
        for phase, queue in self._queues.items():
            while queue:
                who, due = next(iter(queue.items()))
                if due > now:
                    self.next = min(self.next, due)
                    break
                self.stop(who)
                yield phase, who
