"""Objects need a namespace that exists and is not going away; some namespaces cannot be deleted.

Source: apiserver `pkg/admission/plugin/namespace/lifecycle/admission.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.api.errors import NotFound
from kubelearn.api.objects import Object, get_path

IMMORTAL: Final = ("default", "kube-system", "kube-public")


class NamespaceLifecycle:
    """Refuses writes to missing and creates in terminating namespaces."""

    name = "NamespaceLifecycle"
    per_object = True

    def admit(self, request: AdmissionRequest) -> Object:
        """The object unchanged; NotFound for a missing, Forbidden for a terminating namespace."""
        namespace = request.namespace
        if not namespace or request.resource == "namespaces":
            return request.written()
        found = request.api.find("namespaces", None, namespace)
        if found is None:
            raise NotFound.of("namespaces", namespace)
        if request.operation == "CREATE" and get_path(found, "status", "phase") == "Terminating":
            raise request.forbidden(
                f"unable to create new content in namespace {namespace} because it is being "
                "terminated",
                {
                    "reason": "NamespaceTerminating",
                    "message": f"namespace {namespace} is being terminated",
                    "field": "metadata.namespace",
                },
            )
        return request.written()

    def validate(self, request: AdmissionRequest) -> None:
        """Forbidden for the deletion of a namespace that the cluster itself needs."""
        deletes = request.operation == "DELETE" and request.resource == "namespaces"
        if deletes and request.name in IMMORTAL:
            raise request.forbidden("this namespace may not be deleted")
