"""LimitRanges give containers default resources and bound what pods and claims may ask for.

Source: `plugin/pkg/admission/limitranger/admission.go`, Kubernetes 1.36.

Unlike the real one: several broken bounds are listed in alphabetical order of resources (upstream's
order varies).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.api.objects import Object, get_path
from kubelearn.api.pod_resources import Amounts, amounts, pod_limits, pod_requests
from kubelearn.api.quantity import NANO, Quantity

ANNOTATION: Final = "kubernetes.io/limit-ranger"
Rule: TypeAlias = Callable[[str, str, Quantity, Quantity | None, Quantity | None], str]


class LimitRanger:
    """Applies the LimitRanges of a namespace to new pods and to claims."""

    name = "LimitRanger"
    per_object = False

    def admit(self, request: AdmissionRequest) -> Object:
        """The pod with the default requests and limits of its namespace."""
        obj = request.written()
        if request.creates("pods"):
            for limit_range in request.api.list("limitranges", request.namespace):
                obj = with_defaults(obj, limit_range)
        return obj

    def validate(self, request: AdmissionRequest) -> None:
        """Forbidden when a bound of a LimitRange is broken."""
        check = {"pods": pod_violations, "persistentvolumeclaims": claim_violations}.get(
            request.resource
        )
        resizes = (request.resource, request.subresource) == ("pods", "resize")
        if check is None or request.operation not in ("CREATE", "UPDATE"):
            return
        if not resizes and (request.subresource or _updates_pod(request)):
            return
        for limit_range in request.api.list("limitranges", request.namespace):
            found = check(request.written(), limit_range)
            if found:
                raise request.forbidden(found[0] if len(found) == 1 else f"[{', '.join(found)}]")


def _updates_pod(request: AdmissionRequest) -> bool:
    return request.resource == "pods" and request.operation == "UPDATE"


def with_defaults(pod: Object, limit_range: Object) -> Object:
    """The pod with the Container defaults of one LimitRange, told in an annotation."""
    requests: dict[str, str] = {}
    limits: dict[str, str] = {}
    for item in limit_range["spec"].get("limits") or ():
        if item["type"] == "Container":
            requests.update(item.get("defaultRequest") or {})
            limits.update(item.get("default") or {})
    notes: list[str] = []
    spec = pod["spec"]
    for field, word in (("containers", "container"), ("initContainers", "init container")):
        if spec.get(field):
            filled = [_filled(c, requests, limits, word, notes) for c in spec[field]]
            spec = {**spec, field: filled}
    if not notes:
        return pod
    annotations = {**(pod["metadata"].get("annotations") or {})}
    annotations[ANNOTATION] = f"LimitRanger plugin set: {'; '.join(notes)}"
    return {**pod, "spec": spec, "metadata": {**pod["metadata"], "annotations": annotations}}


def _filled(
    container: Object, requests: dict[str, str], limits: dict[str, str], word: str, notes: list[str]
) -> Object:
    resources = container.get("resources") or {}
    changed = dict(resources)
    for field, defaults in (("limits", limits), ("requests", requests)):
        own = resources.get(field) or {}
        missing = sorted(name for name in defaults if name not in own)
        if missing:
            changed[field] = {**own, **{name: defaults[name] for name in missing}}
    for field, noun in (("requests", "request"), ("limits", "limit")):
        new = sorted(set(changed.get(field) or ()) - set(resources.get(field) or ()))
        if new:
            notes.append(f"{', '.join(new)} {noun} for {word} {container.get('name', '')}")
    return {**container, "resources": changed} if changed != resources else container


def pod_violations(pod: Object, limit_range: Object) -> list[str]:
    """Which bounds of a LimitRange a pod breaks, in upstream's words."""
    found: list[str] = []
    spec = pod["spec"]
    containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    for limit in limit_range["spec"].get("limits") or ():
        if limit["type"] == "Container":
            for container in containers:
                resources = container.get("resources") or {}
                requests, limits = resources.get("requests"), resources.get("limits")
                found += _bounds(limit, amounts(requests), amounts(limits))
        elif limit["type"] == "Pod":
            requests_all = pod_requests(spec, overhead=False)
            found += _bounds(limit, requests_all, pod_limits(spec, overhead=False))
    return list(dict.fromkeys(found))


def claim_violations(claim: Object, limit_range: Object) -> list[str]:
    """Which bounds of a LimitRange a PersistentVolumeClaim breaks."""
    requests = amounts(get_path(claim, "spec", "resources", "requests"))
    found: list[str] = []
    for limit in limit_range["spec"].get("limits") or ():
        if limit["type"] != "PersistentVolumeClaim":
            continue
        found += _each(limit, "min", requests, requests, _minimum)
        for name, bound in sorted(amounts(limit.get("max")).items()):
            found += _claim_maximum(name, bound, requests.get(name))
    return list(dict.fromkeys(found))


def _claim_maximum(name: str, bound: Quantity, asked: Quantity | None) -> list[str]:
    text = f"maximum {name} usage per PersistentVolumeClaim is {bound}"
    if asked is None:
        return [f"{text}.  No request is specified"]
    return [f"{text}, but request is {asked}"] if asked.nano > bound.nano else []


def _bounds(limit: Object, requests: Amounts, limits: Amounts) -> list[str]:
    return [
        *_each(limit, "min", requests, limits, _minimum),
        *_each(limit, "max", requests, limits, _maximum),
        *_each(limit, "maxLimitRequestRatio", requests, limits, _ratio),
    ]


def _each(
    limit: Object, field: str, requests: Amounts, limits: Amounts, rule: Rule
) -> Iterable[str]:
    for name, bound in sorted(amounts(limit.get(field)).items()):
        text = rule(f"{name} ", limit["type"], bound, requests.get(name), limits.get(name))
        if text:
            yield text


def _minimum(
    name: str, kind: str, bound: Quantity, request: Quantity | None, limit: Quantity | None
) -> str:
    text = f"minimum {name}usage per {kind} is {bound}"
    if request is None:
        return f"{text}.  No request is specified"
    if request.nano < bound.nano:
        return f"{text}, but request is {request}"
    return f"{text}, but limit is {limit}" if limit and limit.nano < bound.nano else ""


def _maximum(
    name: str, kind: str, bound: Quantity, request: Quantity | None, limit: Quantity | None
) -> str:
    text = f"maximum {name}usage per {kind} is {bound}"
    if limit is None:
        return f"{text}.  No limit is specified"
    if limit.nano > bound.nano:
        return f"{text}, but limit is {limit}"
    return f"{text}, but request is {request}" if request and request.nano > bound.nano else ""


def _ratio(
    name: str, kind: str, bound: Quantity, request: Quantity | None, limit: Quantity | None
) -> str:
    text = f"{name}max limit to request ratio per {kind} is {bound}"
    for noun, amount in (("request", request), ("limit", limit)):
        if amount is None or amount.nano == 0:
            return f"{text}, but no {noun} is specified or {noun} is 0"
    assert request is not None
    assert limit is not None
    ratio = limit.nano / request.nano
    return f"{text}, but provided ratio is {ratio:f}" if ratio > bound.nano / NANO else ""
