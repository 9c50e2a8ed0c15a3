"""`kubectl create service` and `ingress`.

Source: kubectl `pkg/cmd/create/create_{service,ingress}.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import argparse
import re

from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.create.generator import Generator
from kubelearn.kubectl.failures import UsageError

RULE = re.compile(
    r"(?P<host>[^/=,]*)(?P<path>/[^=,]*)=(?P<service>[^:,]+):(?P<port>[^,]+)"
    r"(,(?P<tls>tls)(=(?P<secret>[^,]*))?)?"
)
"""`host/path=service:port,tls=secret`."""


def _service(of_type: str, options: argparse.Namespace) -> Object:
    labels = {"app": options.name}
    ports = [_port(text, options) for given in options.tcp for text in given.split(",")]
    spec: Object = {"selector": labels, "type": of_type}
    if ports:
        spec["ports"] = ports
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"labels": labels, "name": options.name},
        "spec": spec,
        "status": {"loadBalancer": {}},
    }


def _port(text: str, options: argparse.Namespace) -> Object:
    front, colon, target = text.partition(":")
    if not front.isdigit():
        raise UsageError(f"invalid port: {text}")
    port: Object = {
        "name": text.replace(":", "-") if colon else front,
        "port": int(front),
        "protocol": "TCP",
        "targetPort": int(target) if target.isdigit() else target or int(front),
    }
    node_port = getattr(options, "node_port", -1)
    return {**port, "nodePort": node_port} if node_port > 0 else port


def _clusterip(_client: Client, options: argparse.Namespace) -> Object:
    headless = options.clusterip == "None"
    if not options.tcp and not headless:
        raise UsageError("at least one tcp port specifier must be provided")
    obj = _service("ClusterIP", options)
    if options.clusterip:
        obj["spec"]["clusterIP"] = options.clusterip
    return obj


def _nodeport(_client: Client, options: argparse.Namespace) -> Object:
    return _with_ports("NodePort", options)


def _loadbalancer(_client: Client, options: argparse.Namespace) -> Object:
    return _with_ports("LoadBalancer", options)


def _with_ports(of_type: str, options: argparse.Namespace) -> Object:
    if not options.tcp:
        raise UsageError("at least one tcp port specifier must be provided")
    return _service(of_type, options)


def _externalname(_client: Client, options: argparse.Namespace) -> Object:
    obj = _service("ExternalName", options)
    obj["spec"]["externalName"] = options.external_name
    return obj


def _ingress(_client: Client, options: argparse.Namespace) -> Object:
    if not options.rule and not options.default_backend:
        raise UsageError(
            "not enough information provided: every ingress has to either specify a "
            "default-backend (which catches all traffic) or a list of rules (which "
            "catch specific paths)"
        )
    found = [_parsed(text) for text in options.rule]
    spec: Object = {}
    if options.default_backend:
        service, _, port = options.default_backend.partition(":")
        spec["defaultBackend"] = _backend(service, port)
    ingress_class = getattr(options, "class")
    if ingress_class:
        spec["ingressClassName"] = ingress_class
    hosts = dict.fromkeys(match["host"] for match in found)
    if found:
        spec["rules"] = [_rule(host, [m for m in found if m["host"] == host]) for host in hosts]
    tls = [_tls(match) for match in found if match["tls"]]
    if tls:
        spec["tls"] = tls
    metadata: Object = {"name": options.name}
    if options.annotation:
        metadata["annotations"] = dict(text.split("=", 1) for text in options.annotation)
    head = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata}
    return {**head, "spec": spec, "status": {"loadBalancer": {}}}


def _parsed(text: str) -> re.Match[str]:
    found = RULE.fullmatch(text)
    if found is None:
        raise UsageError(
            f"rule {text} is invalid and should be in format host/path=svcname:svcport"
            "[,tls[=secret]]"
        )
    return found


def _rule(host: str, matches: list[re.Match[str]]) -> Object:
    rule: Object = {"host": host} if host else {}
    return {**rule, "http": {"paths": [_path(match) for match in matches]}}


def _path(match: re.Match[str]) -> Object:
    path = match["path"]
    return {
        "backend": _backend(match["service"], match["port"]),
        "path": path.removesuffix("*"),
        "pathType": "Prefix" if path.endswith("*") else "Exact",
    }


def _backend(service: str, port: str) -> Object:
    number: Object = {"number": int(port)} if port.isdigit() else {"name": port}
    return {"service": {"name": service, "port": number}}


def _tls(match: re.Match[str]) -> Object:
    hosts: Object = {"hosts": [match["host"]]} if match["host"] else {}
    return hosts | ({"secretName": match["secret"]} if match["secret"] else {})


NETWORKING = {
    "service clusterip": Generator(
        _clusterip,
        single=("clusterip",),
        lists=("tcp",),
        failed="failed to create ClusterIP service",
    ),
    "service nodeport": Generator(
        _nodeport,
        lists=("tcp",),
        numbers=("node-port",),
        failed="failed to create NodePort service",
    ),
    "service loadbalancer": Generator(
        _loadbalancer, lists=("tcp",), failed="failed to create LoadBalancer service"
    ),
    "service externalname": Generator(
        _externalname,
        single=("external-name",),
        lists=("tcp",),
        required=("external-name",),
        failed="failed to create ExternalName service",
    ),
    "ingress": Generator(
        _ingress,
        single=("class", "default-backend"),
        lists=("rule", "annotation"),
        failed="failed to create ingress",
    ),
}
"""Words after `create` → how the object is made."""
