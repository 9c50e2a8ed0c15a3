"""What has become of tries and requests in one stretch of time, as columns and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

Kind = tuple[int, int, tuple[int, ...], int, int, str, str, int]
"""Of tries: fork, lane, shares and number of the priority, status, flag, what follows, attempt."""


class Told:
    """Rows of a stretch of time; simple successes as three columns."""

    def __init__(self) -> None:
        self.times: list[int] = []
        """When the proxy got each simple answer."""
        self.rows: list[int] = []
        self.lanes: list[int] = []
        self.columns: list[tuple[Array, Array, Array]] = []
        """The same of many at once."""
        self.tries: list[tuple[int, Kind, int, int]] = []
        """(row, kind, when it was sent, when it was over) of each other try."""
        self.servers: list[tuple[int, int, str, int, int]] = []
        """(lane, status, flag, since, until) of requests with which a server's proxy is done."""
        self.clients: list[tuple[int, int, int, str, int, int]] = []
        """(fork, lane, status, flag, row, until) of those with which the client's is done."""
        self.ends: list[tuple[int, int, int, str, str]] = []
        """(row, when its client has it, status, error, hop)."""

    def add(self, time: int, row: int, lane: int) -> None:
        """One simple success more."""
        self.times.append(time)
        self.rows.append(row)
        self.lanes.append(lane)

    def simple(self) -> tuple[Array, Array, Array]:
        """(when the proxy got the answer, row, lane) of all simple successes."""
        import numpy as np

        columns = zip(*self.columns, (self.times, self.rows, self.lanes), strict=True)
        times, rows, lanes = (
            np.concatenate([np.asarray(one, np.int64) for one in parts]) for parts in columns
        )
        return times, rows, lanes
