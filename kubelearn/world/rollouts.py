"""The verbs of `kubectl rollout` that change something: undo, pause, resume, restart.

Source: `kubectl/pkg/polymorphichelpers/rollback.go`, `objectpauser.go`, `objectrestarter.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.api.times import timestamp
from kubelearn.controllers.adoption import controlled
from kubelearn.controllers.deployment import replicasets as rs
from kubelearn.controllers.revisions import REVISIONS, data_of, template_of
from kubelearn.sim.arguments import meant
from kubelearn.world.references import parse_reference

if TYPE_CHECKING:
    from kubelearn.world.world import World

DEPLOYMENTS, REPLICASETS = "deployments.apps", "replicasets.apps"
RESTARTED = "kubectl.kubernetes.io/restartedAt"
WORKLOADS = (DEPLOYMENTS, "daemonsets.apps", "statefulsets.apps")


class Change(NamedTuple):
    """What a verb does to a workload: a patch (None: nothing), and the word for it."""

    patch: Any
    done: str
    style: str = "merge"


def rollout(world: World, verb: str, reference: str, namespace: str, revision: int = 0) -> str:
    """Do one of `VERBS` to a workload; returns what kubectl prints.

    `revision` only counts for undo: 0 is the one before the present one.
    """
    if verb not in VERBS:
        text = f"rollout {verb} is unknown: choose {', '.join(VERBS)}"
        raise ValueError(text + meant(verb, VERBS))
    kind, place, name = parse_reference(world.api.kinds, reference, namespace)
    if kind.resource not in WORKLOADS:
        raise ValueError(f"a {kind.kind} has no rollout: choose {', '.join(WORKLOADS)}")
    obj = world.api.get(kind.resource, place, name)
    change = change_of(world, verb, kind, obj, revision)
    if change.patch is not None:
        world.api.patch(kind.resource, place, name, change.patch, style=change.style)
    return f"{kind.kind.lower()}.{kind.group}/{name} {change.done}"


def change_of(world: World, verb: str, kind: Kind, obj: Object, revision: int = 0) -> Change:
    """The patch that one of `VERBS` makes of a workload; ValueError when it cannot."""
    return VERBS[verb](world, kind, obj, revision)


def _pause(_world: World, kind: Kind, obj: Object, _revision: int) -> Change:
    if kind.resource != DEPLOYMENTS:
        raise ValueError(f"{kind.resource} {_quoted(obj)} pausing is not supported")
    if obj["spec"].get("paused"):
        raise ValueError(f"{kind.resource} {_quoted(obj)} is already paused")
    return Change({"spec": {"paused": True}}, "paused")


def _resume(_world: World, kind: Kind, obj: Object, _revision: int) -> Change:
    if kind.resource != DEPLOYMENTS:
        raise ValueError(f"{kind.resource} {_quoted(obj)} resuming is not supported")
    if not obj["spec"].get("paused"):
        raise ValueError(f"{kind.resource} {_quoted(obj)} is not paused")
    return Change({"spec": {"paused": None}}, "resumed")


def _restart(world: World, kind: Kind, obj: Object, _revision: int) -> Change:
    if obj["spec"].get("paused"):
        text = "can't restart paused deployment (run rollout resume first)"
        raise ValueError(f"{kind.resource} {_quoted(obj)} {text}")
    annotations = {RESTARTED: timestamp(world.clock.now)}
    patch = {"spec": {"template": {"metadata": {"annotations": annotations}}}}
    return Change(patch, "restarted")


def _undo(world: World, kind: Kind, obj: Object, revision: int) -> Change:
    if revision < 0:
        raise ValueError(f"unable to find specified revision {revision} in history")
    deployment = kind.resource == DEPLOYMENTS
    found = _chosen(revisions(world, kind, obj), revision)
    if found is None and deployment:
        raise ValueError(f"no rollout history found for deployment {_quoted(obj)}")
    if deployment and obj["spec"].get("paused"):
        raise ValueError(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout "
            "resume' and try again"
        )
    if found is None:
        raise ValueError("no last revision to roll back to")
    if found.matches(obj):
        text = "skipped rollback (current template already matches revision"
        return Change(None, f"{text} {found.number})")
    patch = [{"op": "replace", "path": "/spec/template", "value": found.template}]
    if deployment:
        kept = obj["metadata"].get("annotations") or {}
        annotations = {name: value for name, value in kept.items() if name in rs.NOT_COPIED}
        annotations |= rs.copied_annotations(found.keeper)
        patch.append({"op": "add", "path": "/metadata/annotations", "value": annotations})
    return Change(patch, "rolled back", "json")


class Revision(NamedTuple):
    """One state that a workload was in."""

    number: int
    keeper: Object
    """The ReplicaSet or ControllerRevision that has kept it."""
    template: Object

    def matches(self, obj: Object) -> bool:
        """Whether a workload is in this state."""
        if self.keeper["kind"] == "ReplicaSet":
            return rs.find_new(obj, [self.keeper]) is not None
        return bool(self.keeper["data"] == data_of(obj["spec"]["template"]))


def revisions(world: World, kind: Kind, obj: Object) -> list[Revision]:
    """The states of a Deployment, DaemonSet or StatefulSet that are kept, oldest first."""
    uid = obj["metadata"]["uid"]
    if kind.resource == DEPLOYMENTS:
        found = [
            Revision(rs.revision_of(one), one, rs.without_hash(one["spec"]["template"]))
            for one in controlled(world.api.owned(REPLICASETS, uid), uid)
        ]
    else:
        found = [
            Revision(int(one["revision"]), one, template_of(one))
            for one in controlled(world.api.owned(REVISIONS, uid), uid)
        ]
    return sorted(found, key=lambda one: one.number)


def _chosen(found: list[Revision], number: int) -> Revision | None:
    """The state with a number; with 0 the last but one, or None when there is only one."""
    if not number:
        return found[-2] if len(found) > 1 else None
    for one in found:
        if one.number == number:
            return one
    raise ValueError(f"unable to find specified revision {number} in history")


def _quoted(obj: Object) -> str:
    return f'"{obj["metadata"]["name"]}"'


VERBS: dict[str, Callable[[Any, Kind, Object, int], Change]] = {
    "undo": _undo,
    "pause": _pause,
    "resume": _resume,
    "restart": _restart,
}
"""Word after `rollout` → what it does."""
