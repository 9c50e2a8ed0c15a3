"""`kubectl expose`: a Service for the pods of something that is there.

Source: kubectl `pkg/cmd/expose/expose.go`, `pkg/polymorphichelpers/{ports,selector}`, Kubernetes
1.36.
"""

from __future__ import annotations

import argparse
from typing import Any

from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object, get_path
from kubelearn.kubectl.builder import Chosen, chosen, each
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.create.generator import int_or_text
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.layout import qualified
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.printed import created

MANAGER = "kubectl-expose"
TEMPLATES = ("deployments.apps", "replicasets.apps")
CHOICES = ("pods", "services", "replicationcontrollers", *TEMPLATES)
NO_PORT = "couldn't find port via --port flag or introspection"
FLAGS = (
    "name",
    "port",
    "target-port",
    "protocol",
    "type",
    "cluster-ip",
    "external-ip",
    "load-balancer-ip",
    "session-affinity",
)


def expose(client: Client, words: list[str]) -> str:
    """What `kubectl expose WORKLOAD --port=PORT` prints."""
    parser = Parser("expose", "namespace", "files", "dry run", "output")
    for flag in FLAGS:
        parser.add_argument(f"--{flag}", default="")
    for flag in ("-l", "--labels"):
        parser.add_argument(flag, dest="labels", default="")
    parser.add_argument("--selector", default="")
    options = parser.parse(words)

    def act(one: Chosen) -> str:
        obj = client.get(one.reference)
        service = _service(one.reference.kind, obj, options)
        return created(client, service, options, MANAGER, "exposed")

    options.selector_of_service, options.selector = options.selector, ""
    return each(client, chosen(client, options, options.words), act)


def service_for(pod: Object, name: str, port: dict[str, Any]) -> Object:
    """The Service that `run --expose` makes beside its pod."""
    number = int(port["port"])
    spec = {
        "ports": [{"port": number, "protocol": "TCP", "targetPort": number}],
        "selector": pod["metadata"]["labels"],
    }
    head = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}}
    return {**head, "spec": spec, "status": {"loadBalancer": {}}}


def _service(kind: Kind, obj: Object, options: argparse.Namespace) -> Object:
    metadata: Object = {"name": options.name or obj["metadata"]["name"]}
    labels = _pairs(options.labels) if options.labels else obj["metadata"].get("labels")
    if labels:
        metadata["labels"] = labels
    spec: Object = {"ports": _ports(obj, options), "selector": _selector(kind, obj, options)}
    named = {
        "clusterIP": options.cluster_ip,
        "type": options.type,
        "loadBalancerIP": options.load_balancer_ip,
        "sessionAffinity": options.session_affinity,
    }
    spec |= {field: text for field, text in named.items() if text}
    if options.external_ip:
        spec["externalIPs"] = [options.external_ip]
    head = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}
    return {**head, "status": {"loadBalancer": {}}}


def _selector(kind: Kind, obj: Object, options: argparse.Namespace) -> Object:
    if options.selector_of_service:
        return _pairs(options.selector_of_service)
    if kind.resource == "pods":
        found = obj["metadata"].get("labels") or {}
        if not found:
            raise UsageError("the pod has no labels and cannot be exposed")
    elif kind.resource in ("services", "replicationcontrollers"):
        found = obj["spec"].get("selector") or {}
    elif kind.resource in TEMPLATES:
        if get_path(obj, "spec", "selector", "matchExpressions"):
            raise UsageError(
                "couldn't convert expressions - "
                f"{obj['spec']['selector']['matchExpressions']} to map-based selector format"
            )
        found = get_path(obj, "spec", "selector", "matchLabels", default={})
    else:
        raise UsageError(f"cannot expose a {qualified(kind)}")
    selector: Object = dict(found)
    return selector


def _ports(obj: Object, options: argparse.Namespace) -> list[Object]:
    """The ports that were asked for, or else those of the containers."""
    given = [{"port": int(text)} for text in options.port.split(",") if text]
    found = given or _found(obj)
    if not found:
        raise UsageError(NO_PORT)
    several = len(found) > 1
    ports = []
    for number, one in enumerate(found, 1):
        protocol = options.protocol or one.get("protocol", "TCP")
        target = int_or_text(options.target_port) if options.target_port else one["port"]
        port: Object = {"port": one["port"], "protocol": protocol, "targetPort": target}
        ports.append(port | ({"name": f"port-{number}"} if several else {}))
    return ports


def _found(obj: Object) -> list[Object]:
    spec = obj["spec"].get("template", obj).get("spec", {})
    if obj["kind"] == "Service":
        return [{"port": p["port"], "protocol": p["protocol"]} for p in obj["spec"]["ports"]]
    return [
        {"port": port["containerPort"], "protocol": port.get("protocol", "TCP")}
        for container in spec.get("containers", ())
        for port in container.get("ports") or ()
    ]


def _pairs(text: str) -> Object:
    return dict(pair.split("=", 1) for pair in text.split(","))
