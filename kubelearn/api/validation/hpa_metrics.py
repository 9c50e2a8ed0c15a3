"""Rules of the metrics of a HorizontalPodAutoscaler (`validateMetricSpec`, 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.quantity import canonical, parse
from kubelearn.api.validation.checks import named, part
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.names import dns1123_label, path_segment_name
from kubelearn.api.validation.resource_names import validate_container_resource_name

TYPES = ("ContainerResource", "External", "Object", "Pods", "Resource")
FIELDS = {
    "Object": "object",
    "External": "external",
    "Pods": "pods",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}
"""The field of each type, in the order in which upstream looks at them."""


def reference_errors(reference: Object, path: str, *, core: bool) -> list[FieldError]:
    """A reference to an object of any group; `core` allows kinds without a group."""
    errors = []
    for name in ("kind", "name"):
        text, place = reference.get(name, ""), child(path, name)
        errors += named(place, text, path_segment_name(text)) if text else [required(place)]
    version, place = reference.get("apiVersion", ""), child(path, "apiVersion")
    if version.count("/") > 1:
        errors.append(invalid(place, version, f"unexpected GroupVersion string: {version}"))
    elif not core and not version.rpartition("/")[0]:
        errors.append(invalid(place, version, "apiVersion must specify API group"))
    return errors


def metric_errors(metric: Object, path: str) -> list[FieldError]:
    """One metric: its type, and the one source that goes with it."""
    kind, errors = metric.get("type", ""), []
    if not kind:
        errors.append(required(child(path, "type"), "must specify a metric source type"))
    if kind not in TYPES:
        errors.append(not_supported(child(path, "type"), kind, TYPES))
    given = [name for name in FIELDS.values() if metric.get(name) is not None]
    if given:
        errors += _source(given[0], metric[given[0]], child(path, given[0]))
    expected = FIELDS.get(kind, "")
    if not expected:
        errors.append(not_supported(child(path, "type"), kind, TYPES))
    elif expected not in given:
        detail = "must populate information for the given metric source"
        errors.append(required(child(path, expected), detail))
    if len(given) != 1:
        detail = "must populate the given metric source only"
        others = sorted(name for name in given if name != expected)
        errors += [forbidden(child(path, name), detail) for name in others]
    return errors


def _source(name: str, source: Object, path: str) -> list[FieldError]:
    errors = []
    if name == "object":
        described = child(path, "describedObject")
        errors += reference_errors(part(source, "describedObject"), described, core=True)
    if name in ("object", "external", "pods"):
        errors += _identifier(part(source, "metric"), child(path, "metric"))
    else:
        errors += _resource(name, source, path)
    target, path = part(source, "target"), child(path, "target")
    errors += _target(target, path)
    if name in ("resource", "containerResource"):
        return errors + _utilization(target, path)
    return errors + _value(name, target, path)


def _identifier(metric: Object, path: str) -> list[FieldError]:
    name, path = metric.get("name", ""), child(path, "name")
    if not name:
        return [required(path, "must specify a metric name")]
    return named(path, name, path_segment_name(name))


def _resource(kind: str, source: Object, path: str) -> list[FieldError]:
    name, container = source.get("name", ""), source.get("container", "")
    errors = [] if name else [required(child(path, "name"), "must specify a resource name")]
    if kind == "resource":
        return errors
    errors += validate_container_resource_name(name, child(path, "name")) if name else []
    place = child(path, "container")
    if not container:
        return [*errors, required(place, "must specify a container")]
    return errors + named(place, container, dns1123_label(container))


def _target(target: Object, path: str) -> list[FieldError]:
    kind, errors = target.get("type", ""), []
    if not kind:
        errors.append(required(child(path, "type"), "must specify a metric target type"))
    if kind not in ("Utilization", "Value", "AverageValue"):
        detail = "must be either Utilization, Value, or AverageValue"
        errors.append(invalid(child(path, "type"), kind, detail))
    for name in ("value", "averageValue"):
        amount = target.get(name)
        if amount is not None and parse(amount).nano <= 0:
            errors.append(invalid(child(path, name), canonical(amount), "must be positive"))
    share = target.get("averageUtilization")
    if share is not None and share < 1:
        errors.append(invalid(child(path, "averageUtilization"), share, "must be greater than 0"))
    return errors


def _utilization(target: Object, path: str) -> list[FieldError]:
    share, amount = target.get("averageUtilization"), target.get("averageValue")
    if share is None and amount is None:
        detail = "must set either a target raw value or a target utilization"
        return [required(child(path, "averageUtilization"), detail)]
    if share is not None and amount is not None:
        detail = "may not set both a target raw value and a target utilization"
        return [forbidden(child(path, "averageValue"), detail)]
    return []


def _value(name: str, target: Object, path: str) -> list[FieldError]:
    value, average = target.get("value"), target.get("averageValue")
    place = child(path, "averageValue")
    if name == "pods":
        detail = "must specify a positive target averageValue"
        return [] if average is not None else [required(place, detail)]
    if value is None and average is None:
        end = "averageValue" if name == "object" else "for metric or a per-pod target"
        join = " or " if name == "object" else " "
        return [required(place, f"must set either a target value{join}{end}")]
    if name == "external" and value is not None and average is not None:
        detail = "may not set both a target value for metric and a per-pod target"
        return [forbidden(child(path, "value"), detail)]
    return []
