"""The draws of proxies: addressed by the request and the proxy, so each has its own chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, NoReturn

from kubelearn.balancing.weighted import choose
from kubelearn.sim.draws import Draws


class Chance(NamedTuple):
    """The draws of one proxy for one try."""

    draws: Draws
    subject: tuple[str, int]
    proxy: str
    """The UID of its pod."""

    def address(self, purpose: str, index: int = 0) -> tuple[str, str]:
        """(purpose, subject) of a draw; the number of the request is its index."""
        place = f"{self.subject[0]} {self.proxy}"
        return f"proxy {purpose}", f"{place} {index}" if index else place

    def below(self, purpose: str, count: int, index: int = 0) -> int:
        """A number below `count`."""
        return self.draws.below(count, *self.address(purpose, index), self.subject[1])

    def lot(self, purpose: str, weights: Sequence[int]) -> int:
        """A place among weights, by a number of 32 bits."""
        return choose(weights, self.below(purpose, 1 << 32))


Lots = Callable[[str, Sequence[int], str], int]
"""(purpose, weights, UID of the proxy) → the place that the scout takes."""
Doubt = Callable[[str], NoReturn]


class Taken(NamedTuple):
    """The draws of a proxy: the scout takes them all."""

    lots: Lots
    doubt: Doubt
    proxy: str

    def below(self, purpose: str, count: int, index: int = 0) -> int:  # noqa: ARG002
        """A number that no lot stands for."""
        self.doubt(f"its proxy draws the {purpose} of a connection")

    def lot(self, purpose: str, weights: Sequence[int]) -> int:
        """A place among weights."""
        return self.lots(f"proxy {purpose}", weights, self.proxy)
