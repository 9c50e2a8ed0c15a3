"""Small pods for the tests of pod rules."""

from __future__ import annotations

from typing import Any

from kubelearn.api.defaults.match_label_keys import merge_match_label_keys
from kubelearn.api.defaults.pod import default_pod, default_pod_template_spec
from kubelearn.api.objects import Object
from kubelearn.api.validation.field import FieldError
from kubelearn.api.validation.pod import validate_pod_create, validate_pod_template_spec


def container(**fields: Any) -> Object:
    """A container that is right, with some fields changed."""
    return {"name": "app", "image": "nginx:1.27", **fields}


def pod(*containers: Object, **fields: Any) -> Object:
    """A defaulted pod that is right, with some fields of its spec changed."""
    spec = {"containers": list(containers) or [container()], "serviceAccountName": "a", **fields}
    metadata = {"name": "web", "namespace": "default", "labels": {"app": "web"}}
    return merge_match_label_keys(default_pod({"metadata": metadata, "spec": spec}))


def texts(errors: list[FieldError]) -> list[str]:
    """What the API server says."""
    return [str(error) for error in errors]


def pod_errors(*containers: Object, **fields: Any) -> list[str]:
    """What the API server says of a new pod."""
    return texts(validate_pod_create(pod(*containers, **fields)))


def template_errors(*containers: Object, **fields: Any) -> list[str]:
    """What the API server says of a template."""
    spec = {"containers": list(containers) or [container()], **fields}
    return texts(validate_pod_template_spec(default_pod_template_spec({"spec": spec}), "t"))
