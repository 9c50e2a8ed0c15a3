"""Defaults of Jobs and CronJobs (`pkg/apis/batch/v1/defaults.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.defaults.filling import each, fill, fill_empty, inside, present
from kubelearn.api.defaults.pod import default_pod_template_spec
from kubelearn.api.objects import Object, get_path
from kubelearn.api.validation.job_labels import (
    CONTROLLER_UID,
    JOB_NAME,
    LEGACY_CONTROLLER_UID,
    LEGACY_JOB_NAME,
)

MAX_INT32 = 2**31 - 1


def default_job(job: Object) -> Object:
    """One pod at a time to one completion, six retries; labels are those of the template."""
    job = fill(inside(job, "spec", _job_spec), {"status": {}})
    labels = get_path(job, "spec", "template", "metadata", "labels")
    if not labels:
        return job
    return inside(job, "metadata", lambda metadata: fill_empty(metadata, {"labels": labels}))


def _job_spec(spec: Object) -> Object:
    if spec.get("parallelism") is None and spec.get("completions") is None:
        spec = fill(spec, {"completions": 1})
    retries = MAX_INT32 if spec.get("backoffLimitPerIndex") is not None else 6
    replacement = "TerminatingOrFailed" if spec.get("podFailurePolicy") is None else "Failed"
    spec = fill(
        spec,
        {
            "parallelism": 1,
            "backoffLimit": retries,
            "completionMode": "NonIndexed",
            "suspend": False,
            "manualSelector": False,
            "podReplacementPolicy": replacement,
        },
    )
    return _template_parts(spec)


def _template_parts(spec: Object) -> Object:
    """What is set in Jobs and in the Jobs of a CronJob's template alike."""
    spec = present(spec, "podFailurePolicy", lambda policy: each(policy, "rules", _rule))
    return inside(spec, "template", default_pod_template_spec)


def _rule(rule: Object) -> Object:
    return each(rule, "onPodConditions", lambda pattern: fill_empty(pattern, {"status": "True"}))


def default_cronjob(cronjob: Object) -> Object:
    """Runs may overlap; three successes and one failure are kept."""
    return fill(inside(cronjob, "spec", _cronjob_spec), {"status": {}})


def _cronjob_spec(spec: Object) -> Object:
    spec = fill_empty(spec, {"concurrencyPolicy": "Allow"})
    spec = fill(
        spec,
        {
            "schedule": "",
            "suspend": False,
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 1,
        },
    )
    return inside(spec, "jobTemplate", _job_template)


def _job_template(template: Object) -> Object:
    return inside(fill(template, {"metadata": {}}), "spec", _template_parts)


def generate_selector(job: Object) -> Object:
    """The Job with selector and template labels made from its uid and name, as on creation.

    Labels that are set already stay; so does a manual selector.
    Source: `pkg/registry/batch/job/strategy.go`.
    """
    if get_path(job, "spec", "manualSelector"):
        return job
    metadata = job["metadata"]
    uid, name = metadata.get("uid", ""), metadata.get("name", "")
    made = {
        LEGACY_JOB_NAME: name,
        JOB_NAME: name,
        LEGACY_CONTROLLER_UID: uid,
        CONTROLLER_UID: uid,
    }
    return inside(job, "spec", lambda spec: _selected(spec, made))


def _selected(spec: Object, made: dict[str, str]) -> Object:
    def labelled(metadata: Object) -> Object:
        return inside(metadata, "labels", lambda labels: {**made, **labels})

    spec = inside(spec, "template", lambda template: inside(template, "metadata", labelled))
    own = {CONTROLLER_UID: made[CONTROLLER_UID]}
    return inside(
        spec,
        "selector",
        lambda selector: inside(selector, "matchLabels", lambda labels: {**own, **labels}),
    )
