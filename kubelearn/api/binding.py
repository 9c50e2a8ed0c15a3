"""What binding a pod to a node changes in the pod.

Source: `pkg/registry/core/pod/storage/storage.go` (setPodNodeAndMetadata) and
`plugin/pkg/admission/podtopologylabels/admission.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubelearn.api.errors import Conflict
from kubelearn.api.objects import Object, get_path, is_terminating
from kubelearn.api.times import timestamp

if TYPE_CHECKING:
    from kubelearn.api.server import APIServer

TOPOLOGY: Final = ("topology.kubernetes.io/zone", "topology.kubernetes.io/region")
"""Labels of the node that its pods get."""


def bound(api: APIServer, pod: Object, node: str, metadata: Object) -> Object:
    """The pod on its node, with the labels and annotations of the Binding's `metadata`.

    Raises Conflict for a pod that is assigned, gated or on its way out.
    """
    _refuse(pod)
    merged = pod["metadata"].copy()
    labels = {**_topology(api, node), **(metadata.get("labels") or {})}
    for field, added in (("labels", labels), ("annotations", metadata.get("annotations") or {})):
        if added:
            merged[field] = api.templates.same({**(merged.get(field) or {}), **added})
    spec = pod["spec"].copy()
    spec["nodeName"] = node
    status = {**pod["status"], "conditions": _scheduled(api, pod)}
    status.pop("nominatedNodeName", None)  # ClearingNominatedNodeNameAfterBinding, on since 1.35
    new = pod.copy()
    new["spec"], new["metadata"], new["status"] = spec, merged, status
    return new


def _refuse(pod: Object) -> None:
    name = pod["metadata"]["name"]
    detail = ""
    if is_terminating(pod):
        detail = f"pod {name} is being deleted, cannot be assigned to a host"
    elif pod["spec"].get("nodeName"):
        detail = f'pod {name} is already assigned to node "{pod["spec"]["nodeName"]}"'
    elif pod["spec"].get("schedulingGates"):
        detail = f"pod {name} has non-empty .spec.schedulingGates"
    if detail:
        raise Conflict.of("pods/binding", name, detail)


def _topology(api: APIServer, node: str) -> dict[str, str]:
    found = api.find("nodes", None, node)
    labels = found["metadata"].get("labels") or {} if found else {}
    return {name: labels[name] for name in TOPOLOGY if name in labels}


def _scheduled(api: APIServer, pod: Object) -> list[Object]:
    others = get_path(pod, "status", "conditions", default=()) or ()
    now = timestamp(api.clock.now)
    if not others:
        # Pods that are bound in the same second share the list.
        return api.templates.scheduled.get(now) or api.templates.keep_scheduled(now, [_bound(now)])
    return [*(each for each in others if each["type"] != "PodScheduled"), _bound(now)]


def _bound(now: str) -> Object:
    return {
        "type": "PodScheduled",
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": now,
    }
