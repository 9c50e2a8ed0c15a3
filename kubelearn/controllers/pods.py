"""What the workload controllers share about pods: adoption, activity, creation, availability.

Source: `pkg/controller/controller_utils.go`, `controller_ref_manager.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.api import selectors
from kubelearn.api.errors import APIError
from kubelearn.api.objects import (
    Object,
    condition,
    controller_of,
    get_path,
    is_terminating,
    is_true,
    owner_reference,
)
from kubelearn.api.times import parse_timestamp
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

TERMINAL = ("Succeeded", "Failed")


def is_active(pod: Object) -> bool:
    """Whether a pod counts as a replica: neither ended nor asked to go."""
    return pod["status"].get("phase") not in TERMINAL and not is_terminating(pod)


def is_ready(pod: Object) -> bool:
    """Whether the condition Ready is True."""
    return is_true(pod, "Ready")


def ready_since(pod: Object) -> int | None:
    """When the pod became ready, in ns; None when it is not."""
    found = condition(pod, "Ready")
    if found is None or found["status"] != "True" or not found.get("lastTransitionTime"):
        return None
    return parse_timestamp(found["lastTransitionTime"])


def available_at(pod: Object, min_ready_seconds: int) -> int | None:
    """When a ready pod counts as available, in ns; None when it is not ready."""
    since = ready_since(pod)
    return None if since is None else since + min_ready_seconds * SECOND


def next_available(pods: Iterable[Object], min_ready_seconds: int, now: int) -> int | None:
    """Nanoseconds until the next ready pod becomes available, or None."""
    if not min_ready_seconds:
        return None
    times = (available_at(pod, min_ready_seconds) for pod in pods)
    coming = [time - now for time in times if time is not None and time > now]
    return min(coming, default=None)


def claim(context: Context, owner: Object, resource: str) -> list[Object]:
    """The objects that belong to `owner`: its own that match, and orphans that it adopts.

    Own ones that match no longer are released.
    """
    matches = selectors.of(owner["spec"]["selector"]).matches
    api, metadata = context.api, owner["metadata"]
    claimed = []
    for obj in api.owned(resource, metadata["uid"]):
        if (controller_of(obj) or {}).get("uid") != metadata["uid"]:
            continue
        if matches(obj["metadata"].get("labels") or {}):
            claimed.append(obj)
        elif not is_terminating(owner):
            _release(context, resource, obj, metadata["uid"])
    if not is_terminating(owner):
        orphans = api.store.select(resource, "orphan", metadata["namespace"])
        wanted = [one for one in orphans if matches(one["metadata"].get("labels") or {})]
        claimed += [_adopt(context, resource, o, owner) for o in wanted if not is_terminating(o)]
    return sorted(claimed, key=lambda obj: str(obj["metadata"]["name"]))


def _adopt(context: Context, resource: str, obj: Object, owner: Object) -> Object:
    metadata = obj["metadata"]
    references = [*(metadata.get("ownerReferences") or ()), owner_reference(owner)]
    patch = {"metadata": {"ownerReferences": references}}
    return context.api.patch(resource, metadata["namespace"], metadata["name"], patch)


def _release(context: Context, resource: str, obj: Object, uid: str) -> None:
    metadata = obj["metadata"]
    left = [reference for reference in metadata["ownerReferences"] if reference["uid"] != uid]
    patch = {"metadata": {"ownerReferences": left or None}}
    context.api.patch(resource, metadata["namespace"], metadata["name"], patch)


def pod_from_template(owner: Object, template: Object, references: list[Object]) -> Object:
    """A pod as a controller posts it; labels, spec and references are shared with its siblings."""
    given = template.get("metadata") or {}
    metadata: Object = {
        "generateName": f"{owner['metadata']['name']}-",
        "namespace": owner["metadata"]["namespace"],
        "ownerReferences": references,
    }
    for name in ("labels", "annotations", "finalizers"):
        if given.get(name):
            metadata[name] = given[name]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


def create_pod(context: Context, owner: Object, pod: Object, component: str) -> Object:
    """Create a pod and tell its owner; APIError after the event `FailedCreate`."""
    try:
        made = context.api.create(pod, user=f"system:serviceaccount:kube-system:{component}")
    except APIError as error:
        text = f"Error creating: {error}"
        context.recorder.event(owner, "Warning", "FailedCreate", text, component)
        raise
    text = f"Created pod: {made['metadata']['name']}"
    context.recorder.event(owner, "Normal", "SuccessfulCreate", text, component)
    return made


def delete_pod(context: Context, owner: Object, pod: Object, component: str) -> None:
    """Delete a pod and tell its owner."""
    metadata = pod["metadata"]
    context.api.delete("pods", metadata["namespace"], metadata["name"], uid=metadata["uid"])
    text = f"Deleted pod: {metadata['name']}"
    context.recorder.event(owner, "Normal", "SuccessfulDelete", text, component)


def restarts(pod: Object) -> int:
    """The highest restart count among the containers."""
    statuses = get_path(pod, "status", "containerStatuses", default=()) or ()
    return max((status.get("restartCount", 0) for status in statuses), default=0)
