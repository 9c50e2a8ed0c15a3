"""What a hop does with a call, and the ways in which calls fail."""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.sim.clock import SECOND

REFUSED = "connection refused"
"""Somebody said no at once: nothing listens, or kube-proxy rejects."""
TIMED_OUT = "connection timed out"
"""The packets that open a connection get no answer."""
NO_ROUTE = "no route to host"
"""The node of the address knows nobody who has it."""
RESET = "connection reset by peer"
"""The program went away before it had answered."""
NO_ANSWER = "timed out waiting for the answer"
NO_NAME = "no such host"
NAME_FAILURE = "temporary failure in name resolution"
"""No DNS server answered."""

UNREACHABLE_AFTER = 3 * SECOND
"""How long a node looks for the owner of an address (Linux: three ARP requests, 1 s apart)."""


class Verdict(NamedTuple):
    """What a hop did with a call: on to `onward` after `delay` ns, or an end."""

    delay: int
    onward: str = ""
    status: int = 0
    error: str = ""

    @property
    def ends(self) -> bool:
        """Whether the client gets an answer or an error."""
        return bool(self.status or self.error)
