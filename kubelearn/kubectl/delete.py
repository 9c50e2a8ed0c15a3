"""`kubectl delete`: asks for the deletion of objects, and lets time pass until they are gone.

Source: kubectl `pkg/cmd/delete/delete.go`, `pkg/cmd/wait/wait.go`, Kubernetes 1.36.

Unlike the real one: without `--timeout` it waits for an hour at most.
"""

from __future__ import annotations

import argparse

from kubelearn.api.errors import NotFound
from kubelearn.api.objects import Object
from kubelearn.kubectl.builder import Chosen, chosen, each
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.layout import kind_name
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.printed import dry
from kubelearn.kubectl.waiting import LONGEST, TIMED_OUT, until
from kubelearn.world.references import Reference

CASCADES = {"true": "Background", "false": "Orphan"}
"""Older values of `--cascade`."""
IMMEDIATE = (
    "Warning: Immediate deletion does not wait for confirmation that the running resource has been "
    "terminated. The resource may continue to run on the cluster indefinitely."
)


def delete(client: Client, words: list[str]) -> str:
    """What `kubectl delete OBJECTS` prints."""
    options = _parser().parse(words)
    if options.now and options.grace_period >= 0:
        raise UsageError("--now and --grace-period cannot be specified together")
    if options.force:
        client.stderr.append(IMMEDIATE)
    wanted = _delete_options(options)
    gone: list[Reference] = []

    def act(one: Chosen) -> str:
        try:
            client.delete(one.reference, wanted)
        except NotFound:
            if options.ignore_not_found or options.all or options.selector:
                return ""
            raise
        gone.append(one.reference)
        return _sentence(one.reference, options)

    text = each(client, chosen(client, options, options.words), act)
    if options.wait and not options.force and options.dry_run == "none":
        _wait(client, gone, options.timeout)
    if not text and not client.failures and (options.all or options.selector):
        return "No resources found"
    return text


def _parser() -> Parser:
    parser = Parser("delete", "namespace", "selection", "files", "dry run", "output")
    for flag in ("now", "force", "ignore-not-found"):
        parser.switch(f"--{flag}")
    parser.switch("--wait", default=True)
    parser.add_argument("--grace-period", type=int, default=-1)
    parser.add_argument("--timeout", default="")
    parser.add_argument("--cascade", default="background")
    parser.alone("--cascade", value="background")
    return parser


def _delete_options(options: argparse.Namespace) -> Object:
    grace = 1 if options.now else options.grace_period
    if grace == 0 and not options.force:
        # Without --force even 0 waits until the pod has really gone.
        grace = 1
    if options.force and grace < 0:
        grace = 0
    policy = CASCADES.get(options.cascade, options.cascade.capitalize())
    wanted: Object = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": policy}
    if grace >= 0:
        wanted["gracePeriodSeconds"] = grace
    if options.dry_run == "server":
        wanted["dryRun"] = ["All"]
    return wanted


def _sentence(reference: Reference, options: argparse.Namespace) -> str:
    name = f"{kind_name(reference.kind)}"
    if options.output == "name":
        return f"{name}/{reference.name}"
    word = "force deleted" if options.force else "deleted"
    where = f" from {reference.namespace} namespace" if reference.namespace else ""
    return f'{name} "{reference.name}" {word}{where}{dry(options)}'


def _wait(client: Client, gone: list[Reference], timeout: str) -> None:
    """Let time pass until all are gone; the controllers that work on that have their turn."""

    def all_gone() -> bool:
        return not any(map(client.find, gone))

    if not until(client, all_gone, timeout or LONGEST):
        client.failed(UsageError(TIMED_OUT))
