"""One kubectl command line: which verb it is, and what it prints.

Unlike the real one: verbs that are not in the table are refused by name (the real kubectl knows
them all, see `serve`); nothing waits for the keyboard.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import NamedTuple

from kubelearn.api.errors import APIError
from kubelearn.kubectl.api_resources import api_resources, api_versions
from kubelearn.kubectl.apply import apply
from kubelearn.kubectl.auth import auth
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.cluster_info import cluster_info
from kubelearn.kubectl.create import create
from kubelearn.kubectl.debug import debug
from kubelearn.kubectl.delete import delete
from kubelearn.kubectl.describe import describe
from kubelearn.kubectl.diff import diff
from kubelearn.kubectl.drain import cordon, drain, uncordon
from kubelearn.kubectl.events import events
from kubelearn.kubectl.execute import exec_program
from kubelearn.kubectl.explain import explain
from kubelearn.kubectl.expose import expose
from kubelearn.kubectl.failures import UsageError, stderr_text
from kubelearn.kubectl.get import get
from kubelearn.kubectl.kubeconfig import config
from kubelearn.kubectl.label import annotate, label
from kubelearn.kubectl.logs import logs
from kubelearn.kubectl.patch import patch
from kubelearn.kubectl.replace import replace
from kubelearn.kubectl.rollout import rollout
from kubelearn.kubectl.running import run_pod
from kubelearn.kubectl.scale import autoscale, scale
from kubelearn.kubectl.setting import set_fields
from kubelearn.kubectl.spelling import unknown_command
from kubelearn.kubectl.taint import taint
from kubelearn.kubectl.top import top
from kubelearn.kubectl.version import version
from kubelearn.kubectl.wait import wait

VERBS: dict[str, Callable[[Client, list[str]], str]] = {
    "annotate": annotate,
    "api-resources": api_resources,
    "api-versions": api_versions,
    "apply": apply,
    "auth": auth,
    "autoscale": autoscale,
    "cluster-info": cluster_info,
    "config": config,
    "cordon": cordon,
    "create": create,
    "debug": debug,
    "delete": delete,
    "describe": describe,
    "diff": diff,
    "drain": drain,
    "events": events,
    "exec": exec_program,
    "explain": explain,
    "expose": expose,
    "get": get,
    "label": label,
    "logs": logs,
    "patch": patch,
    "replace": replace,
    "rollout": rollout,
    "run": run_pod,
    "scale": scale,
    "set": set_fields,
    "taint": taint,
    "top": top,
    "uncordon": uncordon,
    "version": version,
    "wait": wait,
}
"""Verb → what it prints, without the line break at the end."""


class Printed(NamedTuple):
    """What stands on both outputs, and what went wrong."""

    stdout: str
    stderr: str
    code: int
    """How the program ends: 0 when all is well."""


def execute(client: Client, words: list[str]) -> Printed:
    """Do what a command line says; nothing is raised for what kubectl or the cluster refuses."""
    text = ""
    try:
        text = _verb(words)(client, words[1:])
    except (APIError, ValueError) as error:
        client.failed(error)
    lines = [*client.stderr, *map(stderr_text, client.failures)]
    return Printed(text, "\n".join(lines), 1 if client.failures else client.code)


def _verb(words: list[str]) -> Callable[[Client, list[str]], str]:
    if not words:
        raise UsageError('kubectl needs a verb, such as "get pods"')
    verb = VERBS.get(words[0])
    if verb is None:
        raise UsageError(unknown_command(words[0], VERBS))
    return verb


def run(client: Client, line: str) -> str:
    """What `kubectl LINE` prints; raises the refusal when it prints nothing else."""
    words = shlex.split(line)
    if words[:1] == ["kubectl"]:
        words = words[1:]
    printed = execute(client, words)
    if client.failures and not printed.stdout:
        first, *others = client.failures
        for other in others:
            first.add_note(stderr_text(other))
        raise first
    return "\n".join(filter(None, (printed.stdout, printed.stderr)))
