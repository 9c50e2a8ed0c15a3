"""What is known of a request that a proxy has got, from its first try to its end."""

from __future__ import annotations

from typing import Any

from kubelearn.network.passages import NEVER

NONE = -1


class Trying:
    """A request whose answer is not simply foreseen; times in ns.

    It changes as things happen, so whoever goes on from a moment takes a `copy`.
    """

    attempt = 0
    tried: tuple[str, ...] = ()
    lane = NONE
    """The host of the try under way."""
    try_until = NEVER
    work = 0
    answers = 0
    """The status that its program gives, if it comes to that."""
    finish = NEVER
    """When its program is done with it; `NEVER` as long as it is not there."""
    ends = NEVER
    """The moment of its next event."""
    known = 0
    """Since when that is known."""
    status = 0
    error = ""
    hop = ""
    levels: tuple[int, ...] = ()
    """Percent of the requests for each priority of the hosts, as of its pick."""
    level = 0
    """The priority that was chosen."""
    waits = False
    """For a connection."""
    leaves = False
    """Whether its patience is over, while it waits."""
    woken = False
    """Whether a connection is free for it."""
    pauses = False
    """Before the next try."""

    def __init__(self, pool: int, sent: int, deadline: int, until: int, asked: int) -> None:
        self.pool = pool
        """The fork of the plan at which its proxy chooses."""
        self.sent = sent
        self.deadline = deadline
        """When its client gives up."""
        self.until = until
        """When the time of all tries is over."""
        self.asked = asked
        """When the try under way was sent."""

    @property
    def limit(self) -> int:
        """When its client gives up, or its proxy."""
        return min(self.deadline, self.until)

    def copy(self, **changes: Any) -> Trying:
        """One that goes on by itself, and differs in these."""
        twin = object.__new__(Trying)
        twin.__dict__.update(self.__dict__, **changes)
        return twin
