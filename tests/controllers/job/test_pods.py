"""Tests of the pods that Jobs make."""

from kubelearn.api.objects import Object
from kubelearn.controllers.job.pods import (
    FAILURES,
    FINALIZER,
    IGNORED,
    generate_name,
    is_failed,
    new_pod,
)
from tests.controllers.job.job_room import active, end, job_room

GOING = {"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}, "status": {"phase": "Running"}}


def test_a_pod_has_the_finalizer_and_its_index() -> None:
    """In label, annotation, host name and environment."""
    pod = active(job_room(completions=1, completionMode="Indexed"))[0]
    variable = pod["spec"]["containers"][0]["env"][0]
    path = "metadata.labels['batch.kubernetes.io/job-completion-index']"
    assert pod["metadata"]["finalizers"] == [FINALIZER]
    assert variable["valueFrom"]["fieldRef"]["fieldPath"] == path
    assert pod["spec"]["hostname"] == "job-0"


def test_a_long_name_is_cut_before_the_index() -> None:
    """Room is left for five letters."""
    assert len(generate_name("j" * 63, 12)) == 58


def test_a_going_pod_counts_as_failed_unless_its_end_is_waited_for() -> None:
    """The podReplacementPolicy tells."""
    found = [is_failed(GOING, {"spec": {"podReplacementPolicy": policy}})
             for policy in ("TerminatingOrFailed", "Failed")]  # fmt: skip
    assert found == [True, False]


def test_a_successor_knows_the_failures_before_it() -> None:
    """Counted and ignored ones apart."""
    rules = [{"action": "Ignore", "onExitCodes": {"operator": "In", "values": [7]}}]
    room = job_room(completions=1, completionMode="Indexed", backoffLimitPerIndex=3,
                    podFailurePolicy={"rules": rules})  # fmt: skip
    for code, wait in ((1, 10), (7, 20)):
        end(room, active(room)[0], code)
        room.run(wait)
    told = active(room)[0]["metadata"]["annotations"]
    assert (told[FAILURES], told[IGNORED]) == ("1", "1")


def test_a_plain_pod_has_no_index() -> None:
    """NonIndexed Jobs name pods after themselves only."""
    metadata = {"name": "job", "namespace": "default", "uid": "u"}
    spec: Object = {"template": {"spec": {}}}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}
    assert new_pod(job)["metadata"]["generateName"] == "job-"
