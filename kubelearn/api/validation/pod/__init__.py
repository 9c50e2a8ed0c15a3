"""Rules for Pods and for the pod templates inside other objects.

Each entry takes defaulted objects and returns what is wrong in upstream's order. Metadata, labels
and names are ruled one floor of the package up; here is one file for each concept of a pod spec.

Source: `pkg/apis/core/validation/validation.go`, `pkg/api/pod/warnings.go`, Kubernetes 1.36.
"""

from kubelearn.api.validation.pod.create import validate_pod_create
from kubelearn.api.validation.pod.options import PodOptions
from kubelearn.api.validation.pod.resize import validate_pod_resize
from kubelearn.api.validation.pod.spec import validate_pod_spec, validate_pod_template_spec
from kubelearn.api.validation.pod.status import validate_pod_status_update
from kubelearn.api.validation.pod.update import (
    validate_ephemeral_containers_update,
    validate_pod_update,
)
from kubelearn.api.validation.pod.warnings import pod_create_warnings, pod_warnings

__all__ = [
    "PodOptions",
    "pod_create_warnings",
    "pod_warnings",
    "validate_ephemeral_containers_update",
    "validate_pod_create",
    "validate_pod_resize",
    "validate_pod_spec",
    "validate_pod_status_update",
    "validate_pod_template_spec",
    "validate_pod_update",
]
