"""The census of ReplicaSets: counted on at each write, shared with no fork."""

from kubelearn.api.families import Families


def pod(owner="rs", ready="True", **metadata):
    """A pod of a ReplicaSet."""
    reference = {"kind": "ReplicaSet", "name": owner, "uid": owner, "controller": True}
    return {
        "metadata": {"labels": {"app": "web"}, "ownerReferences": [reference], **metadata},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": ready}]},
    }


def test_a_pod_counts_once_and_moves_with_its_state():
    """Unready, ready, asked to go, gone."""
    families, one, two, three = Families(), pod(ready="False"), pod(), pod(deletionTimestamp="x")
    families.update(None, one)
    families.update(one, two)
    ((sort, count),) = families.census("rs").items()
    assert (sort.ready, sort.terminating, count) == (True, False, 1)
    families.update(two, three)
    ((sort, count),) = families.census("rs").items()
    assert (sort.terminating, count) == (True, 1)
    families.update(three, None)
    assert families.census("rs") == {}


def test_other_owners_are_not_counted():
    """A bare pod, and the pod of a DaemonSet."""
    families = Families()
    families.update(None, {"metadata": {}, "status": {}})
    reference = {"kind": "DaemonSet", "name": "d", "uid": "d", "controller": True}
    families.update(None, pod(ownerReferences=[reference]))
    assert families.census("d") == {}


def test_a_fork_counts_by_itself():
    """What one side writes the other does not see."""
    families = Families()
    families.update(None, pod())
    twin = families.fork()
    twin.update(None, pod())
    assert (sum(families.census("rs").values()), sum(twin.census("rs").values())) == (1, 2)
    assert sum(Families.of({("a", "b"): pod()}).census("rs").values()) == 1
