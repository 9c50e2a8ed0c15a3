"""Every pod runs as a service account and gets its token as a projected volume.

Source: `plugin/pkg/admission/serviceaccount/admission.go`, Kubernetes 1.36.

Unlike the real one: the random letters of `kube-api-access-xxxxx` are drawn once per owner of pods
and not per pod, so that pods of one template share one volume list.
"""

from __future__ import annotations

from typing import Any, Final

from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.api.objects import Object, controller_of

MOUNT_PATH: Final = "/var/run/secrets/kubernetes.io/serviceaccount"
MIRROR: Final = "kubernetes.io/config.mirror"
SOURCES: Final[list[Object]] = [
    {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
    {
        "configMap": {
            "name": "kube-root-ca.crt",
            "items": [{"key": "ca.crt", "path": "ca.crt"}],
        }
    },
    {
        "downwardAPI": {
            "items": [
                {
                    "path": "namespace",
                    "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"},
                }
            ]
        }
    },
]


class ServiceAccount:
    """Sets the account, its image pull secrets, and mounts its token."""

    name = "ServiceAccount"
    per_object = False

    def admit(self, request: AdmissionRequest) -> Object:
        """The pod with account and token; Forbidden when there is no such account."""
        pod = request.written()
        if not request.creates("pods") or MIRROR in (pod["metadata"].get("annotations") or {}):
            return pod
        spec = pod.get("spec") or {}
        name = spec.get("serviceAccountName") or "default"
        account = request.api.find("serviceaccounts", request.namespace, name)
        if account is None:
            raise request.forbidden(
                f"error looking up service account {request.namespace}/{name}: "
                f'serviceaccount "{name}" not found'
            )
        spec = {**spec, "serviceAccountName": name, "serviceAccount": name}
        secrets = account.get("imagePullSecrets")
        if secrets and not spec.get("imagePullSecrets"):
            spec["imagePullSecrets"] = secrets
        if _automounts(account, spec):
            spec = _with_token(spec, _volume_name(request, spec))
        return {**pod, "spec": spec}


def _automounts(account: Object, spec: Object) -> bool:
    for holder in (spec, account):
        if holder.get("automountServiceAccountToken") is not None:
            return bool(holder["automountServiceAccountToken"])
    return True


def _volume_name(request: AdmissionRequest, spec: Object) -> str:
    """The name of a projected token volume that is there already, or a new one."""
    for volume in spec.get("volumes") or ():
        name: str = volume.get("name", "")
        if name.startswith("kube-api-access-") and "projected" in volume:
            return name
    owner = controller_of(request.written())
    subject = owner["uid"] if owner else request.name
    place = f"{request.namespace}/{subject}"
    return f"kube-api-access-{request.api.draws.suffix(5, 'serviceAccountToken', place)}"


def _with_token(spec: Object, name: str) -> Object:
    """The spec with the token mounted in every container that has nothing at that path."""
    mount = {"name": name, "readOnly": True, "mountPath": MOUNT_PATH}
    mounted = False
    for field in ("initContainers", "containers"):
        containers = [_mounted(container, mount) for container in spec.get(field) or ()]
        pairs = zip(containers, spec.get(field) or (), strict=True)
        if any(new is not old for new, old in pairs):
            spec = {**spec, field: containers}
            mounted = True
    if mounted and not any(volume.get("name") == name for volume in spec.get("volumes") or ()):
        volume = {"name": name, "projected": {"sources": SOURCES, "defaultMode": 420}}
        spec = {**spec, "volumes": [*(spec.get("volumes") or ()), volume]}
    return spec


def _mounted(container: dict[str, Any], mount: Object) -> Object:
    mounts = container.get("volumeMounts") or []
    if any(each.get("mountPath") == MOUNT_PATH for each in mounts):
        return container
    return {**container, "volumeMounts": [*mounts, mount]}
