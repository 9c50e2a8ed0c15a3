"""A pod's RuntimeClass must exist and adds its overhead and scheduling rules.

Source: `plugin/pkg/admission/runtimeclass/admission.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.api.objects import Object, get_path


class RuntimeClass:
    """Copies overhead, node selector and tolerations of the class into the pod."""

    name = "RuntimeClass"
    per_object = False

    def admit(self, request: AdmissionRequest) -> Object:
        """The pod with what its class asks for; Forbidden for an unknown class."""
        pod = request.written()
        if not request.creates("pods"):
            return pod
        found = _class_of(request, pod)
        fixed = get_path(found, "overhead", "podFixed")
        spec = pod["spec"]
        if spec.get("overhead") and not fixed:
            raise request.forbidden(
                "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"
            )
        if fixed:
            if (spec.get("overhead") or fixed) != fixed:
                raise request.forbidden(
                    "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
                )
            spec = {**spec, "overhead": fixed}
        spec = _scheduled(request, spec, found.get("scheduling") or {})
        return pod if spec is pod["spec"] else {**pod, "spec": spec}


def _class_of(request: AdmissionRequest, pod: Object) -> Object:
    """The RuntimeClass that a pod names; one without rules where it names none."""
    name = get_path(pod, "spec", "runtimeClassName")
    if not name:
        return {}
    found = request.api.find("runtimeclasses.node.k8s.io", None, name)
    if found is None:
        raise request.forbidden(f'pod rejected: RuntimeClass "{name}" not found')
    return found


def _scheduled(request: AdmissionRequest, spec: Object, scheduling: Object) -> Object:
    selector = scheduling.get("nodeSelector") or {}
    own = spec.get("nodeSelector") or {}
    for label, value in sorted(selector.items()):
        if label in own and own[label] != value:
            raise request.forbidden(
                f"conflict: runtimeClass.scheduling.nodeSelector[{label}] = {value}; "
                f"pod.spec.nodeSelector[{label}] = {own[label]}"
            )
    if selector:
        spec = {**spec, "nodeSelector": {**own, **selector}}
    tolerations = spec.get("tolerations") or []
    added = [each for each in scheduling.get("tolerations") or () if each not in tolerations]
    return {**spec, "tolerations": [*tolerations, *added]} if added else spec
