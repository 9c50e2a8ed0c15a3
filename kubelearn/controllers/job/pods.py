"""The pods of a Job: which count as failed, their finalizer, and how new ones are made.

Source: `pkg/controller/job/job_controller.go`, `tracking_utils.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.api.errors import NotFound
from kubelearn.api.objects import Object, get_path, is_terminating, owner_reference
from kubelearn.controllers.job.failure_policy import judge
from kubelearn.controllers.job.indexes import INDEX, in_range
from kubelearn.controllers.pods import pod_from_template
from kubelearn.runtime.part import Context

FINALIZER = "batch.kubernetes.io/job-tracking"
FAILURES = "batch.kubernetes.io/job-index-failure-count"
IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count"
ENVIRONMENT = "JOB_COMPLETION_INDEX"
NAME_LENGTH = 58
"""Of a generated name, before its five random letters."""


def is_tracked(pod: Object) -> bool:
    """Whether the pod has not been counted yet: it still has the finalizer."""
    return FINALIZER in (pod["metadata"].get("finalizers") or ())


def is_indexed(job: Object) -> bool:
    """Whether each pod has its own index."""
    return bool(job["spec"].get("completionMode") == "Indexed")


def is_suspended(job: Object) -> bool:
    """Whether the Job shall have no pods for now."""
    return bool(job["spec"].get("suspend"))


def per_index(job: Object) -> int | None:
    """`backoffLimitPerIndex` of an Indexed Job."""
    limit: int | None = job["spec"].get("backoffLimitPerIndex")
    return limit if is_indexed(job) else None


def replaces_only_failed(job: Object) -> bool:
    """Whether a pod that is going is replaced only when it has ended."""
    spec = job["spec"]
    return spec.get("podReplacementPolicy") == "Failed" or bool(spec.get("podFailurePolicy"))


def is_failed(pod: Object, job: Object) -> bool:
    """Whether a pod counts as failed; one that goes does too, unless its end is waited for."""
    phase = pod["status"].get("phase")
    if phase == "Failed":
        return True
    return not replaces_only_failed(job) and is_terminating(pod) and phase != "Succeeded"


def new_finished(job: Object, pods: Iterable[Object]) -> tuple[list[Object], list[Object]]:
    """(succeeded, failed) pods that are not in the status yet."""
    uncounted = job["status"].get("uncountedTerminatedPods") or {}
    succeeded, failed = (set(uncounted.get(name) or ()) for name in ("succeeded", "failed"))
    fresh = [pod for pod in pods if is_tracked(pod) and _counts(job, pod)]
    return (
        [p for p in fresh if p["status"].get("phase") == "Succeeded" and _uid(p) not in succeeded],
        [p for p in fresh if is_failed(p, job) and _uid(p) not in failed],
    )


def _uid(pod: Object) -> str:
    return str(pod["metadata"]["uid"])


def _counts(job: Object, pod: Object) -> bool:
    return not is_indexed(job) or in_range(pod, job["spec"]["completions"])


def failure_count(pod: Object, annotation: str = FAILURES) -> int:
    """How often the index of a pod had failed before it."""
    text = get_path(pod, "metadata", "annotations", annotation, default="0")
    return int(text) if text.isdigit() else 0


def all_failures(pod: Object) -> int:
    """The same with the failures that the policy ignores."""
    return failure_count(pod) + failure_count(pod, IGNORED)


def release(context: Context, pod: Object) -> Object | None:
    """Take the finalizer off a pod; its new state, None when it is gone."""
    if not is_tracked(pod):
        return pod
    metadata = pod["metadata"]
    left = [name for name in metadata["finalizers"] if name != FINALIZER]
    patch = {"metadata": {"finalizers": left or None}}
    try:
        return context.api.patch("pods", metadata["namespace"], metadata["name"], patch)
    except NotFound:
        return None


def generate_name(job_name: str, index: int | None) -> str:
    """The beginning of a pod's name; a long Job name is cut so that the index fits."""
    if index is None:
        return f"{job_name}-"
    end = f"-{index}-"
    return job_name[: NAME_LENGTH - len(end)] + end


def new_pod(job: Object, index: int | None = None, replaced: Object | None = None) -> Object:
    """A pod as the Job posts it; `replaced` is the failed pod of the same index, if any."""
    pod = pod_from_template(job, job["spec"]["template"], [owner_reference(job)])
    metadata = pod["metadata"]
    metadata["generateName"] = generate_name(job["metadata"]["name"], index)
    finalizers = metadata.get("finalizers") or []
    metadata["finalizers"] = [*(f for f in finalizers if f != FINALIZER), FINALIZER]
    if index is None:
        return pod
    text = str(index)
    annotations = {**(metadata.get("annotations") or {}), INDEX: text}
    if per_index(job) is not None:
        annotations |= _failure_annotations(job, replaced)
    metadata["annotations"] = annotations
    metadata["labels"] = {**(metadata.get("labels") or {}), INDEX: text}
    pod["spec"] = _with_index(pod["spec"], f"{job['metadata']['name']}-{index}")
    return pod


def _failure_annotations(job: Object, replaced: Object | None) -> dict[str, str]:
    if replaced is None:
        return {FAILURES: "0"}
    counts = judge(job["spec"].get("podFailurePolicy"), replaced).counts
    failures = failure_count(replaced) + counts
    ignored = failure_count(replaced, IGNORED) + (not counts)
    return {FAILURES: str(failures)} | ({IGNORED: str(ignored)} if ignored else {})


def _with_index(spec: Object, hostname: str) -> Object:
    """The spec with the index in the environment of every container, and its own host name."""
    field = {"fieldPath": f"metadata.labels['{INDEX}']"}
    variable = {"name": ENVIRONMENT, "valueFrom": {"fieldRef": field}}
    changed = {**spec, "hostname": hostname[:63]}
    for name in ("initContainers", "containers"):
        if spec.get(name):
            changed[name] = [_with_variable(one, variable) for one in spec[name]]
    return changed


def _with_variable(container: Object, variable: Object) -> Object:
    given = container.get("env") or []
    if any(one["name"] == ENVIRONMENT for one in given):
        return container
    return {**container, "env": [*given, variable]}
