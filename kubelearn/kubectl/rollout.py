"""`kubectl rollout`: undo, pause, resume, restart, and status, which waits.

Source: kubectl `pkg/cmd/rollout/rollout_status.go`, Kubernetes 1.36.

Unlike the real one: one workload at a time, no history; without `--timeout` status waits for an
hour at most.
"""

from __future__ import annotations

import argparse

from kubelearn.api.objects import Object
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.rollout_status import rollout_status
from kubelearn.world import World
from kubelearn.world.references import Reference, parse_reference
from kubelearn.world.rollouts import VERBS

LONGEST = "1h"
"""How long status waits without `--timeout`."""
TIMED_OUT = "error: timed out waiting for the condition"
DELETED = "error: object has been deleted"


def rollout(world: World, words: list[str]) -> str:
    """What `kubectl rollout VERB WORKLOAD` prints; with `status` time passes until it ends."""
    parser = Parser("rollout")
    parser.add_argument("verb", choices=(*VERBS, "status"))
    parser.add_argument("workload", nargs="+")
    parser.add_argument("-n", "--namespace", default="default")
    parser.add_argument("--to-revision", type=int, default=0)
    parser.add_argument("--timeout", default="")
    parser.add_argument("-w", "--watch", choices=("true", "false"), default="true")
    options = parser.parse_intermixed_args(words)
    reference = "/".join(options.workload)
    if options.verb == "status":
        return _status(world, reference, options)
    return str(world.rollout(options.verb, reference, options.namespace, options.to_revision))


def _status(world: World, reference: str, options: argparse.Namespace) -> str:
    wanted = parse_reference(world.api.kinds, reference, options.namespace)
    watch = Watch(wanted, world.api.get(wanted.kind.resource, wanted.namespace, wanted.name))
    if not watch.done and options.watch == "true":
        try:
            world.run(until=watch.look, limit=options.timeout or LONGEST)
        except TimeoutError:
            watch.lines.append(TIMED_OUT)
    return "\n".join(watch.lines)


class Watch:
    """A workload that is looked at after each of its changes."""

    def __init__(self, wanted: Reference, obj: Object) -> None:
        self.wanted = wanted
        self.lines: list[str] = []
        """What has been printed."""
        self.done = False
        self._tell(obj)

    def look(self, world: World) -> bool:
        """Whether the command ends now; prints what is new."""
        wanted = self.wanted
        obj = world.api.find(wanted.kind.resource, wanted.namespace, wanted.name)
        if obj is None:
            self.lines.append(DELETED)
            self.done = True
        elif obj is not self._seen:
            self._tell(obj)
        return self.done

    def _tell(self, obj: Object) -> None:
        self._seen = obj
        status = rollout_status(obj)
        if status.message:
            self.lines.append(status.message.rstrip("\n"))
        if status.error:
            self.lines.append(f"error: {status.error}")
        self.done = status.done or bool(status.error)
