"""What kubectl says of a verb that it does not know.

Source: cobra 1.10 `command.go` (SuggestionsFor), `cobra.go` (ld).
"""

from __future__ import annotations

from collections.abc import Iterable

REAL = (
    "alpha",
    "annotate",
    "api-resources",
    "api-versions",
    "apply",
    "attach",
    "auth",
    "autoscale",
    "certificate",
    "cluster-info",
    "completion",
    "config",
    "cordon",
    "cp",
    "create",
    "debug",
    "delete",
    "describe",
    "diff",
    "drain",
    "edit",
    "events",
    "exec",
    "explain",
    "expose",
    "get",
    "help",
    "kuberc",
    "kustomize",
    "label",
    "logs",
    "options",
    "patch",
    "plugin",
    "port-forward",
    "proxy",
    "replace",
    "rollout",
    "run",
    "scale",
    "set",
    "taint",
    "top",
    "uncordon",
    "version",
    "wait",
)
"""The verbs of the real one, in the order in which it suggests them."""
WHY = {
    "attach": "nobody can end it in a cell: use logs",
    "cp": "no container has the tar that it needs",
    "edit": "a cell has no editor: use apply or patch",
    "port-forward": "a cell opens no ports: use serve",
    "proxy": "a cell opens no ports: use get --raw",
}
"""Verb of the real one → why a cell has none, and what serves instead."""
NEAR = 2
"""The number of letters that may differ."""


def unknown_command(word: str, known: Iterable[str]) -> str:
    """The sentence about a verb: not modelled, or no verb at all with what was meant perhaps."""
    if word in REAL:
        why = f" ({WHY[word]})" if word in WHY else ""
        verbs = ", ".join(known)
        return f"kubectl {word} is not modelled here, only in the real one{why}; these are: {verbs}"
    text = f'unknown command "{word}" for "kubectl"'
    near = [verb for verb in REAL if _near(word.lower(), verb)]
    return f"{text}\n\nDid you mean this?\n" + "".join(f"\t{v}\n" for v in near) if near else text


def _near(word: str, verb: str) -> bool:
    return verb.startswith(word) or _distance(word, verb) <= NEAR


def _distance(one: str, other: str) -> int:
    """The number of letters to put in, take out or change (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, wanted in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (letter != wanted))
    return row[-1]
