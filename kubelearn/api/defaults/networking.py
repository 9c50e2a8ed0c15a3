"""Defaults of ingresses and network policies (`pkg/apis/networking/v1/defaults.go`)."""

from __future__ import annotations

from kubelearn.api.defaults.filling import each, fill, inside, present
from kubelearn.api.objects import Object


def default_ingress(ingress: Object) -> Object:
    """Nothing but the parts that an Ingress always shows."""
    return inside(
        fill(ingress, {"spec": {}}), "status", lambda status: fill(status, {"loadBalancer": {}})
    )


def default_ingress_class(ingress_class: Object) -> Object:
    """Parameters are cluster-scoped."""
    scope = {"scope": "Cluster"}
    return inside(
        ingress_class,
        "spec",
        lambda spec: present(spec, "parameters", lambda found: fill(found, scope)),
    )


def default_network_policy(policy: Object) -> Object:
    """Ports speak TCP; it is about ingress, and about egress when it has egress rules."""
    return inside(policy, "spec", _policy_spec)


def _policy_spec(spec: Object) -> Object:
    spec = fill(spec, {"podSelector": {}})
    for direction in ("ingress", "egress"):
        spec = each(spec, direction, _rule)
    if spec.get("policyTypes"):
        return spec
    types = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
    return {**spec, "policyTypes": types}


def _rule(rule: Object) -> Object:
    return each(rule, "ports", lambda port: fill(port, {"protocol": "TCP"}))
