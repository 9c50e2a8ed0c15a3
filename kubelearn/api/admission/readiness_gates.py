"""The webhook of the AWS Load Balancer Controller for pods: a gate for each target group.

In a namespace labelled `elbv2.k8s.aws/pod-readiness-gate-inject=enabled` a new pod becomes Ready
only when every load balancer that sends to it by address has found it healthy. So a rolling update
does not take old pods away before the new ones get requests.
Source: aws-load-balancer-controller 3.5 `pkg/inject/pod_readiness.go`.

Unlike the real one: it is called without a request over the network.
"""

from __future__ import annotations

from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.api.objects import Object, labels_of

LABEL = "elbv2.k8s.aws/pod-readiness-gate-inject"
BINDINGS = "targetgroupbindings.elbv2.k8s.aws"
CONDITION = "target-health.elbv2.k8s.aws"


class PodReadinessGates:
    """Adds `readinessGates` to a pod that target groups will have as a target."""

    name = "AWSLoadBalancerPodMutator"
    per_object = False

    def admit(self, request: AdmissionRequest) -> Object:
        """The pod with its gates; unchanged where nobody asks for them."""
        pod = request.written()
        if not request.creates("pods") or not request.api.store.items(BINDINGS):
            return pod
        namespace = request.api.find("namespaces", None, request.namespace)
        if labels_of(namespace or {"metadata": {}}).get(LABEL) != "enabled":
            return pod
        gates = [one["conditionType"] for one in pod["spec"].get("readinessGates") or ()]
        more = [gate for gate in _gates(request, labels_of(pod)) if gate not in gates]
        if not more:
            return pod
        listed = [{"conditionType": gate} for gate in (*gates, *more)]
        return {**pod, "spec": {**pod["spec"], "readinessGates": listed}}


def _gates(request: AdmissionRequest, labels: dict[str, str]) -> list[str]:
    """The gates of all target groups of type ip whose Service selects the pod."""
    found = []
    for binding in request.api.list(BINDINGS, request.namespace):
        name = binding["spec"]["serviceRef"]["name"]
        service = request.api.find("services", request.namespace, name)
        if service is None or binding["spec"]["targetType"] != "ip":
            continue
        selector = service["spec"].get("selector")
        if selector and selector.items() <= labels.items():
            found.append(gate_of(binding["metadata"]["name"]))
    return found


def gate_of(binding: str) -> str:
    """The type of the condition that a target group writes into its pods."""
    return f"{CONDITION}/{binding}"
