"""`kubectl wait`: lets time pass until objects are as wanted.

Source: kubectl `pkg/cmd/wait/{wait,condition,json,delete,create}.go`, Kubernetes 1.36.

Unlike the real one: without `--timeout` it waits for 30 s, as there, and never for ever.
"""

from __future__ import annotations

from collections.abc import Callable

from kubelearn.api.objects import Object
from kubelearn.kubectl.builder import Chosen, chosen, each
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.jsonpath import parse, relaxed, shown, values
from kubelearn.kubectl.layout import kind_name
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.waiting import until
from kubelearn.world.references import Reference

Reached = Callable[[Object | None], bool]
"""Whether an object (None when it is gone) is as wanted."""


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
        found = {one["type"].lower(): one for one in conditions}.get(kind)
        return found is not None and found["status"].lower() == wanted and _observed(obj, found)

    return reached


def _observed(obj: Object | None, condition: Object) -> bool:
    """Whether a condition is about the present generation of its object."""
    status, metadata = (obj or {}).get("status") or {}, (obj or {})["metadata"]
    seen = condition.get("observedGeneration", status.get("observedGeneration"))
    return seen is None or bool(seen >= metadata.get("generation", 0))


def _has_value(text: str) -> Reached:
    """`{.status.phase}=Running`, or `{.status.podIP}` for any value."""
    given, sign, wanted = text.partition("}=")
    path = relaxed(given.strip("'\"").removesuffix("}") + "}" if sign else given.strip("'\""))
    parse(path)

    def reached(obj: Object | None) -> bool:
        found = values(path, obj or {})
        return bool(found) and (not sign or shown(found[0]) == wanted.strip("'\""))

    return reached
