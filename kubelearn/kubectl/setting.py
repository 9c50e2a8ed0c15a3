"""`kubectl set`: the image, the variables, the resources or the account of a pod template.

Source: kubectl `pkg/cmd/set/set_{image,env,resources,serviceaccount,selector}.go`, Kubernetes 1.36.

Unlike the real one: `set env` takes no values from other objects (`--from`); `set subject` is
absent.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kubelearn.api.objects import Object
from kubelearn.api.patch import apply_patch
from kubelearn.kubectl.builder import Chosen, chosen, each
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.printed import said, write_of

MANAGER = "kubectl-set"
TEMPLATE_OF = {"Pod": (), "CronJob": ("jobTemplate", "spec", "template", "spec")}
"""Kind → where below `spec` its pods' spec is; the others have a template."""
TEMPLATE = ("template", "spec")


class Setter(NamedTuple):
    """One word after `set`."""

    patch: Callable[[Object, argparse.Namespace, list[str]], Object]
    """The strategic patch for an object, from the flags and the words that are values."""
    done: str
    flags: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    last_word: bool = False
    """Whether the last word is a value although it has no `=`."""


def set_fields(client: Client, words: list[str]) -> str:
    """What `kubectl set image|env|resources|serviceaccount|selector` prints."""
    if not words or words[0] not in SETTERS:
        raise UsageError(f"kubectl set takes one of {', '.join(SETTERS)}")
    setter = SETTERS[words[0]]
    parser = Parser(f"set {words[0]}", "namespace", "selection", "files", "dry run", "output")
    for flag in setter.flags:
        parser.add_argument(f"--{flag}", default="")
    for flag in setter.switches:
        parser.switch(f"--{flag}")
    parser.add_argument("-c", "--containers", default="*")
    options = parser.parse(words[1:])
    values = [word for word in options.words if _is_value(word)]
    names = [word for word in options.words if not _is_value(word)]
    if setter.last_word and names:
        values.append(names.pop())

    def act(one: Chosen) -> str:
        old, kind = client.get(one.reference), one.reference.kind
        if getattr(options, "list", False):
            return "\n".join(_listed(old))
        patch = setter.patch(old, options, values)
        new = apply_patch("strategic", kind, old, patch)
        if new == old:
            return ""
        if options.dry_run != "client":
            new = client.patch(one.reference, patch, "strategic", write_of(options, MANAGER))
        return said(kind, new, setter.done, options)

    return each(client, chosen(client, options, names), act)


def _is_value(word: str) -> bool:
    return "=" in word or word.endswith("-")


def _template_path(obj: Object) -> tuple[str, ...]:
    return ("spec", *TEMPLATE_OF.get(obj["kind"], TEMPLATE))


def _template(obj: Object) -> Object:
    for field in _template_path(obj):
        obj = obj[field]
    return obj


def _on_template(obj: Object, patch: Object) -> Object:
    for field in reversed(_template_path(obj)):
        patch = {field: patch}
    return patch


def _on_containers(obj: Object, names: dict[str, Object]) -> Object:
    """A patch of containers by name; UsageError for a name that no container has."""
    spec = _template(obj)
    patch: Object = {}
    missing = dict(names)
    for group in ("initContainers", "containers"):
        found = [one["name"] for one in spec.get(group) or () if one["name"] in names]
        if found:
            patch[group] = [{"name": name, **names[name]} for name in found]
        for name in found:
            missing.pop(name, None)
    for name in missing:
        raise UsageError(f'unable to find container named "{name}"')
    return _on_template(obj, patch)


def _chosen_containers(obj: Object, pattern: str) -> list[Object]:
    containers: list[Object] = _template(obj)["containers"]
    return [one for one in containers if pattern in ("*", one["name"])]


def _image(obj: Object, _options: argparse.Namespace, values: list[str]) -> Object:
    pairs = [value.partition("=") for value in values]
    images = {name: image for name, _, image in pairs}
    if "*" in images:
        image = images["*"]
        return _on_containers(
            obj, {c["name"]: {"image": image} for c in _template(obj)["containers"]}
        )
    return _on_containers(obj, {name: {"image": image} for name, image in images.items()})


def _env(obj: Object, options: argparse.Namespace, values: list[str]) -> Object:
    changes = [_variable(value) for value in values]
    found = {one["name"]: one for one in _chosen_containers(obj, options.containers)}
    patches = {name: {"env": _possible(one, changes)} for name, one in found.items()}
    return _on_containers(obj, {name: patch for name, patch in patches.items() if patch["env"]})


def _possible(container: Object, changes: list[Object]) -> list[Object]:
    """The changes without the removals of variables that are not there."""
    present = {one["name"] for one in container.get("env") or ()}
    return [one for one in changes if "$patch" not in one or one["name"] in present]


def _variable(word: str) -> Object:
    name, sign, value = word.partition("=")
    if sign:
        return {"name": name, "value": value, "valueFrom": None}
    return {"name": name.removesuffix("-"), "$patch": "delete"}


def _listed(obj: Object) -> Iterator[str]:
    """The variables as `set env --list` shows them."""
    for container in _template(obj)["containers"]:
        yield f"# {obj['kind']} {obj['metadata']['name']}, container {container['name']}"
        for variable in container.get("env") or ():
            yield f"{variable['name']}={variable.get('value', '')}"


def _resources(obj: Object, options: argparse.Namespace, _values: list[str]) -> Object:
    wanted = {field: getattr(options, field) for field in ("limits", "requests")}
    if not any(wanted.values()):
        raise UsageError(
            "you must specify an update to requests or limits (in the form of --requests/--limits)"
        )
    parts = {
        field: dict(pair.split("=", 1) for pair in text.split(","))
        for field, text in wanted.items()
        if text
    }
    found = _chosen_containers(obj, options.containers)
    return _on_containers(obj, {one["name"]: {"resources": parts} for one in found})


def _serviceaccount(obj: Object, _options: argparse.Namespace, values: list[str]) -> Object:
    return _on_template(obj, {"serviceAccountName": values[-1]})


def _selector(obj: Object, _options: argparse.Namespace, values: list[str]) -> Object:
    wanted = dict(pair.split("=", 1) for value in values for pair in value.split(","))
    old = obj["spec"].get("selector") or {}
    return {"spec": {"selector": dict.fromkeys(old) | wanted}}


SETTERS = {
    "image": Setter(_image, "image updated"),
    "env": Setter(_env, "env updated", switches=("list", "overwrite")),
    "resources": Setter(_resources, "resource requirements updated", flags=("limits", "requests")),
    "serviceaccount": Setter(_serviceaccount, "serviceaccount updated", last_word=True),
    "selector": Setter(_selector, "selector updated"),
}
"""Word after `set` → what it changes."""
