"""Which objects a command line means: by kind and name, by label, or by files.

Source: cli-runtime `pkg/resource/builder.go`, Kubernetes 1.36.

Unlike the real one: no URLs, no kustomizations.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kubelearn.api.errors import APIError
from kubelearn.api.kinds import Kind, KindTable, NoKindMatch
from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.manifests import documents
from kubelearn.world.references import Reference

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
"""What `all` means, in the order in which it is printed."""
NO_TYPE = (
    "You must provide one or more resources by argument or filename.\n"
    "Example resource specifications include:\n"
    "   '-f rsrc.yaml'\n"
    "   '--filename=rsrc.json'\n"
    "   '<resource> <name>'\n"
    "   '<resource>'"
)
NO_NAME = "resource(s) were provided, but no name was specified"
MIXED = (
    "there is no need to specify a resource type as a separate argument when passing arguments in "
    "resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get "
    "resource resource/<resource_name>'"
)
SLASH = "arguments in resource/name form must have a single resource and name"


class Asked(NamedTuple):
    """A kind, and the names of the objects that were asked for; () = all of them."""

    kind: Kind
    names: tuple[str, ...]


class Chosen(NamedTuple):
    """One object that a command line means; `manifest` is what a file says of it."""

    reference: Reference
    manifest: Object | None = None
    source: str = ""


def asked(kinds: KindTable, words: list[str]) -> list[Asked]:
    """`pods`, `pod a b`, `pods,svc`, `all`, `pod/a svc/b`."""
    if not words:
        raise UsageError(NO_TYPE)
    if any("/" in word for word in words):
        return [_pair(kinds, word) for word in words]
    named = [one for word in words[0].split(",") for one in (ALL if word == "all" else (word,))]
    return [Asked(kinds.named(kind), tuple(words[1:])) for kind in named]


def _pair(kinds: KindTable, word: str) -> Asked:
    kind, slash, name = word.partition("/")
    if not slash:
        raise UsageError(MIXED)
    if not kind or not name or "/" in name:
        raise UsageError(SLASH)
    return Asked(kinds.named(kind), (name,))


def chosen(client: Client, options: argparse.Namespace, words: list[str]) -> list[Chosen]:
    """The objects of a command line; UsageError when it names none."""
    files = getattr(options, "filename", None)
    if files:
        return [_of_manifest(client, options, *found) for found in documents(client, files)]
    several = bool(getattr(options, "all", False) or getattr(options, "selector", ""))
    kinds = client.world.api.kinds
    return [one for each in asked(kinds, words) for one in _of_kind(client, each, options, several)]


def _of_manifest(client: Client, options: argparse.Namespace, obj: Object, source: str) -> Chosen:
    metadata = obj.get("metadata") or {}
    name, namespace = metadata.get("name", ""), metadata.get("namespace", "")
    try:
        kind = client.world.api.kinds.of(obj)
    except NoKindMatch as error:
        what = f'name: "{name}" namespace: "{namespace}" from "{source}"'
        raise UsageError(f"resource mapping not found for {what}: {error}") from None
    if not kind.namespaced:
        return Chosen(Reference(kind, "", name), obj, source)
    place = namespace or options.namespace
    placed = {**obj, "metadata": {**metadata, "namespace": place}}
    return Chosen(Reference(kind, place, name), placed, source)


def _of_kind(
    client: Client, wanted: Asked, options: argparse.Namespace, several: bool
) -> Iterator[Chosen]:
    kind, names = wanted
    place = options.namespace if kind.namespaced else ""
    if names:
        yield from (Chosen(Reference(kind, place, name)) for name in names)
        return
    if not several:
        raise UsageError(NO_NAME)
    everywhere = getattr(options, "all_namespaces", False)
    selector = getattr(options, "selector", "") or ""
    fields = getattr(options, "field_selector", "") or ""
    for obj in client.list(kind, "" if everywhere else place, selector=selector, fields=fields):
        metadata = obj["metadata"]
        yield Chosen(Reference(kind, metadata.get("namespace", ""), metadata["name"]))


def each(client: Client, objects: list[Chosen], act: Callable[[Chosen], str]) -> str:
    """What `act` says of each object; after an error about one the others still have their turn."""
    lines = []
    for one in objects:
        try:
            lines.append(act(one))
        except (APIError, UsageError) as error:
            client.failed(error)
    return "\n".join(filter(None, lines))
