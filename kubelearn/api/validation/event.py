"""Rules of Events (`pkg/apis/core/validation/events.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import named, part
from kubelearn.api.validation.field import FieldError, invalid
from kubelearn.api.validation.meta import validate_meta_update
from kubelearn.api.validation.names import dns1123_subdomain

CLUSTER_KINDS = frozenset(
    {
        "Node", "Namespace", "PersistentVolume", "StorageClass", "PriorityClass", "IngressClass",
        "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "CSIDriver", "CSINode",
        "RuntimeClass", "VolumeAttachment",
    }
)  # fmt: skip
MISMATCH = "does not match event.namespace"


def create(event: Object) -> list[FieldError]:
    """A new Event: it lies in the namespace of its object, or in default."""
    namespace, involved = (
        part(event, "metadata").get("namespace", ""),
        part(event, "involvedObject"),
    )
    other, path = involved.get("namespace", ""), "involvedObject.namespace"
    errors = []
    if not other:
        if namespace not in ("", "default", "kube-system"):
            errors.append(invalid(path, other, MISMATCH))
    elif involved.get("kind") in CLUSTER_KINDS:
        errors.append(invalid(path, other, "not allowed for kind " + involved["kind"]))
    elif namespace != other:
        errors.append(invalid(path, other, MISMATCH))
    return errors + named("namespace", namespace, dns1123_subdomain(namespace))


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed Event."""
    return validate_meta_update(new, old) + create(new)
