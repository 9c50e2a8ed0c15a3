"""The certificates of workloads: how long each lives, and when its proxy gets the next.

A proxy asks istiod for a certificate when it starts, and for the next when about half of its life
of 24 hours is over; while istiod is away it keeps the old one, and tries again until it is back.
What a proxy holds follows from the times at which istiod was there, so nothing is kept by timers.
Source: istio `security/pkg/nodeagent/cache/secretcache.go` (rotateTime), `pkg/security/security.go`
(SECRET_TTL, SECRET_GRACE_PERIOD_RATIO, SECRET_GRACE_PERIOD_RATIO_JITTER), 1.27; BoringSSL
`include/openssl/ssl.h` for the numbers of errors.

Unlike the real one: istiod signs at once and the next try comes at the moment at which it is back;
connections that are open do not outlive a certificate: each request is a handshake of its own.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from kubelearn.api.objects import Object, get_path
from kubelearn.api.times import parse_timestamp, timestamp
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

HOUR = 3600 * SECOND
LIFE = 24 * HOUR
SKEW = 120 * SECOND
"""A certificate counts from a little before it was signed, for clocks that are behind."""
RATIO, JITTER = 0.5, 0.01
"""The part of its life that is left when it is renewed, and by how much that differs."""
UNTRUSTED = (
    "TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end"
)
"""What a client's Envoy says of a server whose certificate has expired."""
EXPIRED = (
    "TLS_error:|268436501:SSL routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_EXPIRED:"
    "TLS_error_end"
)
"""What it says when the server has refused its own."""


class Issued(NamedTuple):
    """A certificate of a proxy: its number, when it was signed, and its limits (ns)."""

    number: int
    signed: int
    begin: int
    end: int
    renewal: int
    """When its proxy asks for the next."""


class Refused(NamedTuple):
    """A handshake that failed."""

    words: str
    """Of the client's Envoy."""
    told: str
    """What has happened."""


class Certificates:
    """What istiod has signed for all proxies."""

    name = "workload-certificates"
    state: ClassVar[tuple[str, ...]] = ("turns", "issued")

    def __init__(self, context: Context) -> None:
        self.context = context
        self.turns: list[tuple[int, bool]] = []
        """When istiod came (True) and went."""
        self.issued: dict[str, Issued] = {}
        """The last certificate of each proxy, by the UID of its pod."""

    def turn(self, up: bool) -> None:
        """Istiod has come or gone."""
        self.turns.append((self.context.clock.now, up))
        if not up:
            alive = {pod["metadata"]["uid"] for pod in self.context.api.list("pods")}
            self.issued = {uid: one for uid, one in self.issued.items() if uid in alive}

    def of(self, pod: Object) -> Issued | None:
        """What a pod's proxy holds now; None when it has not got any."""
        uid, now = pod["metadata"]["uid"], self.context.clock.now
        found = self.issued.get(uid)
        if found is None:
            started = get_path(pod, "status", "startTime")
            first = None if started is None else self._there(parse_timestamp(started))
            if first is None:
                return None
            found = self._sign(uid, 0, first)
        while found.renewal <= now:
            following = self._there(found.renewal)
            if following is None:
                break
            found = self._sign(uid, found.number + 1, following)
        self.issued[uid] = found
        return found

    def _there(self, time: int) -> int | None:
        """The first moment from `time` on at which istiod is there; None when it is not yet."""
        up = False
        for turn, way in self.turns:
            if turn > time and up:
                return time
            up = way
            if up and turn >= time:
                return turn
        return time if up and time <= self.context.clock.now else None

    def _sign(self, uid: str, number: int, time: int) -> Issued:
        draws = self.context.draws
        side = 1 if draws.below(2, "certificate side", uid, number) else -1
        left = RATIO + side * JITTER * draws.uniform("certificate jitter", uid, number)
        begin, end = time - SKEW, time + LIFE
        return Issued(number, time, begin, end, end - round(left * (end - begin)))

    def problem(self, client: Object | None, server: Object) -> Refused | None:
        """Why a handshake of two proxies fails; None when it does not.

        The client looks at the server's certificate first.
        """
        for pod, words in ((server, UNTRUSTED), (client, EXPIRED)):
            told = "" if pod is None else self._over(pod)
            if told:
                return Refused(words, told)
        return None

    def _over(self, pod: Object) -> str:
        """Since when the certificate of a pod's proxy is over; "" while it is valid."""
        found, name = self.of(pod), pod["metadata"]["name"]
        if found is None:
            return f"{name} has not got a certificate from istiod yet"
        if found.end >= self.context.clock.now:
            return ""
        return f"the certificate of {name} has ended at {timestamp(found.end)}, and istiod was away"
