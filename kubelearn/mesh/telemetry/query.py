"""Questions to the metrics, as one would ask Prometheus.

Source: Prometheus 3 `promql` (sum by, histogram_quantile).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kubelearn.mesh.telemetry.labels import Labels
from kubelearn.mesh.telemetry.series import Tally

REQUESTS = "istio_requests_total"
DURATION = "istio_request_duration_milliseconds"
OPENED, CLOSED = "istio_tcp_connections_opened_total", "istio_tcp_connections_closed_total"
METRICS = {REQUESTS: "http", DURATION: "http", OPENED: "tcp", CLOSED: "tcp"}
"""The metrics that are counted, and by what kind of traffic."""
BY = ("source_workload", "destination_service_name", "response_code", "response_flags")
Group = tuple[str, ...]


def grouped(
    series: Iterable[tuple[Labels, Tally]], metric: str, by: Sequence[str],
    wanted: Mapping[str, str | Sequence[str]],
) -> dict[Group, Tally]:  # fmt: skip
    """The sum of a metric for each set of values of some labels, in their order."""
    if metric not in METRICS:
        raise ValueError(f"there is no metric {metric!r}: choose one of {', '.join(METRICS)}")
    rows = [(labels, tally) for labels, tally in series if labels.protocol == METRICS[metric]]
    found: dict[Group, Tally] = {}
    for labels, tally in rows:
        written = labels.written(metric)
        if written is None:
            continue
        for name in (*by, *wanted):
            if name not in {**labels.standard(), **written}:
                known = ", ".join(written)
                raise ValueError(f"no metric has a label {name!r}: use one of {known}")
        if not _fits(written, wanted):
            continue
        group = tuple(written.get(name, "") for name in by)
        old = found.get(group)
        found[group] = tally if old is None else old.plus(tally)
    return dict(sorted(found.items()))


def _fits(written: Mapping[str, str], wanted: Mapping[str, str | Sequence[str]]) -> bool:
    return all(
        written.get(name, "") in ((value,) if isinstance(value, str) else value)
        for name, value in wanted.items()
    )
