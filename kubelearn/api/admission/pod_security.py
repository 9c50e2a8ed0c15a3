"""Namespaces can ask for a level of pod security, to enforce it or to warn about it.

Source: `staging/src/k8s.io/pod-security-admission/admission/admission.go`, Kubernetes 1.36.

Unlike the real one: the level `latest` is meant whatever `*-version` says, audit annotations are
not written, and a change of a namespace's labels does not look at its running pods.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.admission.pod_security_checks import LEVELS, violations
from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.api.objects import Object, get_path

PREFIX: Final = "pod-security.kubernetes.io/"
TEMPLATES: Final[dict[str, tuple[str, ...]]] = {
    "podtemplates": ("template",),
    "replicationcontrollers": ("spec", "template"),
    "deployments.apps": ("spec", "template"),
    "replicasets.apps": ("spec", "template"),
    "statefulsets.apps": ("spec", "template"),
    "daemonsets.apps": ("spec", "template"),
    "jobs.batch": ("spec", "template"),
    "cronjobs.batch": ("spec", "jobTemplate", "spec", "template"),
}
"""Where workloads keep their pod template; they are only warned about."""


class PodSecurity:
    """Refuses pods that violate the enforced level, and warns about the `warn` level."""

    name = "PodSecurity"
    per_object = False

    def validate(self, request: AdmissionRequest) -> None:
        """Forbidden when the pod breaks the enforced level of its namespace."""
        if request.operation not in ("CREATE", "UPDATE") or request.subresource:
            return
        template = TEMPLATES.get(request.resource)
        if template is None and request.resource != "pods":
            return
        namespace = request.api.find("namespaces", None, request.namespace)
        labels = (namespace or {"metadata": {}})["metadata"].get("labels") or {}
        spec = get_path(request.written(), *(template or ()), "spec") or {}
        if template is None:
            self._enforce(request, labels, spec)
        level = _level(labels, "warn")
        found = violations(spec, level)
        if found:
            version = labels.get(f"{PREFIX}warn-version", "latest")
            request.warnings.append(f'would violate PodSecurity "{level}:{version}": {found}')

    def _enforce(self, request: AdmissionRequest, labels: dict[str, str], spec: Object) -> None:
        level = _level(labels, "enforce")
        found = violations(spec, level)
        if found:
            version = labels.get(f"{PREFIX}enforce-version", "latest")
            raise request.forbidden(f'violates PodSecurity "{level}:{version}": {found}')


def _level(labels: dict[str, str], mode: str) -> str:
    level = labels.get(f"{PREFIX}{mode}", "privileged")
    # What is not a level is treated as the strictest one.
    return level if level in LEVELS else "restricted"
