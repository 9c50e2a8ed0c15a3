"""Templates of claims of generic ephemeral volumes.

Source: `ValidatePersistentVolumeClaimTemplate` in `pkg/apis/core/validation/validation.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.validation.field import FieldError, child, forbidden
from kubelearn.api.validation.labels import validate_annotations, validate_labels
from kubelearn.api.validation.pvc import claim_spec

NOT_IN_TEMPLATE: Final = {
    "name": "name",
    "generateName": "generateName",
    "namespace": "namespace",
    "selfLink": "selfLink",
    "uid": "uID",
    "resourceVersion": "resourceVersion",
    "generation": "generation",
    "creationTimestamp": "creationTimestamp",
    "deletionTimestamp": "deletionTimestamp",
    "deletionGracePeriodSeconds": "deletionGracePeriodSeconds",
    "ownerReferences": "ownerReferences",
    "finalizers": "finalizers",
    "managedFields": "managedFields",
}
"""Metadata that a template cannot have, and upstream's word for it in paths."""


def validate_claim_template(template: Object, path: str) -> list[FieldError]:
    """A claim that is made for each pod: its labels, annotations and spec."""
    metadata, place = template.get("metadata") or {}, child(path, "metadata")
    errors = validate_annotations(metadata.get("annotations"), child(place, "annotations"))
    errors += validate_labels(metadata.get("labels"), child(place, "labels"))
    errors += [
        forbidden(child(place, shown), "cannot be set")
        for name, shown in NOT_IN_TEMPLATE.items()
        if metadata.get(name)
    ]
    return errors + claim_spec(template.get("spec") or {}, child(path, "spec"))
