"""`kubectl taint`: put taints on nodes, or take them away.

Source: kubectl `pkg/cmd/taint/taint.go`, `utils.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.api.objects import Object
from kubelearn.kubectl.builder import Chosen, chosen, each
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.printed import said, write_of

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


class Change(NamedTuple):
    """One word: a taint to set, or to take away (of any effect when `effect` is "")."""

    key: str
    value: str
    effect: str
    removed: bool

    def matches(self, taint: Object) -> bool:
        """Whether it is about this taint of a node."""
        return bool(self.key == taint["key"] and self.effect in ("", taint["effect"]))

    def __str__(self) -> str:
        return f"{self.key}:{self.effect}" if self.effect else self.key


def taint(client: Client, words: list[str]) -> str:
    """What `kubectl taint node NAME KEY=VALUE:EFFECT KEY:EFFECT-` prints."""
    parser = Parser("taint", "selection", "dry run", "output")
    parser.switch("--overwrite")
    options = parser.parse(words)
    options.namespace = ""
    changes = [_change(word) for word in options.words if _is_change(word)]
    names = [word for word in options.words if not _is_change(word)]
    if not changes:
        raise UsageError("at least one taint update is required")

    def act(one: Chosen) -> str:
        node = client.get(one.reference)
        spec = {**node["spec"], "taints": _changed(node, changes, options.overwrite)}
        operation = _operation(node, changes, options.overwrite)
        new = {**node, "spec": spec}
        if options.dry_run != "client":
            patch = {"spec": {"taints": spec["taints"]}}
            new = client.patch(one.reference, patch, "merge", write_of(options, "kubectl-taint"))
        return said(one.reference.kind, new, operation, options)

    return each(client, chosen(client, options, names), act)


def _operation(node: Object, changes: list[Change], overwrite: bool) -> str:
    """Something new, something gone, or both: what `--overwrite` takes for granted."""
    present = node["spec"].get("taints") or []
    gone = any(change.matches(one) for change in changes for one in present)
    new = any(not change.removed for change in changes)
    return "modified" if overwrite or (gone and new) else "tainted" if new else "untainted"


def _is_change(word: str) -> bool:
    return any(sign in word for sign in "=:") or word.endswith("-")


def _change(word: str) -> Change:
    text = word.removesuffix("-")
    front, _, effect = text.partition(":")
    key, _, value = front.partition("=")
    if effect and effect not in EFFECTS:
        raise UsageError(f"invalid taint effect: {effect}, unsupported taint effect")
    if text == word and not effect:
        raise UsageError(f"unknown taint spec: {word}")
    return Change(key, value, effect, text != word)


def _changed(node: Object, changes: list[Change], overwrite: bool) -> list[Object]:
    present: list[Object] = node["spec"].get("taints") or []
    name = node["metadata"]["name"]
    taken = {(t["key"], t["effect"]) for t in present}
    new = [change for change in changes if not change.removed]
    if not overwrite and any((change.key, change.effect) in taken for change in new):
        keys = (c.key for c in new if (c.key, c.effect) in taken)
        listed = ", ".join(dict.fromkeys(keys))
        raise UsageError(
            f"node {name} already has {listed} taint(s) with same effect(s) and "
            "--overwrite is false"
        )
    for change in changes:
        if change.removed and not any(map(change.matches, present)):
            raise UsageError(f'taint "{change}" not found')
    kept = [one for one in present if not any(change.matches(one) for change in changes)]
    return [*map(_taint, new), *kept]


def _taint(change: Change) -> Object:
    value = {"value": change.value} if change.value else {}
    return {"effect": change.effect, "key": change.key, **value}
