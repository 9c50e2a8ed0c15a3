"""Any host, all with the same chance.

Source: envoy `source/extensions/load_balancing_policies/random`, 1.40.
"""

from __future__ import annotations

from collections.abc import Sequence

from kubelearn.balancing.host import Ask, Host


class RandomChoice:
    """One draw for each request."""

    def __init__(self, hosts: Sequence[Host]) -> None:
        self.hosts = tuple(hosts)

    def pick(self, ask: Ask) -> Host | None:
        """The drawn host."""
        return self.hosts[ask.draw(len(self.hosts), 0)] if self.hosts else None

    def fork(self) -> RandomChoice:
        """Itself: it remembers nothing."""
        return self
