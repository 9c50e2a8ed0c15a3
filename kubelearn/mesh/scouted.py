"""The proxies as a scout asks them: it takes every lot in turn, and nothing is remembered.

Where what a proxy does depends on more than tables and lots, the scout is told that (`doubt`).
"""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import Key, Object
from kubelearn.mesh.chance import Doubt, Lots, Taken
from kubelearn.mesh.proxies import Proxies, picked
from kubelearn.mesh.telemetry.part import Telemetry, watched
from kubelearn.runtime.part import Context
from kubelearn.traffic.call import Call
from kubelearn.traffic.proxying import Judged, Picked, Routed


class Scouted(Proxies):
    """Shares all that it does not change with the real ones."""

    def __init__(
        self, real: Proxies, context: Context, machines: Any, lots: Lots, doubt: Doubt
    ) -> None:
        self.__dict__.update(real.__dict__)
        self.context, self.machines = context, machines
        self.lots, self.doubt = lots, doubt
        self.telemetry = Unheard(real.telemetry, doubt)
        self.until: int | None = None
        """When a certificate that counts now will have ended, if nothing changes before."""

    def chance(self, subject: tuple[str, int], uid: str) -> Any:  # noqa: ARG002
        """As the scout has chosen."""
        return Taken(self.lots, self.doubt, uid)

    def hosts(self, pod: Object, routed: Routed) -> tuple[Any, tuple[Picked, ...]]:
        """The cluster of a route, and all hosts to which it may send."""
        found = self.cluster(pod, routed.cluster)
        if found is None:
            self.doubt(f"there is no cluster {routed.cluster}")
        if routed.tcp or found.passthrough:
            self.doubt("its proxy passes connections on")
        return found, tuple(picked(found, one, "") for one in found.members)

    def take(self, call: Call, pod: Object, port: int, tls: str, client: Key | None) -> Judged:
        """What a server's proxy does with a request, as long as no token and no clock count."""
        if self.push is not None and self.push.of("requestauthentications"):
            self.doubt("tokens may expire")
        judged = super().take(call, pod, port, tls, client)
        if judged.ask is not None:
            self.doubt("the proxy of its server asks an authoriser")
        sender = self.context.api.find("pods", *client) if client is not None else None
        if tls == "mtls" and self.silent_since is not None:
            ends = [one.end for one in map(self._held, (sender, pod)) if one is not None]
            self.until = min([*ends, *([] if self.until is None else [self.until])], default=None)
        return judged

    def _held(self, pod: Object | None) -> Any:
        return None if pod is None else self.certificates.of(pod)


class Unheard(Telemetry):
    """Telemetry that hears nothing."""

    def __init__(self, real: Telemetry, doubt: Doubt) -> None:
        self.__dict__.update(real.__dict__)
        self.doubt = doubt

    def sends(self, push: Any, pod: Object, call: Call, routed: Routed) -> Routed:
        """Only if nothing of each request is written down."""
        self._check(push, pod)
        return super().sends(push, pod, call, routed)

    def takes(self, push: Any, pod: Object, call: Call, judged: Judged) -> Judged:
        """Only if nothing of each request is written down."""
        self._check(push, pod)
        return super().takes(push, pod, call, judged)

    def closed(self, push: Any, pod: Object, *_: Any) -> None:
        """Only if nothing of each request is written down."""
        self._check(push, pod)

    def _check(self, push: Any, pod: Object) -> None:
        said = watched(push, pod)
        if any(said.logs) or any(said.tracing):
            self.doubt("its proxies write down each request: access log or traces")
        if any(said.metrics):
            self.doubt("Telemetry objects change what is counted of each request")
