"""`kubectl rollout`: undo, pause, resume, restart, history, and status, which waits.

Source: kubectl `pkg/cmd/rollout/*.go`, `pkg/polymorphichelpers/history.go`, Kubernetes 1.36.

Unlike the real one: `history` shows no single revision; without `--timeout` status waits for an
hour at most.
"""

from __future__ import annotations

import argparse

from kubelearn.api.apply import LAST_APPLIED
from kubelearn.api.objects import Object
from kubelearn.kubectl.builder import Chosen, chosen, each
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.layout import kind_name, layout, qualified
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.printed import dry, write_of
from kubelearn.kubectl.rollout_status import rollout_status
from kubelearn.kubectl.waiting import LONGEST, TIMED_OUT, until
from kubelearn.world.references import Reference
from kubelearn.world.rollouts import VERBS, WORKLOADS, change_of, revisions

MANAGER = "kubectl-rollout"
DELETED = "object has been deleted"
APPLIED = (
    "Warning: resource {} was previously managed with 'kubectl apply'. Rolling back will not "
    "update the kubectl.kubernetes.io/last-applied-configuration annotation, which may cause "
    "unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' "
    "with your previous configuration file instead."
)
CHANGE_CAUSE = "kubernetes.io/change-cause"
WORDS = (*VERBS, "history", "status")


def rollout(client: Client, words: list[str]) -> str:
    """What `kubectl rollout VERB WORKLOAD` prints; with `status` time passes until it ends."""
    if not words or words[0] not in WORDS:
        raise UsageError(f"kubectl rollout takes one of {', '.join(WORDS)}")
    verb, *rest = words
    parser = Parser(f"rollout {verb}", "namespace", "selection", "files", "dry run")
    parser.add_argument("--to-revision", type=int, default=0)
    parser.add_argument("--timeout", default="")
    parser.switch("-w", "--watch", default=True)
    options = parser.parse(rest)

    def act(one: Chosen) -> str:
        if verb == "status":
            return _status(client, one.reference, options)
        if one.reference.kind.resource not in WORKLOADS:
            kind = qualified(one.reference.kind)
            raise UsageError(f'no history viewer has been implemented for "{kind}"')
        if verb == "history":
            return _history(client, one.reference)
        return _change(client, verb, one.reference, options)

    return each(client, chosen(client, options, options.words), act)


def _change(client: Client, verb: str, wanted: Reference, options: argparse.Namespace) -> str:
    obj = client.get(wanted)
    applied = LAST_APPLIED in (obj["metadata"].get("annotations") or {})
    if verb == "undo" and applied:
        client.stderr.append(APPLIED.format(f"{wanted.kind.plural}/{wanted.name}"))
    change = change_of(client.world, verb, wanted.kind, obj, options.to_revision)
    if change.patch is not None and options.dry_run != "client":
        client.patch(wanted, change.patch, change.style, write_of(options, MANAGER))
    return f"{kind_name(wanted.kind)}/{wanted.name} {change.done}{dry(options)}"


def _history(client: Client, wanted: Reference) -> str:
    obj = client.get(wanted)
    head = f"{kind_name(wanted.kind)}/{wanted.name} "
    found = revisions(client.world, wanted.kind, obj)
    if not found:
        return f"{head}\nNo rollout history found."
    rows = [[str(one.number), _cause(one.keeper)] for one in found if one.number]
    return f"{head}\n{layout([['REVISION', 'CHANGE-CAUSE'], *rows], minimum=0, padding=2)}\n"


def _cause(keeper: Object) -> str:
    annotations = keeper["metadata"].get("annotations") or {}
    return annotations.get(CHANGE_CAUSE) or "<none>"


def _status(client: Client, wanted: Reference, options: argparse.Namespace) -> str:
    watch = Watch(wanted, client.get(wanted))
    if not watch.ended and options.watch:
        reached = until(client, lambda: watch.look(client), options.timeout or LONGEST)
        if not reached:
            watch.error = TIMED_OUT
    if watch.error:
        client.failed(UsageError(watch.error))
    return "\n".join(watch.lines)


class Watch:
    """A workload that is looked at after each of its changes."""

    def __init__(self, wanted: Reference, obj: Object) -> None:
        self.wanted = wanted
        self.lines: list[str] = []
        """What has been printed."""
        self.error = ""
        self.done = False
        self._tell(obj)

    @property
    def ended(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.done or bool(self.error)

    def look(self, client: Client) -> bool:
        """Whether the command ends now; prints what is new."""
        obj = client.find(self.wanted)
        if obj is None:
            self.error = DELETED
        elif _version(obj) != _version(self._seen):
            self._tell(obj)
        return self.ended

    def _tell(self, obj: Object) -> None:
        self._seen = obj
        status = rollout_status(obj)
        if status.message:
            self.lines.append(status.message.rstrip("\n"))
        self.done, self.error = status.done, status.error


def _version(obj: Object) -> str:
    return str(obj["metadata"]["resourceVersion"])
