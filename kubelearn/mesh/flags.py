"""Envoy's response flags: what they mean, and what to look at when one appears.

Source: envoy `source/common/stream_info/utility.h`, `docs/root/configuration/observability/
access_log/usage.rst`, 1.40.
"""

from __future__ import annotations

from typing import NamedTuple


class Flag(NamedTuple):
    """A response flag."""

    meaning: str
    look: str
    """What to look at."""


FLAGS: dict[str, Flag] = {
    "NR": Flag(
        "no route: no rule of the host's VirtualService matches the request",
        "the match blocks of the VirtualService; a last rule without match takes the rest",
    ),
    "NC": Flag(
        "no cluster: the route leads to a cluster that the proxy does not have",
        "whether the subset is in a DestinationRule, and the host and port in a Service",
    ),
    "UH": Flag(
        "no healthy upstream: the cluster has no host that may be used",
        "whether pods are ready and have the subset's labels, and how many hosts are ejected",
    ),
    "UO": Flag(
        "upstream overflow: a limit of the connection pool is reached (the circuit breaker)",
        "connectionPool of the DestinationRule: connections, pending requests, requests",
    ),
    "UF": Flag(
        "upstream connection failure: no connection to the host came about",
        "whether the program listens, and whether both sides agree on mTLS and hold certificates",
    ),
    "UC": Flag(
        "upstream connection termination: the connection ended before the answer",
        "whether the pod ended, and whether its proxy closes what comes without mTLS (STRICT)",
    ),
    "UT": Flag(
        "upstream request timeout: the route's timeout or that of one try ran out",
        "timeout and retries.perTryTimeout of the VirtualService beside the service's own time",
    ),
    "URX": Flag(
        "the retries are used up",
        "what the tries failed of; retries help with what passes, not with what stays broken",
    ),
    "FI": Flag(
        "fault injection: the request was aborted on purpose",
        "fault.abort of the VirtualService",
    ),
    "DI": Flag(
        "delay injection: the request was held back on purpose",
        "fault.delay of the VirtualService",
    ),
    "DC": Flag(
        "downstream connection termination: the client gave up first",
        "the client's own timeout",
    ),
    "UAEX": Flag(
        "unauthorized external service: the external authoriser refused, or did not answer",
        "the extension provider of the CUSTOM policy and its own log; failOpen lets requests pass",
    ),
    "RBAC": Flag(
        "the server's proxy refused: RBAC: access denied",
        "AuthorizationPolicies for the workload: DENY first, then whether an ALLOW matches",
    ),
}
"""By name; RBAC is no flag of Envoy's but the detail rbac_access_denied."""
