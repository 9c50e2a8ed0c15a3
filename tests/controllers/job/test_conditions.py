"""Tests of the conditions of Jobs."""

from kubelearn.controllers.job.conditions import (
    decided,
    finished_as,
    is_finished,
    new_condition,
    with_condition,
)


def test_false_is_not_added() -> None:
    """A Job that was never suspended has no such condition."""
    made = new_condition("Suspended", "False", "JobResumed", "Job resumed", 0)
    assert with_condition([], made) == []


def test_nothing_new_changes_nothing() -> None:
    """The time of the transition stays."""
    old = [new_condition("Suspended", "True", "JobSuspended", "Job suspended", 0)]
    again = new_condition("Suspended", "True", "JobSuspended", "Job suspended", 9 * 10**9)
    assert with_condition(old, again) is old


def test_an_interim_condition_is_no_end() -> None:
    """FailureTarget says how, Failed says that."""
    made = new_condition("FailureTarget", "True", "DeadlineExceeded", "late", 0)
    job = {"status": {"conditions": [made]}}
    assert (decided(job), is_finished(job), finished_as(job)) == (
        ("FailureTarget", "DeadlineExceeded", "late"), False, "")  # fmt: skip
