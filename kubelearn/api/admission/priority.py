"""The priority of a pod comes from its PriorityClass.

Source: `plugin/pkg/admission/priority/admission.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.api.objects import Object

CLASSES: Final = "priorityclasses.scheduling.k8s.io"


class Priority:
    """Writes `priority` and `preemptionPolicy` into pods; keeps the default class unique."""

    name = "Priority"
    per_object = False

    def admit(self, request: AdmissionRequest) -> Object:
        """The pod with its priority; Forbidden for an unknown class or a number of its own."""
        pod = request.written()
        if not request.creates("pods"):
            return pod
        spec = dict(pod.get("spec") or {})
        name = spec.get("priorityClassName") or ""
        found = self._class_of(request, name)
        value, policy = 0, "PreemptLowerPriority"
        if found is not None:
            value = found["value"]
            policy = found.get("preemptionPolicy") or policy
            spec["priorityClassName"] = found["metadata"]["name"]
        _agree(request, spec, value, policy)
        spec["priority"], spec["preemptionPolicy"] = value, policy
        return {**pod, "spec": spec}

    def _class_of(self, request: AdmissionRequest, name: str) -> Object | None:
        if not name:
            return default_class(request)
        found = request.api.find(CLASSES, None, name)
        if found is None:
            raise request.forbidden(f"no PriorityClass with name {name} was found")
        return found

    def validate(self, request: AdmissionRequest) -> None:
        """Forbidden for a second class that wants to be the default."""
        if request.resource != CLASSES or request.operation not in ("CREATE", "UPDATE"):
            return
        if not request.written().get("globalDefault"):
            return
        current = default_class(request)
        if current is not None and current["metadata"]["name"] != request.name:
            raise request.forbidden(
                f"PriorityClass {current['metadata']['name']} is already marked as default. "
                "Only one default can exist"
            )


def default_class(request: AdmissionRequest) -> Object | None:
    """The class with `globalDefault`; of several the one with the lowest value."""
    classes = [found for found in request.api.list(CLASSES) if found.get("globalDefault")]
    return min(classes, key=lambda found: found["value"], default=None)


def _agree(request: AdmissionRequest, spec: Object, value: int, policy: str) -> None:
    """A number or policy in the pod itself must be the one of its class."""
    tail = "must not be provided in pod spec; priority admission controller computed"
    given = spec.get("priority")
    if given is not None and given != value:
        raise request.forbidden(
            f"the integer value of priority ({given}) {tail} {value} from the given PriorityClass "
            "name"
        )
    given = spec.get("preemptionPolicy")
    if given is not None and given != policy:
        raise request.forbidden(
            f"the string value of PreemptionPolicy ({given}) {tail} {policy} from the given "
            "PriorityClass name"
        )
