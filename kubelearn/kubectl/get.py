"""`kubectl get`: tables as kubectl lays them out, or objects as YAML, JSON or names.

Source: kubectl `pkg/cmd/get/get.go`, cli-runtime `pkg/resource/builder.go`, Kubernetes 1.36.

Unlike the real one: no jsonpath, templates, custom columns, sorting or watching; what it writes to
the standard error stands behind the table.
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

from kubelearn.api import field_selectors
from kubelearn.api.errors import BadRequest, NotFound
from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.api.selector_text import SelectorError
from kubelearn.kubectl.layout import document, kind_name, table
from kubelearn.kubectl.parsing import Parser
from kubelearn.world import World

OUTPUTS = ("", "wide", "yaml", "json", "name")
ALL = (
    "pods",
    "replicationcontrollers",
    "services",
    "daemonsets.apps",
    "deployments.apps",
    "replicasets.apps",
    "statefulsets.apps",
    "horizontalpodautoscalers.autoscaling",
    "cronjobs.batch",
    "jobs.batch",
)
"""What `get all` means, in the order in which it is printed."""


class Asked(NamedTuple):
    """A kind, and the names of the objects that were asked for; () = all of them."""

    kind: Kind
    names: tuple[str, ...]


class Found(NamedTuple):
    """Objects of one kind."""

    kind: Kind
    objects: list[Object]


def _parser() -> argparse.ArgumentParser:
    parser = Parser("get")
    parser.add_argument("words", nargs="*")
    parser.add_argument("-n", "--namespace", default="default")
    parser.add_argument("-A", "--all-namespaces", action="store_true")
    parser.add_argument("-l", "--selector")
    parser.add_argument("--field-selector", default="")
    parser.add_argument("-o", "--output", default="", choices=OUTPUTS)
    parser.add_argument("--show-labels", action="store_true")
    parser.add_argument("--no-headers", action="store_true")
    return parser


def get(world: World, words: list[str]) -> str:
    """What `kubectl get WORDS` prints; NotFound when nothing of what was named is there."""
    options = _parser().parse_intermixed_args(words)
    asked = _asked(world, options.words)
    found, missing = _find(world, asked, options)
    objects = [obj for each in found for obj in each.objects]
    if missing and not objects:
        raise NotFound("\n".join(missing))
    lines = [f"Error from server (NotFound): {text}" for text in missing]
    if options.output in ("yaml", "json"):
        single = len(asked) == 1 and len(asked[0].names) == 1
        return "\n".join([document(objects, options.output, single=single), *lines])
    if options.output == "name":
        names = [f"{kind_name(f.kind)}/{o['metadata']['name']}" for f in found for o in f.objects]
        return "\n".join([*names, *lines])
    return "\n".join([_tables(world, found, options) or _nothing(asked, options), *lines])


def _asked(world: World, words: list[str]) -> list[Asked]:
    """`pods`, `pod a b`, `pods,svc`, `all`, `pod/a svc/b`."""
    if not words:
        raise ValueError('kubectl get needs a kind of object, such as "get pods"')
    named = world.api.kinds.named
    if any("/" in word for word in words):
        pairs = [word.partition("/") for word in words]
        for word, slash, name in pairs:
            if not slash or not name:
                raise ValueError(f"{word!r}: give all objects as kind/name, or one kind first")
        return [Asked(named(word), (name,)) for word, _, name in pairs]
    kinds = [one for word in words[0].split(",") for one in (ALL if word == "all" else (word,))]
    return [Asked(named(kind), tuple(words[1:])) for kind in kinds]


def _find(
    world: World, asked: list[Asked], options: argparse.Namespace
) -> tuple[list[Found], list[str]]:
    """The objects by kind, and a sentence for each that is missing."""
    found: dict[str, Found] = {}
    missing = []
    for kind, names in asked:
        place = options.namespace if kind.namespaced and not options.all_namespaces else None
        into = found.setdefault(kind.resource, Found(kind, [])).objects
        if not names:
            into.extend(_listed(world, kind, place, options))
        for name in names:
            try:
                into.append(world.api.get(kind.resource, place, name))
            except NotFound as error:
                missing.append(str(error))
    return list(found.values()), missing


def _listed(
    world: World, kind: Kind, namespace: str | None, options: argparse.Namespace
) -> list[Object]:
    try:
        fields = field_selectors.parse_fields(options.field_selector, kind.resource)
    except SelectorError as error:
        raise BadRequest(str(error)) from None
    listed = world.api.list(kind.resource, namespace, options.selector)
    return [obj for obj in listed if fields.matches(obj)]


def _tables(world: World, found: list[Found], options: argparse.Namespace) -> str:
    """One table a kind; with several kinds their names stand before the objects' names."""
    shown = [each for each in found if each.objects]
    tables = [
        table(
            world.api,
            kind,
            objects,
            wide=options.output == "wide",
            namespaces=options.all_namespaces,
            labels=options.show_labels,
            headers=not options.no_headers,
            prefix=len(found) > 1,
        )
        for kind, objects in shown
    ]
    return "\n\n".join(tables)


def _nothing(asked: list[Asked], options: argparse.Namespace) -> str:
    everywhere = options.all_namespaces or not any(each.kind.namespaced for each in asked)
    return "No resources found" + ("" if everywhere else f" in {options.namespace} namespace.")
