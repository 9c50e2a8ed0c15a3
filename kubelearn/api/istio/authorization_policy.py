"""AuthorizationPolicy: its targets, action and rules.

An empty list counts as none: that is what istiod makes of it when it decodes the object.

Source: istio `pkg/config/validation/validation.go` (ValidateAuthorizationPolicy), 1.27.

Unlike the real one: trust domains (`trustDomains`, `source.trustDomain`), which later versions
have, are not refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from kubelearn.api.istio.authorization_values import (
    attribute,
    no_empty,
    path_templates,
    ports,
    service_accounts,
)
from kubelearn.api.istio.netip import addresses
from kubelearn.api.istio.policy_targets import policy_targets
from kubelearn.api.objects import Object

Fields = Mapping[str, Any]
Check = Callable[[str, Sequence[str]], Iterator[str]]
IDENTITIES = ("principals", "notPrincipals", "namespaces", "notNamespaces")
ACCOUNTS = ("serviceAccounts", "notServiceAccounts")
SOURCE: tuple[tuple[str, Check], ...] = (
    *((name, lambda _, values: addresses(values))
      for name in ("ipBlocks", "notIpBlocks", "remoteIpBlocks", "notRemoteIpBlocks")),
    ("principals", no_empty), ("requestPrincipals", no_empty), ("namespaces", no_empty),
    ("serviceAccounts", service_accounts), ("ipBlocks", no_empty), ("remoteIpBlocks", no_empty),
    ("notPrincipals", no_empty), ("notRequestPrincipals", no_empty), ("notNamespaces", no_empty),
    ("notServiceAccounts", service_accounts), ("notIpBlocks", no_empty),
    ("notRemoteIpBlocks", no_empty),
)  # fmt: skip
"""What is checked of a source, in this order."""
OPERATION: tuple[tuple[str, Check], ...] = (
    *((name, lambda _, values: ports(values)) for name in ("ports", "notPorts")),
    ("ports", no_empty), ("methods", no_empty), ("paths", no_empty), ("hosts", no_empty),
    ("notPorts", no_empty), ("notMethods", no_empty), ("notPaths", no_empty),
    ("notHosts", no_empty), ("paths", path_templates), ("notPaths", path_templates),
)  # fmt: skip
"""What is checked of an operation, in this order."""
NOT_FOR_CUSTOM = ("namespaces", "notNamespaces", *ACCOUNTS, "principals", "notPrincipals",
                  "requestPrincipals", "notRequestPrincipals")  # fmt: skip
"""Fields of a source that an external authoriser's policy may not have."""
KEYS_NOT_FOR_CUSTOM = ("source.namespace", "source.serviceAccount", "source.principal")


def errors(obj: Object) -> Iterator[str]:
    """What is wrong with an AuthorizationPolicy."""
    metadata = obj["metadata"]
    policy = f"invalid policy {metadata.get('name', '')}.{metadata.get('namespace', '')}:"
    for error in _spec(obj.get("spec") or {}):
        yield type(error)(f"{policy} {error}")


def _spec(spec: Fields) -> Iterator[str]:
    yield from policy_targets(spec)
    yield from _action(spec)
    for place, rule in enumerate(spec.get("rules") or ()):
        yield from _rule(rule or {}, place)


def _action(spec: Fields) -> Iterator[str]:
    action, provider, rules = spec.get("action") or "ALLOW", spec.get("provider"), spec.get("rules")
    if action == "CUSTOM":
        if not rules:
            yield _never_triggered(action)
        elif not (provider or {}).get("name"):
            yield "`provider.name` must not be empty"
        for rule in rules or ():
            yield from _custom(rule or {})
    elif provider is not None:
        yield f"`provider` must not be with non CUSTOM action, found {action}"
    if action == "DENY" and not rules:
        yield _never_triggered(action)


def _never_triggered(action: str) -> str:
    return (
        f"{action} action without `rules` is meaningless as it will never be triggered, "
        "add an empty rule `{}` if you want it be triggered for every request"
    )


def _custom(rule: Fields) -> Iterator[str]:
    """What a rule may not ask when an external authoriser decides."""
    for entry in rule.get("from") or ():
        source = (entry or {}).get("source") or {}
        fields = [f"From.{_go_name(name)}" for name in NOT_FOR_CUSTOM if source.get(name)]
        yield from map(_not_with_custom, fields)
    for condition in rule.get("when") or ():
        key = (condition or {}).get("key") or ""
        if key in KEYS_NOT_FOR_CUSTOM or key.startswith("request.auth."):
            yield _not_with_custom(key)


def _not_with_custom(name: str) -> str:
    return f"{name} is currently not supported with CUSTOM action"


def _go_name(name: str) -> str:
    return name[0].upper() + name[1:]


def _rule(rule: Fields, place: int) -> Iterator[str]:
    for entry in rule.get("from") or ():
        source = (entry or {}).get("source")
        if source is not None:
            yield from _accounts_alone(source, place)
        yield from _block("from.source", source, SOURCE, place)
    for entry in rule.get("to") or ():
        yield from _block("to.operation", (entry or {}).get("operation"), OPERATION, place)
    for condition in rule.get("when") or ():
        yield from _condition(condition or {})


def _accounts_alone(source: Fields, place: int) -> Iterator[str]:
    if any(map(source.get, IDENTITIES)) and any(map(source.get, ACCOUNTS)):
        yield f"cannot set serviceAccounts with namespaces or principals, found at rule {place}"


def _block(
    path: str, block: Fields | None, checks: Sequence[tuple[str, Check]], place: int
) -> Iterator[str]:
    """A source or operation: some field is set, and all values are good."""
    if block is None:
        yield f"`{path}` must not be nil, found at rule {place}"
        return
    if not any(block.values()):
        yield f"`{path}` must not be empty, found at rule {place}"
    for name, check in checks:
        yield from check(_go_name(name), _texts(block.get(name)))


def _condition(condition: Fields) -> Iterator[str]:
    key = condition.get("key")
    if not key:
        yield "`key` must not be empty"
        return
    found = {name: _texts(condition.get(f"{name}s")) for name in ("value", "notValue")}
    if not any(found.values()):
        yield f"at least one of `values` or `notValues` must be set for key {key}"
        return
    for name, values in found.items():
        wrong = attribute(key, values)
        if wrong is not None:
            yield f"invalid `{name}` for `key` {key}: {wrong}"


def _texts(values: Sequence[Any] | None) -> list[str]:
    return [str(value) for value in values or ()]
