"""Round robin over hosts of equal weight: one after the other from a start that the seed gives.

Source: envoy `source/extensions/load_balancing_policies/round_robin`, 1.40.
"""

from __future__ import annotations

from collections.abc import Sequence

from kubelearn.balancing.host import Ask, Host


class RoundRobin:
    """A counter modulo the number of hosts."""

    def __init__(self, hosts: Sequence[Host], seed: int = 0) -> None:
        self.hosts = tuple(hosts)
        self.turn = seed

    def pick(self, ask: Ask) -> Host | None:  # noqa: ARG002
        """The next in turn."""
        if not self.hosts:
            return None
        host = self.hosts[self.turn % len(self.hosts)]
        self.turn += 1
        return host

    def fork(self) -> RoundRobin:
        """A copy at the same turn."""
        return RoundRobin(self.hosts, self.turn)
