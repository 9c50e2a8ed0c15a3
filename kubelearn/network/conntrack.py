"""What a node remembers of open connections: who has asked for what, and who answers.

The rules are asked for new connections only. An open one goes on to its endpoint whatever becomes
of the rules; entries of TCP are not removed with their endpoint. Source: Kubernetes 1.36
`pkg/proxy/conntrack`, Linux `nf_conntrack`.

Unlike the real one: an entry lasts as long as its request, for each request is a connection of its
own; ports of senders are not modelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kubelearn.network.endpoints import Backend
from kubelearn.traffic.call import Call


class Tracked(NamedTuple):
    """One open connection through a node's kube-proxy."""

    node: str
    source: str
    address: str
    port: int
    backend: Backend
    """Where its packets go; answers come from there."""

    def __str__(self) -> str:
        return (
            f"tcp      6 ESTABLISHED src={self.source} dst={self.address} dport={self.port} "
            f"src={self.backend.address} sport={self.backend.port} [ASSURED]"
        )


def tracked(calls: Mapping[int, Call], node: str = "") -> list[Tracked]:
    """The open connections through the proxies, of one node or of all."""
    found = [call.state.get("tracked") for call in calls.values() if call.finished is None]
    return [one for one in found if one is not None and node in ("", one.node)]
