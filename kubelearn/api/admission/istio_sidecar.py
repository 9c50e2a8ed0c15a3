"""What Istio adds to a pod: istio-init, which redirects its traffic, and istio-proxy, an Envoy.

Istio 1.27 makes the proxy a native sidecar (an init container that restarts always) on nodes of
Kubernetes 1.33 and newer (`ENABLE_NATIVE_SIDECARS` "auto"), so it does here.
Source: istio `manifests/charts/istio-control/istio-discovery/files/injection-template.yaml`, 1.27.

Unlike the real one: of the proxy's environment only what names the pod is written.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Final

from kubelearn.api.objects import Object, controller_of

IMAGE: Final = "docker.io/istio/proxyv2:1.27.1"
PROXY, INIT = "istio-proxy", "istio-init"
RESOURCES: Final = {
    "limits": {"cpu": "2", "memory": "1Gi"},
    "requests": {"cpu": "100m", "memory": "128Mi"},
}
USER: Final = 1337
"""The user whose packets are not redirected: the proxy itself."""
READY: Final = {"path": "/healthz/ready", "port": 15021, "scheme": "HTTP"}
ENDINGS: Final = {
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
}
VOLUMES: Final[list[Object]] = [
    {"name": "workload-socket", "emptyDir": {}},
    {"name": "credential-socket", "emptyDir": {}},
    {"name": "workload-certs", "emptyDir": {}},
    {"name": "istio-envoy", "emptyDir": {"medium": "Memory"}},
    {"name": "istio-data", "emptyDir": {}},
    {
        "name": "istio-podinfo",
        "downwardAPI": {
            "items": [
                {"path": name, "fieldRef": {"apiVersion": "v1", "fieldPath": f"metadata.{name}"}}
                for name in ("labels", "annotations")
            ],
            "defaultMode": 420,
        },
    },
    {
        "name": "istio-token",
        "projected": {
            "defaultMode": 420,
            "sources": [
                {
                    "serviceAccountToken": {
                        "audience": "istio-ca",
                        "expirationSeconds": 43200,
                        "path": "istio-token",
                    }
                }
            ],
        },
    },
    {"name": "istiod-ca-cert", "configMap": {"name": "istio-ca-root-cert", "defaultMode": 420}},
]
MOUNTS: Final[list[Object]] = [
    {"name": "workload-socket", "mountPath": "/var/run/secrets/workload-spiffe-uds"},
    {"name": "credential-socket", "mountPath": "/var/run/secrets/credential-uds"},
    {"name": "workload-certs", "mountPath": "/var/run/secrets/workload-spiffe-credentials"},
    {"name": "istiod-ca-cert", "mountPath": "/var/run/secrets/istio"},
    {"name": "istio-data", "mountPath": "/var/lib/istio/data"},
    {"name": "istio-envoy", "mountPath": "/etc/istio/proxy"},
    {"name": "istio-token", "mountPath": "/var/run/secrets/tokens"},
    {"name": "istio-podinfo", "mountPath": "/etc/istio/pod"},
]


def with_sidecar(pod: Object, namespace: str) -> Object:
    """The pod as the webhook sends it back, defaults filled in; pods share the added parts."""
    spec, metadata = pod["spec"], pod["metadata"]
    own = [_init(), _proxy(namespace)]
    # The proxy comes before other init containers, so that these can use the network.
    spec = {
        **spec,
        "initContainers": [*own, *(spec.get("initContainers") or ())],
        "volumes": [*VOLUMES, *(spec.get("volumes") or ())],
    }
    first = spec["containers"][0]["name"]
    annotations = {
        "kubectl.kubernetes.io/default-container": first,
        "kubectl.kubernetes.io/default-logs-container": first,
        **(metadata.get("annotations") or {}),
        "istio.io/rev": "default",
        "sidecar.istio.io/status": _status(),
    }
    labels = {**_canonical(pod), **(metadata.get("labels") or {})}
    return {**pod, "metadata": {**metadata, "annotations": annotations, "labels": labels},
            "spec": spec}  # fmt: skip


def has_sidecar(pod: Object) -> bool:
    """Whether a pod has Istio's proxy, as a container of its own or as a sidecar container."""
    spec = pod["spec"]
    groups = (spec.get("initContainers") or (), spec["containers"])
    return any(one["name"] == PROXY for group in groups for one in group)


def _canonical(pod: Object) -> dict[str, str]:
    """The labels under which telemetry knows the workload, and that it speaks mTLS."""
    labels = pod["metadata"].get("labels") or {}
    owner = controller_of(pod)
    named = labels.get("app.kubernetes.io/name") or labels.get("app")
    version = labels.get("app.kubernetes.io/version") or labels.get("version")
    plain = (owner or {}).get("name", "").rpartition("-")[0] or pod["metadata"].get("name", "")
    return {
        "security.istio.io/tlsMode": "istio",
        "service.istio.io/canonical-name": named or plain or "unknown",
        "service.istio.io/canonical-revision": version or "latest",
    }


def _status() -> str:
    said = {
        "initContainers": [INIT, PROXY],
        "containers": None,
        "volumes": [volume["name"] for volume in VOLUMES],
        "imagePullSecrets": None,
        "revision": "default",
    }
    return json.dumps(said, separators=(",", ":"))


@lru_cache(maxsize=1)
def _init() -> Object:
    return {
        "name": INIT,
        "image": IMAGE,
        "imagePullPolicy": "IfNotPresent",
        **ENDINGS,
        "args": [
            "istio-iptables", "-p", "15001", "-z", "15006", "-u", str(USER), "-m", "REDIRECT",
            "-i", "*", "-x", "", "-b", "*", "-d", "15090,15021,15020",
            "--log_output_level=default:info",
        ],
        "resources": RESOURCES,
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"add": ["NET_ADMIN", "NET_RAW"], "drop": ["ALL"]},
            "privileged": False,
            "readOnlyRootFilesystem": False,
            "runAsGroup": 0,
            "runAsNonRoot": False,
            "runAsUser": 0,
        },
    }  # fmt: skip


@lru_cache(maxsize=256)
def _proxy(namespace: str) -> Object:
    fields = {"POD_NAME": "metadata.name", "POD_NAMESPACE": "metadata.namespace"}
    return {
        "name": PROXY,
        "image": IMAGE,
        "imagePullPolicy": "IfNotPresent",
        **ENDINGS,
        "args": [
            "proxy", "sidecar", "--domain", f"{namespace}.svc.cluster.local",
            "--proxyLogLevel=warning", "--proxyComponentLogLevel=misc:error",
            "--log_output_level=default:info",
        ],
        "env": [
            {"name": name, "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": path}}}
            for name, path in fields.items()
        ],
        "ports": [{"name": "http-envoy-prom", "containerPort": 15090, "protocol": "TCP"}],
        "readinessProbe": {"httpGet": READY, "failureThreshold": 4, "periodSeconds": 15,
                           "successThreshold": 1, "timeoutSeconds": 3},
        "startupProbe": {"httpGet": READY, "failureThreshold": 600, "periodSeconds": 1,
                         "successThreshold": 1, "timeoutSeconds": 3},
        "resources": RESOURCES,
        "restartPolicy": "Always",
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "privileged": False,
            "readOnlyRootFilesystem": True,
            "runAsGroup": USER,
            "runAsNonRoot": True,
            "runAsUser": USER,
        },
        "volumeMounts": MOUNTS,
    }  # fmt: skip
