"""NetworkPolicies on the way of a request: who may reach whom.

Unlike the real one: enforced at once, on every node, by the network plugin that each cluster here
has; packets that are not allowed are dropped; pods in the host's network are outside all policies.
"""

from __future__ import annotations

from typing import ClassVar

from kubelearn.api.objects import Object, labels_of
from kubelearn.network.addresses import node_address
from kubelearn.network.network_policy import End, Flow, isolating, passes
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context

POLICIES = "networkpolicies.networking.k8s.io"


class NetworkPolicies:
    """Reads the policies and pods of the moment."""

    name = "network-policies"
    state: ClassVar[tuple[str, ...]] = ()
    explains: ClassVar[tuple[str, ...]] = (POLICIES,)

    def __init__(self, context: Context) -> None:
        self.context = context

    @property
    def any(self) -> bool:
        """Whether there is any policy at all."""
        return bool(self.context.api.store.items(POLICIES))

    def refusal(
        self, source: str, target: str, port: int, direction: str, protocol: str = "TCP"
    ) -> str:
        """Which policies stop a connection between two addresses in a direction; "" if none."""
        if not self.any:
            return ""
        flow = Flow(self._end(source), self._end(target), port, protocol)
        pod = flow.source if direction == "Egress" else flow.target
        if not pod.namespace or source == target or self._is_own_node(flow, direction):
            return ""
        policies = self.context.api.list(POLICIES)
        if passes(policies, self._namespaces(), flow, direction):
            return ""
        names = sorted(one["metadata"]["name"] for one in isolating(policies, pod, direction))
        return (
            f"NetworkPolicy {', '.join(names)} of namespace {pod.namespace} lets no {direction} "
            f"through between {source} and {target}:{port}: DROP"
        )

    def _is_own_node(self, flow: Flow, direction: str) -> bool:
        """Whether a node talks to a pod that it runs, as its kubelet's probes do."""
        pods = self.context.api.store.select("pods", "address", flow.target.address)
        nodes = [self.context.api.find("nodes", None, pod["spec"].get("nodeName")) for pod in pods]
        own = [node_address(node) for node in nodes]
        return direction == "Ingress" and flow.source.address in own

    def _end(self, address: str) -> End:
        for pod in self.context.api.store.select("pods", "address", address):
            ended = pod["status"].get("phase") in ("Succeeded", "Failed")
            if not ended and not pod["spec"].get("hostNetwork"):
                return End(pod["metadata"]["namespace"], labels_of(pod), address, _ports(pod))
        return End("", {}, address)

    def _namespaces(self) -> dict[str, dict[str, str]]:
        listed = self.context.api.list("namespaces")
        return {one["metadata"]["name"]: labels_of(one) for one in listed}

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """Which pods a policy isolates."""
        home = obj["metadata"]["namespace"]
        found = []
        for pod in self.context.api.list("pods", home):
            end = End(home, labels_of(pod), "", ())
            ways = [way for way in ("Ingress", "Egress") if isolating([obj], end, way)]
            if ways:
                found.append(f"{pod['metadata']['name']} ({', '.join(ways)})")
        text = f"isolates {', '.join(found)}" if found else "selects no pod"
        return [Reason("network plugin", text)]


def _ports(pod: Object) -> tuple[Object, ...]:
    return tuple(port for one in pod["spec"]["containers"] for port in one.get("ports") or ())
