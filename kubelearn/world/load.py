"""A load in the hands of its starter: requests sent, how they ended, how long they took."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from kubelearn.network.requests import CLIENT
from kubelearn.network.results import Columns, Results
from kubelearn.sim.arguments import checked, shown
from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.sim.duration import parse_duration
from kubelearn.world.costs import Counted, cost

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from kubelearn.world.world import World

    Array = np.ndarray[Any, np.dtype[Any]]

Rate = float | Sequence[tuple[str | float, float]]
"""Requests a second, or steps: (when it begins, requests a second)."""
PERCENTILES = (50, 95, 99)
MOST_WINDOWS = 30_000
NEVER_CAME = (CLIENT, "resolver")
"""Hops where requests fail before they come to a balancer."""


def rate_of(given: Rate) -> float | list[tuple[int, float]]:
    """A rate with its moments in ns; TypeError for what is none."""
    if _is_number(given):
        return cast("float", given)
    steps = given if isinstance(given, list | tuple) else [None]
    if not all(isinstance(one, list | tuple) and len(one) == 2 and _is_number(one[1])
               for one in steps):  # fmt: skip
        raise TypeError(
            f'rate={shown(given)}: give requests per second, or steps: [("0s", 50), ("10m", 200)]'
        )
    return [(parse_duration(after), each) for after, each in cast("Any", steps)]


def _is_number(given: object) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool)


class Load:
    """One load of a world. `load.of(twin)` is the same load in a fork."""

    def __init__(self, world: World, number: int) -> None:
        self.world, self.number = world, number

    def of(self, world: World) -> Load:
        """The same load in another world that has it, such as a fork."""
        if not hasattr(world, "parts"):
            raise TypeError(f"world={shown(world)}: give a cluster, such as a fork of the load's")
        if self.number not in world.parts["loads"].rows:
            raise ValueError(f"that cluster has no load {self.number}: fork after it was started")
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
        parts, results = self._parts()
        counts = _counted([part.outcome for part in parts], results)
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

        parts, results = self._parts()
        row = self.world.parts["loads"].rows[self.number]
        total = int(self.world.parts["loads"].sent(self.number))
        if window is None:
            return pd.DataFrame([{"sent": total, **_row(parts, results, total)}])
        step = parse_duration(window)
        if step <= 0:
            raise ValueError(f"window={window!r}: give a time above 0, such as '15s'")
        flying = (self._flying(parts, total) - row.begin) // step
        last = max((int(part.sent.max()) for part in parts), default=row.begin)
        count = max((last - row.begin) // step, int(flying.max(initial=0))) + 1
        if count > MOST_WINDOWS:
            raise ValueError(f"window={window!r} makes {count:,} rows: take a longer one")
        waiting, rows = np.bincount(flying, minlength=count).tolist(), []
        for number, mine in enumerate(_by_window(parts, row.begin, step, count)):
            sent = sum(len(part.sent) for part in mine) + waiting[number]
            found = _row(mine, results, sent)
            rows.append({"time": (row.begin + number * step) / SECOND, "sent": sent, **found})
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

    @checked
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

        for name, given in {"size": size, "hour": hour, "unit": unit}.items():
            if given is not None and given < 0:
                raise ValueError(f"{name}={given!r}: give a number from 0 on")
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

    def _parts(self) -> tuple[list[Columns], Results]:
        """All ended requests, in tables of which none is empty."""
        import numpy as np

        results = self.world.parts["loads"].ended(self.number)
        if not results.singles:
            return results.columns, results
        kinds = (np.int64, np.int64, np.int64, np.int16)
        single = zip(*results.singles, strict=True)
        last = Columns(*(np.array(each, kind) for each, kind in zip(single, kinds, strict=True)))
        return [*results.columns, last], results

    def _columns(self) -> tuple[Columns, Results]:
        """All ended requests in one table."""
        import numpy as np

        parts, results = self._parts()
        if not parts:
            none = np.empty(0, np.int64)
            return Columns(none, none, none, none), results
        return Columns(*(np.concatenate(each) for each in zip(*parts, strict=True))), results

    def _flying(self, parts: list[Columns], total: int) -> Array:
        """When the requests that are in flight were sent."""
        import numpy as np

        missing = np.ones(total, bool)
        for part in parts:
            missing[part.number] = False
        loads = self.world.parts["loads"]
        return loads.sent_at(self.number, np.flatnonzero(missing))  # type: ignore[no-any-return]


def _by_window(parts: Iterable[Columns], begin: int, step: int, count: int) -> list[list[Columns]]:
    """The requests that were sent in each window, in tables of which none is empty."""
    import numpy as np

    found: list[list[Columns]] = [[] for _ in range(count)]
    for part in parts:
        place = (part.sent - begin) // step
        first = int(place.min())
        place -= first
        cuts = np.cumsum(np.bincount(place))
        # A part is small, and its requests stand almost in the order of sending.
        order = np.argsort(place.astype(np.int16), kind="stable") if len(cuts) > 1 else slice(None)
        pieces = zip(*(np.split(column[order], cuts[:-1]) for column in part), strict=True)
        for number, piece in enumerate(pieces, first):
            if len(piece[0]):
                found[number].append(Columns(*piece))
    return found


def _row(parts: list[Columns], results: Results, sent: int) -> dict[str, Any]:
    """Bins and percentiles of requests of which so many have been sent."""
    import numpy as np

    counts = _counted([part.outcome for part in parts], results)
    found: dict[str, Any] = {"ok": counts.pop("ok", 0), **counts}
    found["in flight"] = sent - sum(found.values())
    took = [np.empty(0, np.int64)]
    for part in parts:
        mine = (part.outcome > 0) & (part.outcome < 400)
        took.append((part.done - part.sent)[slice(None) if mine.all() else mine])
    return {**found, **_percentiles(np.concatenate(took))}


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


def _counted(outcomes: Iterable[Array], results: Results) -> dict[str, int]:
    """Name of a bin → how many, ok first, then in the order of the names."""
    import numpy as np

    found: dict[str, int] = {}
    for outcome in outcomes:
        values, counts = np.unique(outcome, return_counts=True)
        for value, count in zip(values.tolist(), counts.tolist(), strict=True):
            name = results.words(value)
            found[name] = found.get(name, 0) + count
    return dict(sorted(found.items(), key=lambda pair: (pair[0] != "ok", pair[0])))


def _percentiles(latencies: Array) -> dict[str, float | None]:
    """Percentiles by nearest rank, in ms; the latencies lose their order."""
    count, first = len(latencies), 0
    if not count:
        return {f"p{each}": None for each in PERCENTILES}
    found: dict[str, float | None] = {}
    for each in PERCENTILES:
        rank = math.ceil(each * count / 100) - 1
        # What lies before the percentile below stays where it is.
        latencies[first:].partition(rank - first)
        found[f"p{each}"], first = int(latencies[rank]) / MILLISECOND, rank
    return found
