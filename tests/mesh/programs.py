"""Programs and clients for tests of the mesh, with proxies and without."""

from __future__ import annotations

PROGRAM = """
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80, targetPort: {port}, name: http}}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata:
      labels: {{app: {name}, version: v1, sidecar.istio.io/inject: "{injected}"}}
      annotations: {{{annotations}}}
    spec:
      containers: [{{name: c, image: "example.com/{name}:1", ports: [{{containerPort: 80}}]}}]
---
"""
CLIENTS = """
apiVersion: v1
kind: Pod
metadata: {name: client, labels: {app: client, sidecar.istio.io/inject: "true"}}
spec: {containers: [{name: c, image: "nginx:1.29"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: plain}
spec: {containers: [{name: c, image: "nginx:1.29"}]}
---
"""


def program(
    name: str, port: int = 80, *, replicas: int = 1, injected: bool = True, **annotations: str
) -> str:
    """A Service and its Deployment; annotations are written with `_` for `-`."""
    said = ", ".join(f'kubelearn.dev/{key.replace("_", "-")}: "{value}"'
                     for key, value in annotations.items())  # fmt: skip
    return PROGRAM.format(
        name=name, port=port, replicas=replicas, injected=str(injected).lower(), annotations=said
    )
