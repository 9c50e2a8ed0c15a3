"""`kubectl create deployment`, `job` and `cronjob`.

Source: kubectl `pkg/cmd/create/create_{deployment,job,cronjob}.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import argparse

from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.create.generator import Generator, comma_separated, container_name
from kubelearn.kubectl.failures import UsageError
from kubelearn.world.references import parse_reference

MANUAL = "cronjob.kubernetes.io/instantiate"


def _deployment(_client: Client, options: argparse.Namespace) -> Object:
    images = comma_separated(options.image)
    if options.command and len(images) > 1:
        raise UsageError("cannot specify multiple --image options and command")
    containers = [_container(container_name(image), image, options.command) for image in images]
    if options.port >= 0:
        containers = [{**one, "ports": [{"containerPort": options.port}]} for one in containers]
    labels = {"app": options.name}
    spec = {
        "replicas": 1 if options.replicas < 0 else options.replicas,
        "selector": {"matchLabels": labels},
        "strategy": {},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
    }
    metadata = {"labels": labels, "name": options.name}
    head = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata}
    return {**head, "spec": spec, "status": {}}


def _container(name: str, image: str, command: list[str]) -> Object:
    told = {"command": command} if command else {}
    return {"image": image, "name": name, "resources": {}, **told}


def _job(client: Client, options: argparse.Namespace) -> Object:
    source = getattr(options, "from")
    if bool(options.image) == bool(source):
        raise UsageError("either --image or --from must be specified")
    if source:
        return _from_cronjob(client, source, options)
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": options.name},
        "spec": _job_spec(options, "Never"),
        "status": {},
    }


def _job_spec(options: argparse.Namespace, restart: str) -> Object:
    container = _container(options.name, options.image, options.command)
    template = {"metadata": {}, "spec": {"containers": [container], "restartPolicy": restart}}
    return {"template": template}


def _from_cronjob(client: Client, source: str, options: argparse.Namespace) -> Object:
    wanted = parse_reference(client.world.api.kinds, source, options.namespace)
    if wanted.kind.kind != "CronJob":
        raise UsageError("from must be an existing cronjob")
    cronjob = client.get(wanted)
    template = cronjob["spec"]["jobTemplate"]
    given = template.get("metadata") or {}
    owner = {
        "apiVersion": "batch/v1",
        "controller": True,
        "kind": "CronJob",
        "name": wanted.name,
        "uid": cronjob["metadata"]["uid"],
    }
    annotations = {MANUAL: "manual", **(given.get("annotations") or {})}
    metadata = {"annotations": annotations, "name": options.name, "ownerReferences": [owner]}
    if given.get("labels"):
        metadata["labels"] = given["labels"]
    head = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata}
    return {**head, "spec": template["spec"], "status": {}}


def _cronjob(_client: Client, options: argparse.Namespace) -> Object:
    template = {"metadata": {"name": options.name}}
    spec = _job_spec(options, options.restart or "OnFailure")
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": options.name},
        "spec": {"jobTemplate": {**template, "spec": spec}, "schedule": options.schedule},
        "status": {},
    }


WORKLOADS = {
    "deployment": Generator(
        _deployment,
        lists=("image",),
        numbers=("replicas", "port"),
        required=("image",),
        failed="failed to create deployment",
    ),
    "job": Generator(_job, single=("image", "from"), failed="failed to create job"),
    "cronjob": Generator(
        _cronjob,
        single=("image", "schedule", "restart"),
        required=("image", "schedule"),
        failed="failed to create cronjob",
    ),
}
"""Word after `create` → how the object is made."""
