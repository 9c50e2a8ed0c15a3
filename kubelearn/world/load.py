"""A load in the hands of its starter: requests sent, how they ended, how long they took."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kubelearn.network.requests import CLIENT
from kubelearn.network.results import Columns, Results
from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.sim.duration import parse_duration
from kubelearn.world.costs import Counted, cost

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from kubelearn.world.world import World

    Array = np.ndarray[Any, np.dtype[Any]]

PERCENTILES = (50, 95, 99)
MOST_WINDOWS = 30_000
NEVER_CAME = (CLIENT, "resolver")
"""Hops where requests fail before they come to a balancer."""


class Load:
    """One load of a world. `load.of(twin)` is the same load in a fork."""

    def __init__(self, world: World, number: int) -> None:
        self.world, self.number = world, number

    def of(self, world: World) -> Load:
        """The same load in another world that has it, such as a fork."""
        return Load(world, self.number)

    def __repr__(self) -> str:
        bins = ", ".join(f"{count:,} {name}" for name, count in self.totals().items())
        return f"<load {self.number} of {self.world.parts['loads'].rows[self.number].url}: {bins}>"

    @property
    def engine(self) -> str:
        """How its requests are computed now: "in bulk", or "one by one" and why.

        Each ends in the same way at the same moment; in bulk it takes far less time to compute.
        """
        return str(self.world.parts["loads"].engine(self.number))

    def totals(self) -> dict[str, int]:
        """Requests by bin: "sent", "ok", each way to fail, "in flight"; sent is their sum."""
        columns, results = self._columns()
        counts = dict(_counted(columns.outcome, results))
        sent = int(self.world.parts["loads"].sent(self.number))
        found = {"sent": sent, "ok": counts.pop("ok", 0), **counts}
        return {**found, "in flight": 2 * sent - sum(found.values())}

    def report(self, window: str | float | None = None) -> pd.DataFrame:
        """A table of bins and latencies in ms, one row in all or one for each `window`.

        A request counts in the window in which it was sent; percentiles are over those answered ok
        (nearest rank: a time that some request really took).
        """
        import numpy as np
        import pandas as pd

        columns, results = self._columns()
        row = self.world.parts["loads"].rows[self.number]
        total = int(self.world.parts["loads"].sent(self.number))
        if window is None:
            took = columns.done - columns.sent
            found = self._row(took, columns.outcome, results, total)
            return pd.DataFrame([{"sent": total, **found}])
        step = parse_duration(window)
        flying = (self._flying(columns, total) - row.begin) // step
        place = (columns.sent - row.begin) // step
        count = max((int(each.max()) + 1 for each in (place, flying) if len(each)), default=1)
        if count > MOST_WINDOWS:
            raise ValueError(f"window={window!r} makes {count:,} rows: take a longer one")
        order = np.argsort(place.astype(np.int16), kind="stable")
        took, outcome = (columns.done - columns.sent)[order], columns.outcome[order]
        ends = np.cumsum(np.bincount(place, minlength=count)).tolist()
        waiting = np.bincount(flying, minlength=count).tolist()
        rows = []
        for number, (begin, end) in enumerate(zip([0, *ends], ends, strict=False)):
            sent = end - begin + waiting[number]
            part = self._row(took[begin:end], outcome[begin:end], results, sent)
            rows.append({"time": (row.begin + number * step) / SECOND, "sent": sent, **part})
        return _filled(rows)

    def requests(self) -> list[tuple[int, int, int, str]]:
        """(index, sent, done, bin) of every ended request, in the order of sending; times in ns."""
        columns, results = self._columns()
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return sorted((i, sent, done, results.words(outcome)) for i, sent, done, outcome in rows)

    def failures(self) -> pd.DataFrame:
        """A table of the ways to fail: the reason, the hop that made an end, how many requests.

        The hops are those of a trace; "answer" is where programs answer, "client" the client
        itself.
        """
        import numpy as np
        import pandas as pd

        columns, results = self._columns()
        values, counts = np.unique(columns.outcome, return_counts=True)
        rows = [
            (results.words(value), results.hop(value), count)
            for value, count in zip(values.tolist(), counts.tolist(), strict=True)
            if results.hop(value)
        ]
        return pd.DataFrame(sorted(rows), columns=["reason", "hop", "requests"])

    def cost(
        self, size: float, *, hour: float | None = None, unit: float | None = None
    ) -> pd.DataFrame:
        """A table of one row: what the AWS load balancer before the load costs per hour.

        `size` is the mean number of bytes of a request with its answer, as the model has none. What
        a connection, a byte and a rule need is counted from the requests that have ended, and
        goes on like this for an hour; `hour` and `unit` are other prices in dollars.
        """
        import numpy as np
        import pandas as pd

        columns, results = self._columns()
        came = [
            value
            for value in np.unique(columns.outcome).tolist()
            if results.hop(value) not in NEVER_CAME
        ]
        columns = Columns(*(each[np.isin(columns.outcome, came)] for each in columns))
        took = columns.done - columns.sent
        row = self.world.parts["loads"].rows[self.number]
        lasted = int(columns.done.max()) - row.begin if len(took) else 0
        counted = Counted(len(took), int(took.sum()), lasted)
        return pd.DataFrame([cost(self.world, row, counted, size, hour, unit)])

    def _row(self, took: Array, outcome: Array, results: Results, sent: int) -> dict[str, Any]:
        counts = dict(_counted(outcome, results))
        found: dict[str, Any] = {"ok": counts.pop("ok", 0), **counts}
        found["in flight"] = sent - sum(found.values())
        return {**found, **_percentiles(took[(outcome > 0) & (outcome < 400)])}

    def _columns(self) -> tuple[Columns, Results]:
        """All ended requests in one table."""
        import numpy as np

        results = self.world.parts["loads"].ended(self.number)
        kinds = (np.int64, np.int64, np.int64, np.int16)
        single = zip(*results.singles, strict=True) if results.singles else ((), (), (), ())
        last = Columns(*(np.array(each, kind) for each, kind in zip(single, kinds, strict=True)))
        parts = [*results.columns, last]
        return Columns(*(np.concatenate(each) for each in zip(*parts, strict=True))), results

    def _flying(self, columns: Columns, total: int) -> Array:
        """When the requests that are in flight were sent."""
        import numpy as np

        missing = np.ones(total, bool)
        missing[columns.number] = False
        loads = self.world.parts["loads"]
        return loads.sent_at(self.number, np.flatnonzero(missing))  # type: ignore[no-any-return]


def _filled(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The rows as a table; a bin that a window lacks is 0 there, a percentile is missing."""
    import pandas as pd

    latencies = [f"p{each}" for each in PERCENTILES]
    head = ["time", "sent", "ok"]
    names = dict.fromkeys(name for row in rows for name in row)
    bins = [name for name in names if name not in (*head, *latencies, "in flight")]
    table = pd.DataFrame(rows, columns=[*head, *bins, "in flight", *latencies])
    table[bins] = table[bins].fillna(0).astype(int)
    return table


def _counted(outcome: Array, results: Results) -> Iterator[tuple[str, int]]:
    """(name of a bin, how many), ok first, then in the order of the names."""
    import numpy as np

    values, counts = np.unique(outcome, return_counts=True)
    found: dict[str, int] = {}
    for value, count in zip(values.tolist(), counts.tolist(), strict=True):
        name = results.words(value)
        found[name] = found.get(name, 0) + count
    yield from sorted(found.items(), key=lambda pair: (pair[0] != "ok", pair[0]))


def _percentiles(latencies: Array) -> dict[str, float | None]:
    """Percentiles by nearest rank, in ms."""
    import numpy as np

    count = len(latencies)
    if not count:
        return {f"p{each}": None for each in PERCENTILES}
    ranks = [math.ceil(each * count / 100) - 1 for each in PERCENTILES]
    placed = np.partition(latencies, ranks)
    pairs = zip(PERCENTILES, ranks, strict=True)
    return {f"p{each}": int(placed[rank]) / MILLISECOND for each, rank in pairs}
