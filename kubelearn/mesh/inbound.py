"""A server's side: whether its proxy takes a connection, and whether the request may pass.

Source: istio `pilot/pkg/networking/core/listener_inbound.go`, 1.27.

Unlike the real one: tokens are not verified (RequestAuthentication is stored, not enforced), an
external authoriser (CUSTOM) always refuses, retries of the inbound side are not made.
"""

from __future__ import annotations

from collections.abc import Mapping

from kubelearn.api.objects import Object
from kubelearn.mesh.istio.attributes import Peer
from kubelearn.mesh.istio.authorization import judge
from kubelearn.mesh.istio.peer_authentication import ACCEPTED, Modes, effective, inbound
from kubelearn.mesh.push import ROOT, Push
from kubelearn.traffic.call import Call
from kubelearn.traffic.proxying import Judged

DENIED = "RBAC: access denied"


def modes_of(push: Push, pod: Object) -> Modes:
    """Which mTLS modes count for a workload."""
    metadata = pod["metadata"]
    labels = metadata.get("labels") or {}
    return effective(push.of("peerauthentications"), metadata["namespace"], labels, ROOT)


def mode_at(modes: Modes, port: int) -> str:
    """The mode of a port."""
    return modes.ports.get(str(port), modes.mode)


def take(
    push: Push, pod: Object, call: Call, port: int, *, http: bool, tls: str, principal: str,
    source: str,
) -> Judged:  # fmt: skip
    """What the proxy before a pod does with a request: mTLS first, then authorization."""
    mode = mode_at(modes_of(push, pod), port)
    wire = "http" if call.target.scheme in ("http", "grpc") else "tcp"
    kind = "http" if http else "tcp"
    found = inbound(mode, kind, wire, tls)
    if found != ACCEPTED:
        sent = {"none": "without TLS", "mtls": "with mTLS", "tls": "with foreign TLS"}[tls]
        return Judged(f"mTLS {mode}: a connection {sent} is closed ({found})", False)
    said = f"mTLS {mode}: {'mTLS as ' + principal if tls == 'mtls' else 'plain text'}"
    peer = _peer(pod, call, port, http=http and wire == "http", principal=principal, source=source)
    verdict = judge(push.of("authorizationpolicies"), peer)
    if verdict.allowed:
        by = f", allowed by {verdict.policy}" if verdict.policy else ""
        return Judged(said + by, True)
    by = f"denied by {verdict.policy}" if verdict.policy else "no ALLOW policy matches"
    text = f"{said}; {DENIED} ({by})"
    return Judged(text, False, 403 if peer.http else 0, "" if peer.http else "UAEX")


def _peer(pod: Object, call: Call, port: int, *, http: bool, principal: str, source: str) -> Peer:
    metadata = pod["metadata"]
    headers: Mapping[str, str] = {name.lower(): value for name, value in call.headers.items()}
    return Peer(
        metadata["namespace"],
        metadata.get("labels") or {},
        port,
        http,
        call.method,
        str(call.state.get("authority") or call.target.host),
        call.target.path,
        headers,
        principal,
        source,
        source,
        str((pod.get("status") or {}).get("podIP") or ""),
    )
