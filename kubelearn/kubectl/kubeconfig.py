"""`kubectl config`: which cluster is talked to, and as whom.

Source: kubectl `pkg/cmd/config`, Kubernetes 1.36.

Unlike the real one: the file is made up for the cluster at hand and cannot be changed; the address
in it is that of the API server inside the cluster, `serve` prints the one to reach it from outside.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable

from kubelearn.api import kubeconfig
from kubelearn.api.objects import Object
from kubelearn.api.yaml_output import to_yaml
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.jsonpath import render
from kubelearn.kubectl.layout import layout
from kubelearn.kubectl.parsing import Parser

SERVER = "https://127.0.0.1:6443"
"""Where the API server answers, as discovery says too."""
HEAD = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]


def config(client: Client, words: list[str]) -> str:
    """What `kubectl config view`, `current-context` and the like print."""
    if not words or words[0] not in READS:
        raise UsageError(f"kubectl config takes one of {', '.join(READS)}")
    parser = Parser(f"config {words[0]}")
    parser.add_argument("-o", "--output", default="")
    for flag in ("minify", "flatten", "raw", "no-headers"):
        parser.switch(f"--{flag}")
    found = kubeconfig.kubeconfig({"server": SERVER}, client.user)
    return READS[words[0]](found, parser.parse(words[1:]), client)


def _view(found: Object, options: argparse.Namespace, _client: Client) -> str:
    form, _, template = options.output.partition("=")
    if form == "json":
        return json.dumps(found, indent=4)
    if form == "jsonpath":
        return render(template, found, missing=True)
    if form not in ("", "yaml"):
        raise UsageError(f"config view -o {form}: choose yaml, json or jsonpath=TEMPLATE")
    return to_yaml(found).rstrip("\n")


def _current(found: Object, _options: argparse.Namespace, _client: Client) -> str:
    return str(found["current-context"])


def _contexts(found: Object, options: argparse.Namespace, client: Client) -> str:
    wanted = options.words or [each["name"] for each in found["contexts"]]
    rows = []
    for each in found["contexts"]:
        if each["name"] in wanted:
            mark = "*" if each["name"] == found["current-context"] else ""
            context = each["context"]
            place = [context[field] for field in ("cluster", "user", "namespace")]
            rows.append([mark, each["name"], *place])
    known = [row[1] for row in rows]
    for name in sorted(set(wanted) - set(known)):
        client.failed(UsageError(f"context {name} not found"))
    if options.output == "name":
        return "\n".join(known)
    return layout(rows if options.no_headers else [HEAD, *rows])


def _clusters(found: Object, _options: argparse.Namespace, _client: Client) -> str:
    return "\n".join(["NAME", *(each["name"] for each in found["clusters"])])


def _users(found: Object, _options: argparse.Namespace, _client: Client) -> str:
    return "\n".join(["NAME", *(each["name"] for each in found["users"])])


READS: dict[str, Callable[[Object, argparse.Namespace, Client], str]] = {
    "view": _view,
    "current-context": _current,
    "get-contexts": _contexts,
    "get-clusters": _clusters,
    "get-users": _users,
}
"""Word after `config` → what it prints of the file."""
