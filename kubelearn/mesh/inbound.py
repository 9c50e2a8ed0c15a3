"""A server's side: whether its proxy takes a connection, and whether the request may pass.

Source: istio `pilot/pkg/networking/core/listener_inbound.go`, 1.27.

Unlike the real one: retries of the inbound side are not made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kubelearn.api.objects import Object
from kubelearn.mesh.authentication import admit
from kubelearn.mesh.istio.attributes import Peer
from kubelearn.mesh.istio.peer_authentication import ACCEPTED, Modes, effective, inbound
from kubelearn.mesh.push import ROOT, Push
from kubelearn.traffic.call import Call
from kubelearn.traffic.proxying import Answered, Judged


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
    source: str, now: int, answer: Answered | None = None,
) -> Judged:  # fmt: skip
    """What the proxy before a pod does with a request at a moment (ns): mTLS, tokens, rights.

    `answer` is that of the external authoriser, once it was asked.
    """
    mode = mode_at(modes_of(push, pod), port)
    wire = _wire(call)
    kind = "http" if http else "tcp"
    found = inbound(mode, kind, wire, tls)
    if found != ACCEPTED:
        sent = {"none": "without TLS", "mtls": "with mTLS", "tls": "with foreign TLS"}[tls]
        return Judged(f"mTLS {mode}: a connection {sent} is closed ({found})", False)
    said = f"mTLS {mode}: {'mTLS as ' + principal if tls == 'mtls' else 'plain text'}"
    spoken = http and wire == "http"
    peer = peer_of(pod, call, port, http=spoken, principal=principal, source=source)
    peer = replace(peer, sni=_sni(call) if tls == "mtls" else "")
    judged, headers = admit(push, peer, call, now, answer)
    text = f"{said}; {judged.text}" if judged.text else said
    return judged._replace(text=text, headers=headers, tcp=not spoken)


def _wire(call: Call) -> str:
    """What comes: "http", or "tcp" where it is nothing else or the client's own TLS.

    Where TLS has ended at a proxy or a balancer before, plain HTTP comes.
    """
    legs, secure = call.state.get("legs", ()), call.state.get("secure")
    if call.target.scheme == "tcp":
        return "tcp"
    if legs and not legs[-1].routed.tcp:
        return "http"
    return "tcp" if (call.target.is_secure if secure is None else secure) else "http"


def _sni(call: Call) -> str:
    """The name with which a client's proxy has begun mTLS: its cluster's."""
    legs = call.state.get("legs", ())
    return str(legs[-1].routed.cluster).replace("|", "_.") if legs else ""


def peer_of(
    pod: Object, call: Call, port: int, *, http: bool, principal: str, source: str
) -> Peer:  # fmt: skip
    """A request and the pod whose proxy it has reached, as policies see them."""
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
