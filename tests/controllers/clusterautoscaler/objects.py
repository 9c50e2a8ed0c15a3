"""Pods and nodes for the tests here."""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import Object

OWNER: Object = {"kind": "ReplicaSet", "name": "web", "uid": "1", "controller": True}


def pod(name: str = "web", cpu: str = "1", memory: str = "1Gi", **spec: Any) -> Object:
    """A pod of a ReplicaSet that asks for something."""
    metadata = {"name": name, "namespace": "default", "ownerReferences": [OWNER]}
    requests = {"cpu": cpu, "memory": memory}
    container = {"name": "web", "resources": {"requests": requests}}
    return {"metadata": metadata, "spec": {"containers": [container], **spec}, "status": {}}


def node(name: str = "n", cpu: str = "4", memory: str = "16Gi", **spec: Any) -> Object:
    """A node of this size."""
    size = {"cpu": cpu, "memory": memory, "pods": "110"}
    metadata = {"name": name, "labels": {"kubernetes.io/hostname": name}}
    return {"metadata": metadata, "spec": spec, "status": {"allocatable": size}}
