"""`kubectl get`: tables as kubectl lays them out, or objects as YAML, JSON or names.

Source: kubectl `pkg/cmd/get/get.go`, Kubernetes 1.36.

Unlike the real one: no watching.
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

from kubelearn.api.errors import NotFound
from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.kubectl.builder import Asked, asked
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.layout import table
from kubelearn.kubectl.output import FORMS, FROM_FILES, in_order, read_from
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.raw import raw
from kubelearn.world.references import Reference

NO_TYPE = (
    'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list '
    "of supported resources.\n"
)
REQUIRED = (
    "Required resource not specified.\n"
    'Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl '
    "explain pods).\n"
    "See 'kubectl get -h' for help and examples"
)


class Found(NamedTuple):
    """Objects of one kind."""

    kind: Kind
    objects: list[Object]


def get(client: Client, words: list[str]) -> str:
    """What `kubectl get WORDS` prints."""
    parser = Parser("get", "namespace", "all namespaces")
    parser.add_argument("-l", "--selector", default="")
    parser.add_argument("--field-selector", default="")
    parser.add_argument("-o", "--output", default="")
    parser.add_argument("--sort-by", default="")
    parser.add_argument("-L", "--label-columns", action="append", default=[])
    for flag in ("show-labels", "no-headers", "ignore-not-found"):
        parser.switch(f"--{flag}")
    parser.add_argument("--raw", default="")
    parser.switch("--allow-missing-template-keys", default=True)
    options = parser.parse(words)
    if options.raw:
        return raw(client, options.raw)
    if not options.words:
        client.stderr.append(NO_TYPE)
        raise UsageError(REQUIRED)
    wanted = asked(client.world.api.kinds, options.words)
    found = _find(client, wanted, options)
    found = [Found(each.kind, in_order(each.objects, options.sort_by)) for each in found]
    objects = [obj for each in found for obj in each.objects]
    if client.failures and not objects:
        return ""
    form, _, argument = options.output.partition("=")
    if form in FROM_FILES:
        form, argument = read_from(form, argument)
    if form in ("", "wide"):
        if not objects and not options.ignore_not_found:
            client.stderr.append(_nothing(wanted, options))
        return _tables(client, found, options)
    if form not in FORMS:
        known = ",".join(sorted(["wide", *FORMS, *FROM_FILES]))
        raise UsageError(
            f'unable to match a printer suitable for the output format "{form}", '
            f"allowed formats are: {known}"
        )
    single = len(wanted) == 1 and len(wanted[0].names) == 1
    return FORMS[form](objects, argument, single, options)


def _find(client: Client, wanted: list[Asked], options: argparse.Namespace) -> list[Found]:
    """The objects by kind; what is missing is kept as a failure."""
    found: dict[str, Found] = {}
    for kind, names in wanted:
        place = options.namespace if kind.namespaced and not options.all_namespaces else ""
        into = found.setdefault(kind.resource, Found(kind, [])).objects
        if not names:
            selector, fields = options.selector, options.field_selector
            into.extend(client.list(kind, place, selector=selector, fields=fields))
        for name in names:
            try:
                into.append(client.get(Reference(kind, place, name)))
            except NotFound as error:
                if not options.ignore_not_found:
                    client.failed(error)
    return list(found.values())


def _tables(client: Client, found: list[Found], options: argparse.Namespace) -> str:
    """One table a kind; with several kinds their names stand before the objects' names."""
    shown = [each for each in found if each.objects]
    tables = [
        table(
            client.world.api,
            kind,
            objects,
            wide=options.output == "wide",
            namespaces=options.all_namespaces,
            label_columns=[name for text in options.label_columns for name in text.split(",")],
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
