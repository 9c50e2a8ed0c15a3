"""A new pod, and the rules that creation and updates share.

Source: `ValidatePodCreate`, `validatePodMetadataAndSpec` in
`pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.validation.field import FieldError, child, forbidden, index
from kubelearn.api.validation.meta import validate_meta
from kubelearn.api.validation.pod.annotations import validate_pod_annotations
from kubelearn.api.validation.pod.containers import validate_image_spaces
from kubelearn.api.validation.pod.options import PodOptions
from kubelearn.api.validation.pod.profiles import validate_profiles_match
from kubelearn.api.validation.pod.spec import validate_pod_spec

POD_OPTIONS: Final = PodOptions(is_pod=True)


def validate_pod_create(pod: Object, options: PodOptions = POD_OPTIONS) -> list[FieldError]:
    """A new, defaulted pod whose `matchLabelKeys` are merged."""
    spec = pod.get("spec") or {}
    errors = validate_metadata_and_spec(pod, options)
    if spec.get("ephemeralContainers"):
        errors.append(forbidden("spec.ephemeralContainers", "cannot be set on create"))
    if spec.get("nodeName") and spec.get("schedulingGates"):
        text = "cannot be set until all schedulingGates have been cleared"
        errors.append(forbidden("spec.nodeName", text))
    annotations = (pod.get("metadata") or {}).get("annotations") or {}
    return errors + validate_profiles_match(annotations, spec, "spec")


def validate_metadata_and_spec(pod: Object, options: PodOptions) -> list[FieldError]:
    """What must hold for a pod at any time."""
    metadata, spec = pod.get("metadata") or {}, pod.get("spec") or {}
    options = replace(options, is_pod=True, pod_name=metadata.get("name") or "")
    errors = validate_meta(pod)
    annotations = metadata.get("annotations")
    errors += validate_pod_annotations(annotations, spec, "metadata.annotations")
    errors += validate_pod_spec(spec, "spec", options)
    errors += _tokens_need_account(spec)
    for name in ("containers", "initContainers"):
        for position, container in enumerate(spec.get(name) or ()):
            errors += validate_image_spaces(container, index(child("spec", name), position))
    return errors


def _tokens_need_account(spec: Object) -> list[FieldError]:
    if spec.get("serviceAccountName"):
        return []
    text = "must not be specified when serviceAccountName is not set"
    errors = []
    for number, volume in enumerate(spec.get("volumes") or ()):
        for position, source in enumerate((volume.get("projected") or {}).get("sources") or ()):
            if source.get("serviceAccountToken") is not None:
                place = child(index("spec.volumes", number), "projected", "sources")
                where = child(index(place, position), "serviceAccountToken")
                errors.append(forbidden(where, text))
    return errors
