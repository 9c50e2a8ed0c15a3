"""The verbs of `kubectl rollout` that change something: undo, pause, resume, restart.

Source: `kubectl/pkg/polymorphichelpers/rollback.go`, `objectpauser.go`, `objectrestarter.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.api.times import timestamp
from kubelearn.controllers.adoption import controlled
from kubelearn.controllers.deployment import replicasets as rs
from kubelearn.controllers.revisions import REVISIONS, data_of, template_of
from kubelearn.world.references import parse_reference

if TYPE_CHECKING:
    from kubelearn.world.world import World

DEPLOYMENTS, REPLICASETS = "deployments.apps", "replicasets.apps"
RESTARTED = "kubectl.kubernetes.io/restartedAt"
WORKLOADS = (DEPLOYMENTS, "daemonsets.apps", "statefulsets.apps")


def rollout(world: World, verb: str, reference: str, namespace: str, revision: int = 0) -> str:
    """Do one of `VERBS` to a workload; returns what kubectl prints.

    `revision` only counts for undo: 0 is the one before the present one.
    """
    if verb not in VERBS:
        raise ValueError(f"rollout {verb} is unknown: choose {', '.join(VERBS)}")
    kind, place, name = parse_reference(world.api.kinds, reference, namespace)
    if kind.resource not in WORKLOADS:
        raise ValueError(f"a {kind.kind} has no rollout: choose {', '.join(WORKLOADS)}")
    obj = world.api.get(kind.resource, place, name)
    done = VERBS[verb](world, kind, obj, revision)
    return f"{kind.kind.lower()}.{kind.group}/{name} {done}"


def _patch(world: World, kind: Kind, obj: Object, patch: Any, style: str = "merge") -> None:
    metadata = obj["metadata"]
    place = (kind.resource, metadata["namespace"], metadata["name"])
    world.api.patch(*place, patch, style=style)


def _pause(world: World, kind: Kind, obj: Object, _revision: int) -> str:
    if kind.resource != DEPLOYMENTS:
        raise ValueError(f"{kind.resource} {_quoted(obj)} pausing is not supported")
    if obj["spec"].get("paused"):
        raise ValueError(f"{kind.resource} {_quoted(obj)} is already paused")
    _patch(world, kind, obj, {"spec": {"paused": True}})
    return "paused"


def _resume(world: World, kind: Kind, obj: Object, _revision: int) -> str:
    if kind.resource != DEPLOYMENTS:
        raise ValueError(f"{kind.resource} {_quoted(obj)} resuming is not supported")
    if not obj["spec"].get("paused"):
        raise ValueError(f"{kind.resource} {_quoted(obj)} is not paused")
    _patch(world, kind, obj, {"spec": {"paused": None}})
    return "resumed"


def _restart(world: World, kind: Kind, obj: Object, _revision: int) -> str:
    if obj["spec"].get("paused"):
        raise ValueError("can't restart paused deployment (run rollout resume first)")
    annotations = {RESTARTED: timestamp(world.clock.now)}
    _patch(world, kind, obj, {"spec": {"template": {"metadata": {"annotations": annotations}}}})
    return "restarted"


def _undo(world: World, kind: Kind, obj: Object, revision: int) -> str:
    if revision < 0:
        raise ValueError(f"unable to find specified revision {revision} in history")
    if kind.resource != DEPLOYMENTS:
        return _undo_by_revision(world, kind, obj, revision)
    if obj["spec"].get("paused"):
        raise ValueError(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout "
            "resume' and try again"
        )
    uid = obj["metadata"]["uid"]
    owned = sorted(controlled(world.api.owned(REPLICASETS, uid), uid), key=rs.revision_of)
    found = _chosen(owned, revision, rs.revision_of)
    if found is None:
        raise ValueError(f"no rollout history found for deployment {_quoted(obj)}")
    if rs.find_new(obj, [found]) is not None:
        return _skipped(rs.revision_of(found))
    kept = obj["metadata"].get("annotations") or {}
    annotations = {name: value for name, value in kept.items() if name in rs.NOT_COPIED}
    annotations |= rs.copied_annotations(found)
    patch = [
        {"op": "replace", "path": "/spec/template",
         "value": rs.without_hash(found["spec"]["template"])},
        {"op": "add", "path": "/metadata/annotations", "value": annotations},
    ]  # fmt: skip
    _patch(world, kind, obj, patch, "json")
    return "rolled back"


def _undo_by_revision(world: World, kind: Kind, obj: Object, revision: int) -> str:
    """Back to a ControllerRevision."""
    uid = obj["metadata"]["uid"]
    owned = sorted(controlled(world.api.owned(REVISIONS, uid), uid), key=_number)
    found = _chosen(owned, revision, _number)
    if found is None:
        raise ValueError("no last revision to roll back to")
    if found["data"] == data_of(obj["spec"]["template"]):
        return _skipped(_number(found))
    patch = [{"op": "replace", "path": "/spec/template", "value": template_of(found)}]
    _patch(world, kind, obj, patch, "json")
    return "rolled back"


def _chosen(owned: list[Object], revision: int, number: Callable[[Object], int]) -> Object | None:
    """The object with a revision; with 0 the last but one, or None when there is only one."""
    if not revision:
        return owned[-2] if len(owned) > 1 else None
    found = next((one for one in owned if number(one) == revision), None)
    if found is None:
        raise ValueError(f"unable to find specified revision {revision} in history")
    return found


def _number(revision: Object) -> int:
    return int(revision["revision"])


def _skipped(revision: int) -> str:
    return f"skipped rollback (current template already matches revision {revision})"


def _quoted(obj: Object) -> str:
    return f'"{obj["metadata"]["name"]}"'


VERBS: dict[str, Callable[[Any, Kind, Object, int], str]] = {
    "undo": _undo,
    "pause": _pause,
    "resume": _resume,
    "restart": _restart,
}
"""Word after `rollout` → what it does."""
