"""Envoy's balancing: `kubelearn.balancing` against upstream's tables and a real Envoy's picks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from kubelearn.balancing import ALGORITHMS, Ask, Host
from kubelearn.balancing.backoff import JitteredBackoff
from kubelearn.balancing.edf import Schedule, WeightedRoundRobin, busy_weight
from kubelearn.balancing.least_request import least_busy
from kubelearn.balancing.maglev import maglev_table
from kubelearn.balancing.outlier import OutlierDetector, OutlierSettings, ejection_time, jitter
from kubelearn.balancing.priority import PANIC_THRESHOLD, Level, choose_level, loads, panics
from kubelearn.balancing.ring_hash import pick_from, ring
from kubelearn.balancing.xxh64 import xxh64

Given = dict[str, Any]

SETTINGS = {
    "max_percent": "max_ejection_percent",
    "consecutive_5xx": "consecutive_5xx",
    "consecutive_gateway": "consecutive_gateway_failure",
    "always_one": "always_eject_one_host",
    "sr_min_hosts": "success_rate_minimum_hosts",
    "sr_volume": "success_rate_request_volume",
    "sr_factor": "success_rate_stdev_factor",
    "fp_threshold": "failure_percentage_threshold",
    "fp_min_hosts": "failure_percentage_minimum_hosts",
    "fp_volume": "failure_percentage_request_volume",
    "fp_enforce": "enforcing_failure_percentage",
    "base_ms": "base_ejection_time",
    "interval_ms": "interval",
}
"""The vectors' short names of Envoy's fields."""


def _backoff(given: Given) -> list[int]:
    backoff = JitteredBackoff(given["base"], given["cap"])
    return [backoff.delay(attempt, number) for attempt, number in enumerate(given["randoms"])]


def _edf(given: Given) -> list[list[int]]:
    state = {"weights": given["weights"], "active": given.get("active")}

    def weigh(place: int) -> Fraction:
        weight = Fraction(state["weights"][place])
        if not given.get("least_request"):
            return weight
        return busy_weight(int(weight), state["active"][place], given.get("bias", 1))

    schedule = Schedule(len(state["weights"]), weigh)
    for _ in range(given.get("prepick", 0)):
        schedule.next(weigh)
    picks = []
    for phase in given["phases"]:
        state |= {name: phase[name] for name in ("weights", "active") if name in phase}
        if phase.get("rebuild"):
            schedule = Schedule(len(state["weights"]), weigh)
        picks.append([schedule.next(weigh) for _ in range(phase["picks"])])
    return picks


def _first_pick(given: Given) -> list[int]:
    hosts = [Host(str(place), weight) for place, weight in enumerate(given["weights"])]
    found: Counter[str] = Counter()
    for seed in range(given["seeds"]):
        balancer = WeightedRoundRobin(hosts)
        for _ in range(seed):
            balancer.pick(Ask())
        picked = balancer.pick(Ask())
        assert picked is not None
        found[picked.key] += 1
    return [found[host.key] for host in hosts]


def _ejection_time(given: Given) -> int:
    settings = OutlierSettings(
        base_ejection_time=given["base_s"] * 1000, max_ejection_time=given["max_s"] * 1000
    )
    interval = given["interval_s"] * 1000
    lasts = ejection_time(settings, given["n"])
    return -(-lasts // interval) * interval // 1000


def _hosts(given: Given) -> tuple[Host, ...]:
    weights = given.get("weights") or [1] * len(given["keys"])
    return tuple(Host(key, weight) for key, weight in zip(given["keys"], weights, strict=True))


def _maglev(given: Given) -> Any:
    table = maglev_table(_hosts(given), given["size"])
    return dict(Counter(table)) if given.get("counts") else table


def _outlier(given: Given) -> list[list[str]]:
    config = {SETTINGS[name]: value for name, value in given["config"].items()}
    detector = OutlierDetector.of(OutlierSettings(**config), tuple(given["hosts"]))
    now, seen = 0, []
    for kind, *rest in given["events"]:
        if kind == "req":
            host, status, *count = rest
            for _ in range(count[0] if count else 1):
                detector.result(host, status, now)
        elif kind == "tick":
            now = rest[0]
            detector.tick(now)
        else:
            seen.append(detector.ejected())
    return seen


def _p2c(given: Given) -> int:
    active = given["active"]
    sampled = [number % len(active) for number in given["randoms"][: given["choices"]]]
    return least_busy(active.__getitem__, sampled)


def _panic_picks(given: Given) -> Given:
    threshold = given.get("panic_threshold", PANIC_THRESHOLD)
    panic = panics(Level(given["total"], given["healthy"]), threshold)
    pool = "all" if panic else "healthy" if given["healthy"] else "none"
    return {"panic": panic, "pool": pool}


def _priority(given: Given) -> Given:
    levels = [Level(**level) for level in given["levels"]]
    found = loads(
        levels,
        given.get("panic_threshold", PANIC_THRESHOLD),
        given.get("overprovisioning", 140),
    )
    return {name: list(getattr(found, name)) for name in given["ask"]}


def _ring(given: Given) -> list[list[Any]]:
    return [list(entry) for entry in ring(_hosts(given), given["min_size"])]


def _ring_pick(given: Given) -> str:
    return pick_from(ring(_hosts(given), given["min_size"]), given["hash"])


def _live_hash(given: Given) -> str:
    hosts = [Host(key) for key in given["hosts"]]
    picked = ALGORITHMS[given["policy"]](hosts, 0).pick(Ask(hash=xxh64(given["value"])))
    assert picked is not None
    return picked.key


def _live_priority(given: Given) -> str:
    levels = [Level(len(level["hosts"]), level["healthy"]) for level in given["levels"]]
    found, value = loads(levels), xxh64(given["value"])
    place, _ = choose_level(found, value)
    level = given["levels"][place]
    usable = level["hosts"] if found.panic[place] else level["hosts"][: level["healthy"]]
    return _live_hash({"policy": "RING_HASH", "hosts": usable, "value": given["value"]})


KINDS: dict[str, Callable[[Given], Any]] = {
    "envoy_backoff_ms": _backoff,
    "envoy_edf": _edf,
    "envoy_edf_first_pick": _first_pick,
    "envoy_ejection_jitter": lambda given: jitter(given["random"], given["max_ms"]),
    "envoy_ejection_time": _ejection_time,
    "envoy_live_hash": _live_hash,
    "envoy_live_priority": _live_priority,
    "envoy_maglev": _maglev,
    "envoy_outlier": _outlier,
    "envoy_p2c": _p2c,
    "envoy_panic_picks": _panic_picks,
    "envoy_priority": _priority,
    "envoy_ring": _ring,
    "envoy_ring_pick": _ring_pick,
    "envoy_xxh64": lambda given: xxh64(given["text"], given.get("seed", 0)),
}
