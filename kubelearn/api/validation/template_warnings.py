"""What a workload may say, but hardly means: its name, and its pod template.

Source: WarningsOnCreate and WarningsOnUpdate in `pkg/registry/{apps,batch}/*/strategy.go`, 1.36.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import part
from kubelearn.api.validation.names import dns1123_label
from kubelearn.api.validation.pod import pod_create_warnings, pod_warnings

NAME = (
    "metadata.name: this is used in Pod names and hostnames, which can result in surprising "
    "behavior; a DNS label is recommended:"
)
MANY_INDEXES = (
    "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than "
    "10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail"
)


def pod(new: Object, old: Object | None) -> list[str]:
    """Pods are looked at when they are created."""
    return pod_create_warnings(new) if old is None else []


def name(new: Object, old: Object | None) -> list[str]:
    """The name of a workload begins the host names of its pods."""
    if old is not None:
        return []
    messages = dns1123_label(part(new, "metadata").get("name", ""))
    return [f"{NAME} [{' '.join(messages)}]"] if messages else []


def template(new: Object, old: Object | None) -> list[str]:
    """The pod template of a workload, when its spec is new."""
    if old is not None and old.get("spec") == new.get("spec"):
        return []
    return pod_warnings(part(part(new, "spec"), "template"), "spec.template")


def pod_template(new: Object, old: Object | None) -> list[str]:
    """A PodTemplate, when its template is new."""
    if old is not None and old.get("template") == new.get("template"):
        return []
    return pod_warnings(part(new, "template"), "template")


def job(new: Object, old: Object | None) -> list[str]:
    """A Job, which may also have too many indexes."""
    spec = part(new, "spec")
    many = (spec.get("completions") or 0) > 100_000 and (spec.get("parallelism") or 0) > 10_000
    indexed = many and spec.get("completionMode") == "Indexed"
    return ([MANY_INDEXES] if indexed else []) + template(new, old)


def job_template(new: Object, old: Object | None) -> list[str]:
    """The pod template in the Job template of a CronJob."""
    if old is not None and old.get("spec") == new.get("spec"):
        return []
    spec = part(part(part(new, "spec"), "jobTemplate"), "spec")
    return pod_warnings(part(spec, "template"), "spec.jobTemplate.spec.template")
