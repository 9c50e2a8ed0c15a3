"""One rule of a role: what it allows, what it lacks, how it is written.

Source: `pkg/apis/rbac/v1/evaluation_helpers.go`, component-helpers `auth/rbac/validation`,
Kubernetes 1.36.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from kubelearn.api.rbac.attributes import Attributes

Rule = Mapping[str, Any]
EVERYTHING = "*"


def _has(values: Iterable[str] | None, wanted: str) -> bool:
    listed = tuple(values or ())
    return EVERYTHING in listed or wanted in listed


def allows(rule: Rule, asked: Attributes) -> bool:
    """Whether a rule allows a request."""
    if not _has(rule.get("verbs"), asked.verb):
        return False
    if asked.path:
        return any(_matches_path(one, asked.path) for one in rule.get("nonResourceURLs") or ())
    names = rule.get("resourceNames")
    return (
        _has(rule.get("apiGroups"), asked.group)
        and _has_resource(rule.get("resources") or (), asked)
        and (not names or asked.name in names)
    )


def _matches_path(pattern: str, path: str) -> bool:
    return pattern in (EVERYTHING, path) or (
        pattern.endswith("*") and path.startswith(pattern.rstrip("*"))
    )


def _has_resource(resources: Iterable[str], asked: Attributes) -> bool:
    wanted = {EVERYTHING, asked.full_resource}
    if asked.subresource:
        wanted.add(f"*/{asked.subresource}")
    return bool(wanted & set(resources))


def parts(rule: Rule) -> Iterator[Rule]:
    """A rule as rules of one verb on one thing each."""
    names: list[list[str]] = [[name] for name in rule.get("resourceNames") or ()] or [[]]
    things = product(rule.get("apiGroups") or (), rule.get("resources") or (), names)
    for (group, resource, name), verb in product(things, rule.get("verbs") or ()):
        one: dict[str, Any] = {"apiGroups": [group], "resources": [resource], "verbs": [verb]}
        yield {**one, "resourceNames": name} if name else one
    for url, verb in product(rule.get("nonResourceURLs") or (), rule.get("verbs") or ()):
        yield {"nonResourceURLs": [url], "verbs": [verb]}


def covers(owned: Rule, part: Rule) -> bool:
    """Whether a rule allows all that a part (see `parts`) allows."""
    verb = part["verbs"][0]
    if not _has(owned.get("verbs"), verb):
        return False
    if "nonResourceURLs" in part:
        url = part["nonResourceURLs"][0]
        return any(_matches_path(one, url) for one in owned.get("nonResourceURLs") or ())
    resource, _, subresource = part["resources"][0].partition("/")
    asked = Attributes(verb, resource=resource, subresource=subresource)
    names, own = part.get("resourceNames"), owned.get("resourceNames")
    return (
        _has(owned.get("apiGroups"), part["apiGroups"][0])
        and _has_resource(owned.get("resources") or (), asked)
        and (not own or (bool(names) and set(names or ()) <= set(own)))
    )


def compacted(missing: Iterable[Rule]) -> list[Rule]:
    """Parts with their verbs put together again where they are about one thing."""
    found: dict[str, dict[str, Any]] = {}
    for part in missing:
        key = json.dumps({name: value for name, value in part.items() if name != "verbs"})
        known = found.setdefault(key, {**part, "verbs": []})
        known["verbs"] = [*known["verbs"], *part["verbs"]]
    return list(found.values())


FIELDS = {
    "apiGroups": "APIGroups",
    "resources": "Resources",
    "nonResourceURLs": "NonResourceURLs",
    "resourceNames": "ResourceNames",
    "verbs": "Verbs",
}
"""Fields of a rule by their names in Go, in the order in which Go prints them."""


def rule_text(rule: Rule) -> str:
    """A rule as Go prints it: {APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}."""
    said = [f"{go}:{list_text(rule[name])}" for name, go in FIELDS.items() if rule.get(name)]
    return "{" + ", ".join(said) + "}"


def list_text(values: Iterable[str]) -> str:
    """Texts as Go prints them with %q."""
    return "[" + " ".join(json.dumps(value) for value in values) + "]"
