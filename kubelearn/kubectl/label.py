"""`kubectl label` and `kubectl annotate`: the same verb for two maps of an object.

Source: kubectl `pkg/cmd/label/label.go`, `pkg/cmd/annotate/annotate.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.api.objects import Object
from kubelearn.kubectl.builder import Chosen, chosen, each
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.printed import said, write_of


class Map(NamedTuple):
    """A map in the metadata, and how kubectl speaks of changing it."""

    verb: str
    field: str
    changed: str
    manager: str


LABELS = Map("label", "labels", "labeled", "kubectl-label")
ANNOTATIONS = Map("annotate", "annotations", "annotated", "kubectl-annotate")


def label(client: Client, words: list[str]) -> str:
    """What `kubectl label OBJECTS KEY=VALUE KEY-` prints."""
    return _change(client, words, LABELS)


def annotate(client: Client, words: list[str]) -> str:
    """What `kubectl annotate OBJECTS KEY=VALUE KEY-` prints."""
    return _change(client, words, ANNOTATIONS)


def _change(client: Client, words: list[str], which: Map) -> str:
    parser = Parser(which.verb, "namespace", "selection", "files", "dry run", "output")
    for flag in ("overwrite", "list"):
        parser.switch(f"--{flag}")
    options = parser.parse(words)
    names = [word for word in options.words if not _is_pair(word)]
    pairs = [word for word in options.words if _is_pair(word)]
    if not pairs and not options.list:
        raise UsageError(f"at least one {which.verb.removesuffix('e')} update is required")
    changes = dict(map(_pair, pairs))

    def act(one: Chosen) -> str:
        old = client.get(one.reference)
        present = old["metadata"].get(which.field) or {}
        if options.list:
            return "\n".join(f"{key}={value}" for key, value in present.items())
        if not options.overwrite:
            _check(present, changes)
        lines = _missing(present, changes, which)
        new = _changed(old, present, changes, which)
        if options.dry_run != "client":
            patch = {"metadata": {which.field: changes}}
            new = client.patch(one.reference, patch, "merge", write_of(options, which.manager))
        operation = _operation(present, changes, which)
        return "\n".join([*lines, said(one.reference.kind, new, operation, options)])

    return each(client, chosen(client, options, names), act)


def _is_pair(word: str) -> bool:
    return "=" in word or word.endswith("-")


def _pair(word: str) -> tuple[str, str | None]:
    """`KEY=VALUE`, or `KEY-`, which takes it away."""
    key, sign, value = word.partition("=")
    return (key, value) if sign else (word.removesuffix("-"), None)


def _check(present: Object, changes: dict[str, str | None]) -> None:
    taken = [key for key, value in changes.items() if value is not None and key in present]
    others = [key for key in taken if present[key] != changes[key]]
    for key in others:
        raise UsageError(f"'{key}' already has a value ({present[key]}), and --overwrite is false")


def _missing(present: Object, changes: dict[str, str | None], which: Map) -> list[str]:
    if which is ANNOTATIONS:
        return []
    gone = [key for key, value in changes.items() if value is None and key not in present]
    return [f'label "{key}" not found.' for key in gone]


def _changed(old: Object, present: Object, changes: dict[str, str | None], which: Map) -> Object:
    merged = {key: v for key, v in {**present, **changes}.items() if v is not None}
    return {**old, "metadata": {**old["metadata"], which.field: merged}}


def _operation(present: Object, changes: dict[str, str | None], which: Map) -> str:
    after = {key: value for key, value in {**present, **changes}.items() if value is not None}
    if which is ANNOTATIONS:
        return which.changed
    if after == present:
        return f"not {which.changed}"
    only_gone = all(value is None for value in changes.values())
    return f"un{which.changed}" if only_gone else which.changed
