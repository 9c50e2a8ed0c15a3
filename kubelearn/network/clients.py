"""Where requests come from: a pod, a node or the internet; with its resolver and hosts file."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, Protocol

from kubelearn.api.app import AppBehaviour
from kubelearn.api.objects import Object, get_path
from kubelearn.network.addresses import node_address
from kubelearn.network.links import INTERNET
from kubelearn.network.resolver import ResolvConf, resolv_conf
from kubelearn.runtime.part import Context

HOST = ResolvConf(("172.18.0.1",))
"""The resolv.conf of every node: a server outside the cluster."""
CLUSTER_DNS = "10.96.0.10"
"""What the kubelets are configured with (`clusterDNS`)."""
DOMAIN = "cluster.local"
SOMEBODY = ipaddress.IPv4Address("203.0.113.10")
"""A client on the internet (a range for examples, RFC 5737)."""


class Disks(Protocol):
    """What programs have written; the kubelets' disks know."""

    def write(self, pod: Object, volume: str, text: str) -> None:
        """Add to the disk behind a volume of a pod."""

    def read(self, pod: Object, volume: str) -> tuple[str, ...]:
        """What the disk behind a volume of a pod holds."""


class Machines(Protocol):
    """What the machines and the programs on them do; the kubelets know."""

    def alive(self, node: str) -> bool:
        """Whether a node's machine runs."""

    def silence(self, pod: Object, port: int | None = None) -> str:
        """Why a pod does not answer on a port: "dead", "refused", or "" when it does."""

    def behaviour(self, pod: Object, index: int) -> AppBehaviour:
        """What the program of a container does."""


class Clients:
    """Reads what a client of a call is; `state` is the call's, as `origin` made it."""

    def __init__(self, context: Context, machines: Machines) -> None:
        self.context = context
        self.machines = machines

    def origin(self, client: str, namespace: str) -> dict[str, Any]:
        """Where a client stands; ValueError for no client, NotFound for one that is not there."""
        word, _, name = client.partition("/")
        if word == "pod":
            pod = self.context.api.get("pods", namespace, name)
            if self.machines.silence(pod) == "dead":
                raise ValueError(f"pod {name} does not run: nothing can be sent from it")
            found = {"origin": "pod", "node": pod["spec"]["nodeName"], "namespace": namespace}
            return {**found, "source": name, "uid": pod["metadata"]["uid"]}
        if word == "node":
            self.context.api.get("nodes", None, name)
            if not self.machines.alive(name):
                raise ValueError(f"node {name} is dead: nothing can be sent from it")
            return {"origin": "node", "node": name, "namespace": ""}
        if word == INTERNET:
            return _from_outside(client, name)
        raise ValueError(
            f'{client!r} is no client: use "pod/NAME", "node/NAME", "internet" or '
            '"internet/ADDRESS"'
        )

    def _pod(self, state: Mapping[str, Any]) -> Object | None:
        if state["origin"] != "pod":
            return None
        return self.context.api.find("pods", state["namespace"], state["source"])

    def waits(self, state: Mapping[str, Any]) -> bool:
        """Whether the client is still there to hear an answer."""
        if state["origin"] == INTERNET:
            return True
        if state["origin"] == "node":
            return self.machines.alive(state["node"])
        pod = self._pod(state)
        same = pod is not None and pod["metadata"]["uid"] == state["uid"]
        return same and self.machines.silence(pod) != "dead"  # type: ignore[arg-type]

    def address(self, state: Mapping[str, Any]) -> str:
        """The address that a client's packets bear; "" when it is gone."""
        if state["origin"] == INTERNET:
            return str(state["source"])
        if state["origin"] == "node":
            return node_address(self.context.api.find("nodes", None, state["node"]))
        return str(get_path(self._pod(state) or {}, "status", "podIP", default=""))

    def resolv_conf(self, state: Mapping[str, Any]) -> ResolvConf | None:
        """The client's resolver settings; None when the client is gone."""
        if state["origin"] != "pod":
            return HOST if state["origin"] == "node" else None
        pod = self._pod(state)
        return None if pod is None else resolv_conf(pod, HOST, (CLUSTER_DNS,), DOMAIN)

    def hosts_file(self, state: Mapping[str, Any]) -> dict[str, str]:
        """Names that the client knows by itself: its own, its `hostAliases`, and localhost."""
        if state["origin"] == INTERNET:
            return {}
        pod, aliases = self._pod(state), dict[str, str]()
        if pod is None:
            own = node_address(self.context.api.find("nodes", None, state["node"]))
            name = state["node"]
        else:
            own = get_path(pod, "status", "podIP", default="")
            name = pod["spec"].get("hostname") or pod["metadata"]["name"]
            aliases = _aliases(pod)
        return {**aliases, "localhost": own, "127.0.0.1": own, name: own} if own else {}


def _aliases(pod: Object) -> dict[str, str]:
    """The names of `spec.hostAliases`, as they stand in /etc/hosts: the first of two wins."""
    given = reversed(pod["spec"].get("hostAliases") or ())
    return {name: alias["ip"] for alias in given for name in alias.get("hostnames") or ()}


def _from_outside(client: str, address: str) -> dict[str, Any]:
    """Somebody on the internet, with an address of documentation if none is given."""
    try:
        found = ipaddress.IPv4Address(address) if address else SOMEBODY
    except ValueError:
        raise ValueError(f'{client!r}: write "internet/203.0.113.7", an IPv4 address') from None
    return {"origin": INTERNET, "node": INTERNET, "namespace": "", "source": str(found)}
