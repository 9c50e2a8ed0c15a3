"""`kubectl create namespace`, `quota`, `poddisruptionbudget` and `priorityclass`.

Source: kubectl `pkg/cmd/create/create_{namespace,quota,pdb,priorityclass}.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import argparse

from kubelearn.api.objects import Object
from kubelearn.api.quantity import canonical
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.create.generator import Generator, int_or_text
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.selectors import label_selector


def _namespace(_client: Client, options: argparse.Namespace) -> Object:
    head = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": options.name}}
    return {**head, "spec": {}, "status": {}}


def _quota(_client: Client, options: argparse.Namespace) -> Object:
    spec: Object = {}
    if options.hard:
        pairs = (text.partition("=") for text in options.hard.split(","))
        spec["hard"] = {name: canonical(value) for name, _, value in pairs}
    if options.scopes:
        spec["scopes"] = options.scopes.split(",")
    head = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": options.name}}
    return {**head, "spec": spec, "status": {}}


def _poddisruptionbudget(_client: Client, options: argparse.Namespace) -> Object:
    low, high = options.min_available, options.max_unavailable
    if bool(low) == bool(high):
        given = "one of" if not low else "only one of"
        raise UsageError(f"{given} min-available or max-unavailable must be specified")
    bound = {"minAvailable": int_or_text(low)} if low else {"maxUnavailable": int_or_text(high)}
    counts = ("currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods")
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": options.name},
        "spec": {**bound, "selector": label_selector(options.selector)},
        "status": dict.fromkeys(counts, 0),
    }


def _priorityclass(_client: Client, options: argparse.Namespace) -> Object:
    obj: Object = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": options.name},
        "value": options.value,
        "preemptionPolicy": options.preemption_policy or "PreemptLowerPriority",
    }
    if options.global_default:
        obj["globalDefault"] = True
    return obj | ({"description": options.description} if options.description else {})


POLICIES = {
    "namespace": Generator(_namespace),
    "quota": Generator(_quota, single=("hard", "scopes"), failed="failed to create quota"),
    "poddisruptionbudget": Generator(
        _poddisruptionbudget,
        single=("min-available", "max-unavailable", "selector"),
        required=("selector",),
        failed="failed to create poddisruptionbudgets",
    ),
    "priorityclass": Generator(
        _priorityclass,
        single=("description", "preemption-policy"),
        numbers=("value",),
        switches=("global-default",),
        failed="failed to create priorityclass",
    ),
}
"""Word after `create` → how the object is made."""
