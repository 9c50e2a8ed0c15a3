"""`kubectl create serviceaccount`, roles and their bindings.

Source: kubectl `pkg/cmd/create/create_{serviceaccount,role,clusterrole,rolebinding,
clusterrolebinding}.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

from kubelearn.api.errors import NotFound
from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.create.generator import Generator, comma_separated
from kubelearn.kubectl.failures import UsageError

GROUP = "rbac.authorization.k8s.io"


class Named(NamedTuple):
    """A resource of a rule: its group, and its name with subresource."""

    group: str
    name: str


def _serviceaccount(_client: Client, options: argparse.Namespace) -> Object:
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": options.name}}


def _role(client: Client, options: argparse.Namespace) -> Object:
    return _of_kind("Role", options, {"rules": _rules(client, options)})


def _clusterrole(client: Client, options: argparse.Namespace) -> Object:
    if options.aggregation_rule:
        pairs = (text.partition("=") for text in comma_separated(options.aggregation_rule))
        selector = {"matchLabels": {key: value for key, _, value in pairs}}
        fields = {"aggregationRule": {"clusterRoleSelectors": [selector]}, "rules": None}
        return _of_kind("ClusterRole", options, fields)
    urls = comma_separated(options.non_resource_url)
    rules = _rules(client, options, required=not urls)
    if urls:
        rules.append({"nonResourceURLs": urls, "verbs": _verbs(options)})
    return _of_kind("ClusterRole", options, {"rules": rules})


def _of_kind(kind: str, options: argparse.Namespace, fields: Object) -> Object:
    metadata = {"name": options.name}
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": metadata, **fields}


def _verbs(options: argparse.Namespace) -> list[str]:
    verbs = list(dict.fromkeys(comma_separated(options.verb)))
    if not verbs:
        raise UsageError("at least one verb must be specified")
    return ["*"] if "*" in verbs else verbs


def _rules(client: Client, options: argparse.Namespace, *, required: bool = True) -> list[Object]:
    """One rule for each API group of the resources."""
    verbs = _verbs(options)
    words = comma_separated(options.resource)
    if not words and required:
        raise UsageError("at least one resource must be specified")
    named = [_named(client, word) for word in words]
    names = comma_separated(options.resource_name)
    rules = []
    for group in dict.fromkeys(one.group for one in named):
        resources = list(dict.fromkeys(one.name for one in named if one.group == group))
        rule: Object = {"apiGroups": [group], "resources": resources, "verbs": verbs}
        rules.append(rule | ({"resourceNames": names} if names else {}))
    return rules


def _named(client: Client, word: str) -> Named:
    """A resource as a rule names it: "deployments", "pods/log", "deployments.apps"."""
    name, slash, subresource = word.partition("/")
    if name == "*":
        return Named("*", "*")
    try:
        kind = client.world.api.kinds.named(name)
    except NotFound:
        raise UsageError(f'the server doesn\'t have a resource type "{name}"') from None
    return Named(kind.group, kind.plural + slash + subresource)


def _rolebinding(_client: Client, options: argparse.Namespace) -> Object:
    if bool(options.role) == bool(options.clusterrole):
        raise UsageError("exactly one of clusterrole or role must be specified")
    kind = "Role" if options.role else "ClusterRole"
    return _binding("RoleBinding", options, kind, options.role or options.clusterrole)


def _clusterrolebinding(_client: Client, options: argparse.Namespace) -> Object:
    return _binding("ClusterRoleBinding", options, "ClusterRole", options.clusterrole)


def _binding(kind: str, options: argparse.Namespace, role_kind: str, role: str) -> Object:
    subjects = [
        {"apiGroup": GROUP, "kind": what, "name": name}
        for what, names in (("User", options.user), ("Group", options.group))
        for name in comma_separated(names)
    ]
    for text in comma_separated(options.serviceaccount):
        namespace, colon, name = text.partition(":")
        if not colon or not namespace or not name:
            raise UsageError("serviceaccount must be <namespace>:<name>")
        subjects.append({"kind": "ServiceAccount", "name": name, "namespace": namespace})
    reference = {"apiGroup": GROUP, "kind": role_kind, "name": role}
    return _of_kind(kind, options, {"roleRef": reference, "subjects": subjects})


RULES = ("verb", "resource", "resource-name")
SUBJECTS = ("user", "group", "serviceaccount")
ACCESS = {
    "serviceaccount": Generator(_serviceaccount, failed="failed to create serviceaccount"),
    "role": Generator(_role, lists=RULES),
    "clusterrole": Generator(_clusterrole, lists=(*RULES, "non-resource-url", "aggregation-rule")),
    "rolebinding": Generator(
        _rolebinding,
        single=("role", "clusterrole"),
        lists=SUBJECTS,
        failed="failed to create rolebinding",
    ),
    "clusterrolebinding": Generator(
        _clusterrolebinding,
        single=("clusterrole",),
        lists=SUBJECTS,
        required=("clusterrole",),
        failed="failed to create clusterrolebinding",
    ),
}
"""Word after `create` → how the object is made."""
