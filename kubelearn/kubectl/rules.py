"""RBAC rules as `kubectl auth can-i --list` shows them: taken apart, joined by resource, sorted.

Source: kubectl `pkg/util/rbac/rbac.go`, `pkg/describe/describe.go` (CombineResourceGroup),
Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kubelearn.api.objects import Object


class Rule(NamedTuple):
    """One rule about one resource, or about one URL."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()

    def target(self) -> str:
        """`deployments.apps/scale`; "" of a rule about a URL."""
        if not self.resources:
            return ""
        resource, slash, below = self.resources[0].partition("/")
        group = f".{self.groups[0]}" if self.groups[0] else ""
        return f"{resource}{group}{slash}{below}"

    def text(self) -> str:
        """How Go prints it: the rules stand in the order of these texts."""
        names = ("Verbs", "APIGroups", "Resources", "ResourceNames", "NonResourceURLs")
        fields = (f"{name}:{spaced(each)}," for name, each in zip(names, self, strict=True))
        return f"&PolicyRule{{{''.join(fields)}}}"


def compact(rules: Iterable[Object]) -> list[Rule]:
    """The rules by resource with all verbs, and by URL and verb; sorted."""
    joined: dict[tuple[tuple[str, ...], ...], Rule] = {}
    urls: list[Rule] = []
    for rule in (part for each in rules for part in _broken_down(each)):
        if rule.urls:
            urls.append(rule)
            continue
        known = joined.setdefault(rule[1:], rule)
        if rule.verbs[0] not in known.verbs:
            joined[rule[1:]] = known._replace(verbs=known.verbs + rule.verbs)
    return sorted([*urls, *joined.values()], key=Rule.text)


def _broken_down(rule: Object) -> Iterator[Rule]:
    """Rules with one verb, and one resource and name or one URL each."""
    verbs = rule.get("verbs") or ()
    names: list[tuple[str, ...]] = [(name,) for name in rule.get("resourceNames") or ()]
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            for verb in verbs:
                yield from (Rule((verb,), (group,), (resource,), name) for name in names or [()])
    for url in rule.get("nonResourceURLs") or ():
        yield from (Rule((verb,), urls=(url,)) for verb in verbs)


def spaced(texts: Iterable[str]) -> str:
    """How Go prints a list: `[get list]`."""
    return f"[{' '.join(texts)}]"
