"""Spring Cloud Gateway and Eureka: `kubelearn.spring` against upstream's own tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

from kubelearn.spring import eureka
from kubelearn.spring.gateway.exchange import Exchange, encoded, values
from kubelearn.spring.gateway.forwarded import client_address
from kubelearn.spring.gateway.predicates import holds
from kubelearn.spring.gateway.rate_limiter import Bucket, take
from kubelearn.spring.gateway.request_filters import REQUEST_FILTERS
from kubelearn.spring.gateway.response_filters import RESPONSE_FILTERS
from kubelearn.spring.gateway.weight import chosen, normalized, ranges
from kubelearn.spring.path_pattern import match

Given = dict[str, Any]


def _pairs(named: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    every = ((n, v if isinstance(v, list) else [v]) for n, v in named.items())
    return tuple((name, value) for name, many in every for value in many)


def _grouped(pairs: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _query(given: Any) -> str:
    """A query as text, or as parameters by name."""
    if isinstance(given, dict):
        return "&".join(
            f"{quote_plus(name)}={quote_plus(str(value))}" if value is not None else name
            for name, many in given.items()
            for value in (many if isinstance(many, list) else [many])
        )
    return given if isinstance(given, str) else encoded(given or ())


def _exchange(given: Given) -> Exchange:
    return Exchange(
        method=given.get("method", "GET"),
        path=given.get("path", "/"),
        query=_query(given.get("query", "")),
        host=given.get("host"),
        headers=_pairs(given.get("headers", {})),
        cookies=tuple((name, value) for name, value in given.get("cookies", ())),
        remote=given.get("remote"),
        version=given.get("version") or "",
        now=given.get("now", ""),
        size=given.get("size", 0),
        variables=given.get("vars", {}),
        response=tuple(("X", value) for value in given.get("values", ())),
    )


def _first(found: list[str]) -> str | None:
    return found[0] if found else None


def _location(given: Given, args: Given) -> str | None:
    exchange = _exchange(given)
    if given["location"] is None or (exchange.host is None and not args.get("hostValue")):
        return None
    exchange = exchange.change(response=(("Location", given["location"]),))
    answer = RESPONSE_FILTERS["RewriteLocationResponseHeader"](exchange, args)
    return _first(values(answer.response, "Location"))


def _filter(given: Given) -> Any:
    name, args, begin = given["filter"], given["args"], given["in"]
    if name == "RewriteLocationResponseHeader":
        return _location(begin, args)
    if name in RESPONSE_FILTERS:
        answer = RESPONSE_FILTERS[name](_exchange(begin), {"name": "X", **args})
        return values(answer.response, "X")
    found = REQUEST_FILTERS[name](_exchange(begin), args)
    if name in ("RequestHeaderSize", "RequestSize"):
        return found.status
    if name == "RedirectTo":
        return _first(values(found.response, "Location"))
    if name == "MapRequestHeader":
        return _first(values(found.headers, args["to"]))
    if "Parameter" in name:
        return _grouped(found.parameters())
    return _grouped(found.headers) if "Header" in name else found.path


def _predicate(given: Given) -> bool:
    return holds(given["predicate"], _exchange(given["in"]), given["args"])


def _rate_limit(given: Given) -> list[list[int]]:
    bucket: Bucket | None = None
    found = []
    for rate, capacity, now, requested in given["calls"]:
        verdict = take(bucket, rate, capacity, now, requested)
        bucket = verdict.bucket
        found.append([int(verdict.allowed), verdict.left])
    return found


def _weight(given: Given) -> Given:
    weights = given["weights"]
    return {"normalized": normalized(weights), "ranges": ranges(weights)}


def _forwarded(given: Given) -> str | None:
    trusted = None if given["max_trusted"] == "all" else given["max_trusted"]
    return client_address(given["x_forwarded_for"], given["remote"], trusted)


def _path(given: Given) -> Given:
    found = match(given["pattern"], given["path"])
    if found is None or not given.get("vars"):
        return {"match": found is not None}
    return {"match": True, "vars": found}


EUREKA: dict[str, Callable[[Given], Any]] = {
    "expiry_enabled": lambda g: eureka.may_evict(
        g["threshold"], g["renews_last_min"], preserves=g.get("self_preservation", True)
    ),
    "compensation_ms": lambda g: eureka.compensation_ms(g["elapsed_ms"], g["interval_ms"]),
    "lease_expires_s": lambda g: eureka.lease_end(
        g["duration_s"], g.get("last_renew_s"), g.get("registered_s", 0)
    ),
    "threshold": lambda g: eureka.renewal_threshold(g["clients"]),
    "eviction_limit": lambda g: eureka.eviction_limit(g["registered"]),
}

KINDS: dict[str, Callable[[Given], Any]] = {
    "scg_filter": _filter,
    "scg_forwarded_for": _forwarded,
    "scg_predicate": _predicate,
    "scg_rate_limit": _rate_limit,
    "scg_weight": _weight,
    "scg_weight_pick": lambda given: chosen(given["weights"], given["random"]),
    "spring_path": _path,
    "eureka": lambda given: EUREKA[given["what"]](given),
}
