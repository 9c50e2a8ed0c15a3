"""What the DaemonSet controller reads of its pods."""

from kubelearn.controllers.daemon_pods import by_node, look_at


def _pod(name, node, phase="Running", **metadata):
    metadata = {"name": name, "labels": {"controller-revision-hash": "a"}, **metadata}
    return {"metadata": metadata, "spec": {"nodeName": node}, "status": {"phase": phase}}


def test_an_unchanged_pod_is_not_read_again():
    """The very same object keeps its look."""
    pod = _pod("one", "n1")
    first = look_at({}, [pod])
    assert look_at(first, [pod])["one"] is first["one"]


def test_a_changed_pod_is_read_again():
    """Another revision of the pod has another look."""
    first = look_at({}, [_pod("one", "n1")])
    again = look_at(first, [_pod("one", "n1", phase="Failed")])
    assert (first["one"].ended, again["one"].ended) == (False, True)


def test_a_pod_that_is_gone_is_forgotten():
    """Only the pods that are there are kept."""
    first = look_at({}, [_pod("one", "n1"), _pod("two", "n2")])
    assert list(look_at(first, [first["two"].pod])) == ["two"]


def test_a_pod_that_goes_and_has_ended_leaves_room():
    """A node with only such a pod counts as empty; one that only goes is still there."""
    pods = [
        _pod("one", "n1", phase="Failed", deletionTimestamp="2026-01-01T00:00:00Z"),
        _pod("two", "n2", deletionTimestamp="2026-01-01T00:00:00Z"),
    ]
    assert list(by_node(look_at({}, pods))) == ["n2"]


def test_a_pod_is_updated_by_revision_or_generation():
    """As `is_updated` of the rolling update says of the pod itself."""
    one = look_at({}, [_pod("one", "n1", labels={"pod-template-generation": "3"})])["one"]
    assert [one.is_updated("a", ""), one.is_updated("", "3"), one.is_updated("b", "4")] == [
        False,
        True,
        False,
    ]
