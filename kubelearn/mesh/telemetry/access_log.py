"""A line of a proxy's access log, in Istio's default format.

Source: istio `pilot/pkg/model/telemetry_logging.go` (EnvoyTextLogFormat), 1.27; envoy
`source/common/stream_info` (ResponseCodeDetails), 1.40.

Unlike the real one: bytes are those of bodies, connections have ports that are drawn, and the
newest thousand lines of a pod are kept.
"""

from __future__ import annotations

from datetime import timedelta

from kubelearn.api.times import EPOCH
from kubelearn.sim.clock import MICROSECOND, MILLISECOND
from kubelearn.sim.draws import Draws
from kubelearn.traffic.proxying import Passage

KEPT = 1000
EPHEMERAL = (32768, 60999)
"""The ports from which Linux opens connections."""
RESET = "upstream_reset_before_response_started"
DETAILS = {
    "NR": "route_not_found",
    "NC": "cluster_not_found",
    "UH": "no_healthy_upstream",
    "UO": f"{RESET}{{overflow}}",
    "UF": f"{RESET}{{remote_connection_failure}}",
    "UC": f"{RESET}{{connection_termination}}",
    "UT": "response_timeout",
    "FI": "fault_filter_abort",
    "DC": "downstream_remote_disconnect",
}
"""RESPONSE_CODE_DETAILS of what a proxy answers itself, by its flag."""
LOOPBACK = "127.0.0.6"
"""From where the proxy speaks to the program beside it, so that nothing is redirected again."""
DIRECT, FROM_UPSTREAM = "direct_response", "via_upstream"


def details_of(passage: Passage) -> str:
    """RESPONSE_CODE_DETAILS: why the answer is what it is."""
    if passage.details or not passage.own:
        return passage.details or FROM_UPSTREAM
    if passage.handshake and "UF" in passage.flags:
        return f"{RESET}{{remote_connection_failure|{passage.handshake.replace(' ', '_')}}}"
    flags = passage.flags.split(",")
    return next((DETAILS[flag] for flag in flags if flag in DETAILS), DIRECT)


def line(passage: Passage, draws: Draws) -> str:
    """The line."""
    one = passage
    request = "- - -" if one.tcp else f"{one.method} {one.path} HTTP/1.1"
    took = "-" if one.took is None else f"{one.took // MILLISECOND}"
    own = {"inbound": LOOPBACK, "edge": one.target[0]}.get(one.hop, one.source)
    local = f"{own}:{_port(one, draws, 'upstream')}" if one.upstream else "-"
    fields = (
        f"[{_moment(one.since)}]",
        f'"{request}"',
        one.status,
        one.flags or "-",
        details_of(one),
        "-",
        f'"{one.handshake.replace(" ", "_") or "-"}"',
        0,
        one.size,
        (one.until - one.since) // MILLISECOND,
        took,
        *(f'"{one.headers.get(name, "-")}"'
          for name in ("x-forwarded-for", "user-agent", "x-request-id")),
        f'"{one.host or "-"}"',
        f'"{one.upstream or "-"}"',
        one.cluster or "-",
        local,
        f"{one.target[0]}:{one.target[1]}",
        f"{one.source}:{_port(one, draws, 'downstream')}",
        one.sni or "-",
        one.route or "-",
    )  # fmt: skip
    return " ".join(map(str, fields))


def _moment(time: int) -> str:
    moment = EPOCH + timedelta(microseconds=time // MICROSECOND)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _port(passage: Passage, draws: Draws, side: str) -> int:
    low, high = EPHEMERAL
    name, number = passage.subject
    place = f"{name} {passage.hop} {passage.proxy[1]}"
    return low + draws.below(high - low + 1, f"{side} port", place, number)
