"""`kubectl rollout status`: sentences that the vectors leave out."""

import pytest

from kubelearn.kubectl.rollout_status import rollout_status


def deployment(**status):
    """A Deployment of two pods."""
    metadata = {"name": "web", "generation": 2}
    return {"kind": "Deployment", "metadata": metadata, "spec": {"replicas": 2}, "status": status}


def test_an_unseen_change_is_waited_for():
    """ObservedGeneration is behind."""
    found = rollout_status(deployment(observedGeneration=1))
    assert found.message == "Waiting for deployment spec update to be observed...\n"


def test_a_missed_deadline_is_an_error():
    """The command fails."""
    late = {"type": "Progressing", "reason": "ProgressDeadlineExceeded"}
    found = rollout_status(deployment(observedGeneration=2, conditions=[late]))
    assert found.error == 'deployment "web" exceeded its progress deadline'


def test_pods_that_are_not_updated_are_counted():
    """One of two."""
    found = rollout_status(deployment(observedGeneration=2, updatedReplicas=1, replicas=2))
    wanted = (
        'Waiting for deployment "web" rollout to finish: '
        "1 out of 2 new replicas have been updated...\n"
    )
    assert wanted == found.message


def test_other_kinds_have_no_rollout():
    """A pod."""
    with pytest.raises(ValueError, match="no status viewer for a Pod"):
        rollout_status({"kind": "Pod"})
