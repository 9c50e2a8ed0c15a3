"""The less busy of a few drawn hosts ("power of two choices"), for hosts of equal weight.

Source: envoy `source/extensions/load_balancing_policies/least_request`, 1.40. Known result: two
choices instead of one make the longest queue doubly logarithmic (Mitzenmacher 2001).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kubelearn.balancing.host import Ask, Host

CHOICES = 2


def least_busy(active: Callable[[int], int], sampled: Sequence[int]) -> int:
    """Of the sampled places the first one that no other is strictly less busy than."""
    return min(sampled, key=active)


class LeastRequest:
    """`choices` hosts are drawn with replacement; the first drawn wins a tie."""

    def __init__(self, hosts: Sequence[Host], choices: int = CHOICES) -> None:
        self.hosts = tuple(hosts)
        self.choices = choices

    def pick(self, ask: Ask) -> Host | None:
        """The least busy of the drawn hosts."""
        if not self.hosts:
            return None
        sampled = [ask.draw(len(self.hosts), index) for index in range(self.choices)]
        return self.hosts[least_busy(lambda place: ask.active(self.hosts[place].key), sampled)]

    def fork(self) -> LeastRequest:
        """Itself: it remembers nothing."""
        return self
