"""AuthorizationPolicy: whether a request may pass.

1. A CUSTOM policy matches and its authoriser says no: refused. 2. A DENY matches: refused. 3. No
ALLOW policy applies to the workload: allowed. 4. An ALLOW matches: allowed. 5. Refused (403).
Rules are alternatives; from, to and when must all hold; so must the fields of an entry.
Source: istio `pilot/pkg/security/authz/builder`, `model`, `pilot/pkg/model/policyattachment.go`,
1.27.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from kubelearn.mesh.istio.attributes import Field, Peer, fields_of, when_field

Policy = Mapping[str, Any]
ROOT = "istio-system"
GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name"
"""The label of the pods of a Gateway of the Gateway API."""


class Verdict(NamedTuple):
    """Whether the request passes, and which policy decided ("" when none did)."""

    allowed: bool
    policy: str = ""
    rule: int = 0
    """The place of the rule that has matched."""


def applies(policy: Policy, peer: Peer, root: str = ROOT) -> bool:
    """Whether a policy is about this workload."""
    spec = policy.get("spec") or {}
    if policy["metadata"]["namespace"] not in (root, peer.namespace) or not _aims_at(spec, peer):
        return False
    selector = (spec.get("selector") or {}).get("matchLabels") or {}
    return selector.items() <= peer.labels.items()


def _aims_at(spec: Policy, peer: Peer) -> bool:
    """Whether what a policy names, if it names anything, is this workload's Gateway.

    Sidecars have none: to them such a policy does not apply.
    """
    named = spec.get("targetRefs") or ([spec["targetRef"]] if spec.get("targetRef") else [])
    own = peer.labels.get(GATEWAY_NAME)
    return not named or any((one["kind"], one["name"]) == ("Gateway", own) for one in named)


def no_authoriser(policy: Policy) -> bool:  # noqa: ARG001
    """The answer of an external authoriser that nobody set up: Istio refuses."""
    return False


def judge(
    policies: Iterable[Policy],
    peer: Peer,
    root: str = ROOT,
    authorise: Callable[[Policy], bool] = no_authoriser,
) -> Verdict:
    """Whether a request (and its two ends, as the server's proxy sees them) passes."""
    found = [policy for policy in policies if applies(policy, peer, root)]
    by_action = {
        action: [policy for policy in found if action_of(policy) == action]
        for action in ("CUSTOM", "DENY", "ALLOW")
    }
    for policy in by_action["CUSTOM"]:
        rule = matching_rule(policy, peer)
        if rule is not None and not authorise(policy):
            return Verdict(False, name_of(policy), rule)
    for action in ("DENY", "ALLOW"):
        for policy in by_action[action]:
            rule = matching_rule(policy, peer)
            if rule is not None:
                return Verdict(action == "ALLOW", name_of(policy), rule)
    return Verdict(not by_action["ALLOW"])


def action_of(policy: Policy) -> str:
    """What a policy does with what it matches."""
    return str((policy.get("spec") or {}).get("action") or "ALLOW")


def name_of(policy: Policy) -> str:
    """Namespace and name."""
    metadata = policy["metadata"]
    return f"{metadata['namespace']}/{metadata.get('name', '')}"


def matching_rule(policy: Policy, peer: Peer) -> int | None:
    """The place of the first rule that matches; None when none does."""
    rules = (policy.get("spec") or {}).get("rules") or ()
    deny, namespace = action_of(policy) != "ALLOW", policy["metadata"]["namespace"]
    found = (number for number, rule in enumerate(rules) if _rule(rule, peer, deny, namespace))
    return next(found, None)


def _rule(rule: Mapping[str, Any], peer: Peer, deny: bool, namespace: str) -> bool:
    sources = [one.get("source", one) for one in rule.get("from") or ()]
    operations = [one.get("operation", one) for one in rule.get("to") or ()]
    for entries in (sources, operations):
        if entries and not any(_entry(one, peer, deny, namespace) for one in entries):
            return False
    return all(_when(one, peer, deny, namespace) for one in rule.get("when") or ())


def _entry(entry: Mapping[str, Any], peer: Peer, deny: bool, namespace: str) -> bool:
    """Whether all fields of a source or an operation hold."""
    return all(
        _holds(fields_of(name, namespace), name.startswith("not"), values, peer, deny)
        for name, values in entry.items()
        if values
    )


def _when(condition: Mapping[str, Any], peer: Peer, deny: bool, namespace: str) -> bool:
    field = when_field(condition["key"], namespace)
    return all(
        _holds(field, negated, condition[name], peer, deny)
        for name, negated in (("values", False), ("notValues", True))
        if condition.get(name)
    )


def _holds(field: Field, negated: bool, wanted: Iterable[str], peer: Peer, deny: bool) -> bool:
    if field.http and not peer.http:
        # What a TCP connection does not have never allows, and never keeps from denying.
        return deny
    found = any(field.matches(one, text) for text in field.read(peer) for one in wanted)
    return found != negated
