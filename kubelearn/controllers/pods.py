"""What the workload controllers share about pods: activity, availability, creation, deletion.

Source: `pkg/controller/controller_utils.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.api.errors import APIError, NotFound
from kubelearn.api.objects import Object, condition, is_terminating
from kubelearn.api.times import parse_timestamp, timestamp
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

TERMINAL = ("Succeeded", "Failed")


def is_active(pod: Object) -> bool:
    """Whether a pod counts as a replica: neither ended nor asked to go."""
    return pod["status"].get("phase") not in TERMINAL and not is_terminating(pod)


def is_going(pod: Object) -> bool:
    """Whether a pod has been asked to go and has not ended yet."""
    return is_terminating(pod) and pod["status"].get("phase") not in TERMINAL


def is_ready(pod: Object) -> bool:
    """Whether the condition Ready is True."""
    for found in pod["status"].get("conditions") or ():
        if found["type"] == "Ready":
            return bool(found["status"] == "True")
    return False


def ready_since(pod: Object) -> int | None:
    """When the pod became ready, in ns; None when it is not."""
    found = condition(pod, "Ready")
    if found is None or found["status"] != "True" or not found.get("lastTransitionTime"):
        return None
    return parse_timestamp(found["lastTransitionTime"])


def is_available(pod: Object, min_ready_seconds: int, now: int) -> bool:
    """Whether a pod has been ready for at least so many seconds."""
    if not min_ready_seconds:
        return is_ready(pod)
    since = ready_since(pod)
    return since is not None and since + min_ready_seconds * SECOND <= now


def next_available(pods: Iterable[Object], min_ready_seconds: int, now: int) -> int | None:
    """Nanoseconds until the next ready pod becomes available, or None."""
    if not min_ready_seconds:
        return None
    since = (ready_since(pod) for pod in pods)
    times = (time + min_ready_seconds * SECOND for time in since if time is not None)
    return min((time - now for time in times if time > now), default=None)


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
        if not namespace_goes(error):
            text = f"Error creating: {error}"
            context.recorder.event(owner, "Warning", "FailedCreate", text, component)
        raise
    text = f"Created pod: {made['metadata']['name']}"
    context.recorder.event(owner, "Normal", "SuccessfulCreate", text, component)
    return made


def delete_pod(context: Context, owner: Object, pod: Object, component: str) -> None:
    """Delete a pod and tell its owner; a pod that is gone already is no error."""
    metadata = pod["metadata"]
    try:
        context.api.delete("pods", metadata["namespace"], metadata["name"])
    except NotFound:
        return
    except APIError as error:
        text = f"Error deleting: {error}"
        context.recorder.event(owner, "Warning", "FailedDelete", text, component)
        raise
    text = f"Deleted pod: {metadata['name']}"
    context.recorder.event(owner, "Normal", "SuccessfulDelete", text, component)


def namespace_goes(error: APIError) -> bool:
    """Whether a create was refused because its namespace is being deleted: no use to try again."""
    causes = (error.details or {}).get("causes") or ()
    return any(cause.get("reason") == "NamespaceTerminating" for cause in causes)


def with_disruption(pod: Object, reason: str, message: str, now: int) -> list[Object]:
    """The conditions of a pod with DisruptionTarget, which tells that its end was not its own."""
    others = pod["status"].get("conditions") or ()
    told = {
        "type": "DisruptionTarget",
        "status": "True",
        "observedGeneration": pod["metadata"].get("generation", 1),
        "lastProbeTime": None,
        "lastTransitionTime": timestamp(now),
        "reason": reason,
        "message": message,
    }
    return [*(one for one in others if one["type"] != "DisruptionTarget"), told]
