"""Rules of RuntimeClasses (`pkg/apis/node/validation`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import immutable, items, named, part
from kubelearn.api.validation.field import FieldError
from kubelearn.api.validation.labels import validate_labels
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.names import dns1123_label
from kubelearn.api.validation.pod.resources import validate_resources
from kubelearn.api.validation.pod.tolerations import validate_tolerations
from kubelearn.api.validation.pod.warnings import NODE_LABELS


def create(runtime: Object) -> list[FieldError]:
    """A new RuntimeClass."""
    handler = runtime.get("handler", "")
    errors = validate_meta(runtime, namespaced=False)
    errors += named("handler", handler, dns1123_label(handler))
    limits = {"limits": part(part(runtime, "overhead"), "podFixed")}
    errors += validate_resources(limits, frozenset(), "overhead")
    scheduling = part(runtime, "scheduling")
    errors += validate_labels(part(scheduling, "nodeSelector"), "scheduling.nodeSelector")
    return errors + validate_tolerations(items(scheduling, "tolerations"), "scheduling.tolerations")


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed RuntimeClass: the handler stays; upstream does not look at the rest."""
    errors = validate_meta_update(new, old)
    return errors + immutable(new.get("handler", ""), old.get("handler", ""), "handler")


def warnings(new: Object, _old: Object | None) -> list[str]:
    """Labels of nodes that have other names by now."""
    selector = part(part(new, "scheduling"), "nodeSelector")
    path = "scheduling.nodeSelector"
    return [f"{path}: {NODE_LABELS[name]}" for name in sorted(selector) if name in NODE_LABELS]
