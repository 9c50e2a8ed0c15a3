"""The requests of a stretch of time by row: as numbers of Python where they are looked at."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


class Rows:
    """What is known of each request; lists are made when somebody asks for them."""

    def __init__(self, calls: Array, sent: Array, asked: Array) -> None:
        self.calls, self._sent, self._asked = calls, sent, asked
        """The numbers of the calls: what the queue for connections goes by."""

    @cached_property
    def numbers(self) -> list[int]:
        """Of the calls."""
        found: list[int] = self.calls.tolist()
        return found

    @cached_property
    def sent(self) -> list[int]:
        """When each was sent."""
        found: list[int] = self._sent.tolist()
        return found

    @cached_property
    def asked(self) -> list[int]:
        """When its last try was sent; whoever sends one writes it down here."""
        found: list[int] = self._asked.tolist()
        return found

    @cached_property
    def by_number(self) -> dict[int, int]:
        """The number of a call → its row."""
        return {number: row for row, number in enumerate(self.numbers)}

    def asked_column(self) -> Array:
        """`asked` as a column of numpy."""
        import numpy as np

        return np.array(self.asked, np.int64) if "asked" in self.__dict__ else self._asked
