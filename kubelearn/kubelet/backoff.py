"""Back-off: how long the kubelet waits before it tries again.

Source: client-go `util/flowcontrol/backoff.go`; used in `pkg/kubelet/kuberuntime` (doBackOff: a
container that keeps ending) and `pkg/kubelet/images` (an image that cannot be pulled).
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.sim.clock import SECOND

INITIAL = 10 * SECOND
LIMIT = 300 * SECOND


class Backoff(NamedTuple):
    """The delay in force and when it was last raised; all times in ns."""

    delay: int = 0
    raised: int = 0

    def waits(self, since: int, now: int, limit: int = LIMIT) -> bool:
        """Whether, after a failure at `since`, it is still too early at `now`."""
        return not self._expired(since, limit) and now - since < self.delay

    def until(self, since: int, limit: int = LIMIT) -> int:
        """The moment at which a failure at `since` has been waited for."""
        return since if self._expired(since, limit) else since + self.delay

    def next(self, since: int, now: int, initial: int = INITIAL, limit: int = LIMIT) -> Backoff:
        """The back-off after one more try at `now`, that followed a failure at `since`."""
        if self._expired(since, limit):
            return Backoff(initial, now)
        return Backoff(min(2 * self.delay, limit), now)

    def _expired(self, since: int, limit: int) -> bool:
        # What was well for longer than twice the limit begins anew.
        return self.delay == 0 or since - self.raised > 2 * limit
