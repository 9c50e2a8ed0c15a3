"""Claims and Ingresses without a class get the default one.

Source: `plugin/pkg/admission/storage/storageclass/setdefault/admission.go`,
`plugin/pkg/admission/network/defaultingressclass/admission.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.api.objects import Object
from kubelearn.api.times import parse_timestamp


class DefaultStorageClass:
    """Sets `storageClassName` of a claim that names none; of several defaults the newest."""

    name = "DefaultStorageClass"
    per_object = False

    def admit(self, request: AdmissionRequest) -> Object:
        """The claim with a class; unchanged if no class is the default one."""
        claim = request.written()
        if not request.creates("persistentvolumeclaims"):
            return claim
        spec = claim.get("spec") or {}
        annotations = claim["metadata"].get("annotations") or {}
        if "storageClassName" in spec or "volume.beta.kubernetes.io/storage-class" in annotations:
            return claim
        name = newest_default(
            request,
            "storageclasses.storage.k8s.io",
            (
                "storageclass.kubernetes.io/is-default-class",
                "storageclass.beta.kubernetes.io/is-default-class",
            ),
        )
        return {**claim, "spec": {**spec, "storageClassName": name}} if name else claim


class DefaultIngressClass:
    """Sets `ingressClassName` of an Ingress that names none."""

    name = "DefaultIngressClass"
    per_object = False

    def admit(self, request: AdmissionRequest) -> Object:
        """The Ingress with a class; unchanged if no class is the default one."""
        ingress = request.written()
        if not request.creates("ingresses.networking.k8s.io"):
            return ingress
        spec = ingress.get("spec") or {}
        annotations = ingress["metadata"].get("annotations") or {}
        if spec.get("ingressClassName") is not None or "kubernetes.io/ingress.class" in annotations:
            return ingress
        name = newest_default(
            request,
            "ingressclasses.networking.k8s.io",
            ("ingressclass.kubernetes.io/is-default-class",),
        )
        return {**ingress, "spec": {**spec, "ingressClassName": name}} if name else ingress


def newest_default(
    request: AdmissionRequest, resource: str, annotations: tuple[str, ...]
) -> str | None:
    """The name of the newest class that an annotation marks as default; ties go by name."""
    marked = [found for found in request.api.list(resource) if _is_default(found, annotations)]
    if not marked:
        return None
    ages = [parse_timestamp(found["metadata"]["creationTimestamp"]) for found in marked]
    newest = [found for found, age in zip(marked, ages, strict=True) if age == max(ages)]
    return newest[0]["metadata"]["name"]  # type: ignore[no-any-return]


def _is_default(obj: Object, annotations: tuple[str, ...]) -> bool:
    given = obj["metadata"].get("annotations") or {}
    return any(given.get(name) == "true" for name in annotations)
