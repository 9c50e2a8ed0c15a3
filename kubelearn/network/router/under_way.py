"""What of a load is under way between its proxy and the hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.network.router.trying import Trying

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

SLOW = -1
"""In place of a lane: the request is looked up among those that go on by themselves."""


Event = tuple[int, int, int, int, int]
"""(when, since when that is known, a number among those, place in the columns, lane)."""


class Asks(NamedTuple):
    """Requests at their proxies, as columns of equal length, never changed."""

    number: Array
    """Their places in the load."""
    sent: Array
    came: Array
    """When their proxy was ready to send them on."""
    asked: Array
    """When the try under way was sent."""
    pool: Array
    """The fork of the plan at which their proxy chooses."""

    def where(self, mask: Array) -> Asks:
        """Some of them."""
        return Asks(*(column[mask] for column in self))


class UnderWay(NamedTuple):
    """What of a load is under way at a moment; never changed."""

    asks: Asks | None = None
    events: tuple[Event, ...] = ()
    """The next thing that happens to each, in order."""
    coming: tuple[tuple[int, int], ...] = ()
    """(when, place) of those who are on their way to a program."""
    trying: tuple[tuple[int, Trying], ...] = ()
    """(place, what is known) of those who are no simple successes."""

    def connected(self, number: int, now: int) -> UnderWay:
        """The same after a request that waits has got a connection."""
        assert self.asks is not None
        place = self.asks.number.tolist().index(number)
        one = dict(self.trying)[place].copy(waits=False, woken=True, ends=now, known=now)
        trying = tuple((at, one if at == place else old) for at, old in self.trying)
        events = sorted([*self.events, (now, now, len(self.events), place, SLOW)])
        return self._replace(trying=trying, events=tuple(events))
