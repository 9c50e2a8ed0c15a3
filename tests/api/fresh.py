"""A fresh API server for tests, and small objects to put into it."""

from __future__ import annotations

from typing import Any

from kubelearn.api.bootstrap import bootstrap
from kubelearn.api.objects import Object
from kubelearn.api.server import APIServer
from kubelearn.sim.clock import Clock
from kubelearn.sim.draws import Draws


def fresh(seed: int = 1) -> APIServer:
    """An API server with its own objects and the account default/default."""
    api = APIServer(Clock(), Draws(seed))
    bootstrap(api)
    api.create(make("v1", "ServiceAccount", "default"))
    return api


def make(version: str, kind: str, name: str, *, meta: Object | None = None, **parts: Any) -> Object:
    """An object of a kind."""
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name, **(meta or {})},
        **parts,
    }


def pod(name: str = "web", *, meta: Object | None = None, **spec: Any) -> Object:
    """A pod with one container `app`, unless the spec says otherwise."""
    whole = {"containers": [{"name": "app", "image": "nginx:1.27"}], **spec}
    return make("v1", "Pod", name, meta=meta, spec=whole)


def service(name: str = "web", **spec: Any) -> Object:
    """A service with port 80, unless the spec says otherwise."""
    return make("v1", "Service", name, spec={"ports": [{"port": 80}], **spec})


def deployment(name: str = "web", **spec: Any) -> Object:
    """A deployment of one container."""
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": pod()["spec"]}
    parts = {"selector": {"matchLabels": labels}, "template": template, **spec}
    return make("apps/v1", "Deployment", name, spec=parts)
