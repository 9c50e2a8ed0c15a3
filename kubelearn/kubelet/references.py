"""ConfigMaps and Secrets that a pod refers to and that are not there.

Source: `pkg/kubelet/kubelet_pods.go` (makeEnvironmentVariables), `pkg/volume/configmap`,
`pkg/volume/secret`, Kubernetes 1.36.

Unlike the real one: projected volumes (service account tokens among them) and downward API items
are taken to be there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.api.server import APIServer

SOURCES = {"configMapKeyRef": ("configmaps", "ConfigMap"), "secretKeyRef": ("secrets", "Secret")}
WHOLE = {"configMapRef": ("configmaps", "configmap"), "secretRef": ("secrets", "secret")}


def missing_configuration(api: APIServer, pod: Object, container: Object) -> str:
    """Why a container's environment cannot be made; "" when it can."""
    namespace = pod["metadata"]["namespace"]
    for source in container.get("envFrom") or ():
        for field, (resource, word) in WHOLE.items():
            wanted = source.get(field)
            if not wanted or wanted.get("optional"):
                continue
            if api.find(resource, namespace, wanted["name"]) is None:
                return f'{word} "{wanted["name"]}" not found'
    for variable in container.get("env") or ():
        problem = _missing_value(api, namespace, variable.get("valueFrom") or {})
        if problem:
            return problem
    return ""


def _missing_value(api: APIServer, namespace: str, value_from: Mapping[str, Any]) -> str:
    for field, (resource, kind) in SOURCES.items():
        wanted = value_from.get(field)
        if not wanted or wanted.get("optional"):
            continue
        found = api.find(resource, namespace, wanted["name"])
        if found is None:
            return f'{kind.lower()} "{wanted["name"]}" not found'
        keys = {**(found.get("data") or {}), **(found.get("binaryData") or {})}
        if wanted["key"] not in keys:
            return f"couldn't find key {wanted['key']} in {kind} {namespace}/{wanted['name']}"
    return ""


def missing_volumes(api: APIServer, pod: Object) -> list[tuple[str, str]]:
    """(volume, what it lacks) for ConfigMap and Secret volumes that cannot be mounted."""
    namespace = pod["metadata"]["namespace"]
    return [
        (volume["name"], f'{word} "{name}" not found')
        for volume, resource, word, name in _volumes(pod)
        if api.find(resource, namespace, name) is None
    ]


def _volumes(pod: Object) -> Iterator[tuple[Object, str, str, str]]:
    for volume in pod["spec"].get("volumes") or ():
        config, secret = volume.get("configMap"), volume.get("secret")
        if config and not config.get("optional"):
            yield volume, "configmaps", "configmap", config["name"]
        if secret and not secret.get("optional"):
            yield volume, "secrets", "secret", secret["secretName"]
