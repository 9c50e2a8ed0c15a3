"""What the DaemonSet controller reads of its pods."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.controllers.daemon_pods import DaemonPods, Template, tally

GOING = "2026-01-01T00:00:00Z"


def _pod(name, node, phase="Running", **metadata):
    metadata = {"name": name, "labels": {"controller-revision-hash": "a"}, **metadata}
    return {"metadata": metadata, "spec": {"nodeName": node}, "status": {"phase": phase}}


def test_an_unchanged_pod_is_not_read_again():
    """The very same object keeps its look."""
    pods = [_pod("one", "n1"), _pod("two", "n2")]
    first = DaemonPods().see(pods)
    second = first.see([pods[0], _pod("two", "n2", phase="Failed")])
    assert second.placed["n1"][0] is first.placed["n1"][0]


def test_a_changed_pod_is_read_again():
    """Another revision of the pod has another look."""
    first = DaemonPods().see([_pod("one", "n1")])
    again = first.see([_pod("one", "n1", phase="Failed")])
    assert (first.placed["n1"][0].ended, again.placed["n1"][0].ended) == (False, True)


def test_a_pod_that_is_gone_is_forgotten():
    """Only the pods that are there are kept."""
    pods = [_pod("one", "n1"), _pod("two", "n2")]
    assert list(DaemonPods().see(pods).see(pods[1:]).placed) == ["n2"]


def test_a_pod_that_goes_and_has_ended_leaves_room():
    """A node with only such a pod counts as empty; one that only goes is still there."""
    pods = [
        _pod("one", "n1", phase="Failed", deletionTimestamp=GOING),
        _pod("two", "n2", deletionTimestamp=GOING),
    ]
    assert list(DaemonPods().see(pods).placed) == ["n2"]


def test_unusual_nodes():
    """Those with two pods, or with one that goes or has ended."""
    pods = [
        _pod("a", "fine"),
        _pod("b", "two"),
        _pod("c", "two"),
        _pod("d", "goes", deletionTimestamp=GOING),
        _pod("e", "ended", phase="Failed"),
    ]
    assert DaemonPods().see(pods).unusual == {"two", "goes", "ended"}


def test_a_pod_is_of_the_present_template_by_revision_or_generation():
    """As `is_updated` of the rolling update says of the pod itself."""
    one = DaemonPods().see([_pod("one", "n1", labels={"pod-template-generation": "3"})])
    (template,) = one.templates()
    assert template == Template("", "3")
    assert [template.is_present(*now) for now in (("a", ""), ("", "3"), ("b", "4"))] == [
        False,
        True,
        False,
    ]


def test_the_oldest_of_each_node_are_counted():
    """One for each node that has any."""
    pods = [_pod("a", "n1", creationTimestamp="2"), _pod("b", "n1", creationTimestamp="1")]
    seen = DaemonPods().see(pods)
    oldest = seen.oldest(["n0", "n1"])
    assert [one.pod["metadata"]["name"] for one in oldest] == ["b"]
    assert tally(seen.sorts_on({"n0", "n1"}), "a", "") == (0, 1)
    assert sum(seen.sorts.values()) == 2


acts = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["n1", "n2", "n3"]),
        st.sampled_from(["Running", "Failed", "gone"]),
        st.booleans(),
    ),
    max_size=12,
)


@given(acts)
def test_seen_step_by_step_or_at_once(steps):
    """What is kept up to date equals what is made anew, in the same order."""
    table, kept = {}, DaemonPods()
    for number, node, phase, going in steps:
        name = f"pod-{number}"
        table.pop(name, None)
        if phase != "gone":
            marks = {"deletionTimestamp": GOING} if going else {}
            table[name] = _pod(name, node, phase, creationTimestamp=name, **marks)
        objects = [table[key] for key in sorted(table)]
        kept = kept.see(objects)
        anew = DaemonPods().see(objects)
        assert list(anew.placed) == list(kept.placed)
        assert (anew.unusual, anew.sorts) == (kept.unusual, kept.sorts)
        nodes = {"n1", "n2"}
        assert kept.sorts_on(nodes) == Counter(one.sort for one in anew.oldest(nodes))
        assert {n: list(p) for n, p in anew.placed.items()} == {
            n: list(p) for n, p in kept.placed.items()
        }
