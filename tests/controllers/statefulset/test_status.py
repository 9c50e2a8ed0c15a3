"""The status of a StatefulSet."""

from kubelearn.controllers.statefulset.status import Counts, status_of

SET = {
    "metadata": {"generation": 1},
    "spec": {"replicas": 3, "updateStrategy": {"type": "RollingUpdate"}},
}


def revision(statefulset, counts):
    """The current revision after an update from a to b."""
    return status_of(statefulset, counts, ("a", "b"), 0)["currentRevision"]


def test_a_complete_update_becomes_current():
    """All pods are updated and ready."""
    assert revision(SET, Counts(3, 3, 3, 0, 3)) == "b"


def test_an_unready_pod_keeps_the_old_revision():
    """Two of three are ready."""
    assert revision(SET, Counts(3, 2, 2, 0, 3)) == "a"


def test_a_missing_pod_keeps_the_old_revision():
    """Both that are there are updated and ready, but there should be three."""
    assert revision(SET, Counts(2, 2, 2, 0, 2)) == "a"


def test_on_delete_never_becomes_current():
    """The current revision stays."""
    spec = {"replicas": 3, "updateStrategy": {"type": "OnDelete"}}
    assert revision({**SET, "spec": spec}, Counts(3, 3, 3, 0, 3)) == "a"
