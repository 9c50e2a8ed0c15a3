"""`kubectl wait`: lets time pass until objects are as wanted.

Source: kubectl `pkg/cmd/wait/{wait,condition,json,delete,create}.go`, Kubernetes 1.36.

Unlike the real one: a jsonpath is a plain path of fields and `[index]`es.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.kubectl.builder import Chosen, chosen, each
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.layout import kind_name
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.waiting import until
from kubelearn.world.references import Reference

Reached = Callable[[Object | None], bool]
"""Whether an object (None when it is gone) is as wanted."""
STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]")


def wait(client: Client, words: list[str]) -> str:
    """What `kubectl wait --for=... OBJECTS` prints; time passes meanwhile."""
    parser = Parser("wait", "namespace", "selection", "files")
    parser.add_argument("--for", dest="wanted", default="")
    parser.add_argument("--timeout", default="30s")
    options = parser.parse(words)
    reached, met = _condition(options.wanted)

    def act(one: Chosen) -> str:
        if options.wanted not in ("delete", "create"):
            client.get(one.reference)
        name = f"{kind_name(one.reference.kind)}/{one.reference.name}"
        if not until(client, lambda: reached(client.find(one.reference)), options.timeout):
            raise UsageError(f"timed out waiting for the condition on {_plural(one.reference)}")
        return f"{name} {met}"

    objects = chosen(client, options, options.words)
    if not objects:
        raise UsageError("no matching resources found")
    return each(client, objects, act)


def _plural(reference: Reference) -> str:
    return f"{reference.kind.plural}/{reference.name}"


def _condition(text: str) -> tuple[Reached, str]:
    """Whether it is reached, and the words for that."""
    word, _, rest = text.partition("=")
    if word == "delete":
        return lambda obj: obj is None, "deleted"
    if word == "create":
        return lambda obj: obj is not None, "condition met"
    if word == "condition":
        return _has_condition(rest), "condition met"
    if word == "jsonpath":
        return _has_value(rest), "condition met"
    raise UsageError(f'unrecognized condition: "{text}"')


def _has_condition(text: str) -> Reached:
    kind, _, status = text.partition("=")
    kind, wanted = kind.lower(), (status or "True").lower()

    def reached(obj: Object | None) -> bool:
        conditions = ((obj or {}).get("status") or {}).get("conditions") or ()
        for one in conditions:
            if one["type"].lower() == kind and one["status"].lower() == wanted:
                observed = one.get(
                    "observedGeneration", (obj or {}).get("status", {}).get("observedGeneration")
                )
                generation = (obj or {})["metadata"].get("generation", 0)
                return observed is None or observed >= generation
        return False

    return reached


def _has_value(text: str) -> Reached:
    """`{.status.phase}=Running`, or `{.status.podIP}` for any value."""
    path, sign, wanted = text.partition("=")
    steps = STEP.findall(path.strip("'{}\""))
    if not steps:
        raise UsageError("jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3")

    def reached(obj: Object | None) -> bool:
        value: Any = obj
        for name, index in steps:
            try:
                value = value[name] if name else value[int(index)]
            except (KeyError, IndexError, TypeError):
                return False
        return not sign or _go_text(value) == wanted.strip("'\"")

    return reached


def _go_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
