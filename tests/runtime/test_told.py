"""An Event as the recorder keeps it."""

from kubelearn.runtime.told import About, Group, Told
from kubelearn.sim.clock import SECOND
from kubelearn.sim.draws import Draws

ABOUT = About("Node", "", "n", "u", "v1", "7")
TOLD = Told(1, "n.1", "kubelet", ABOUT, Group("n", "", "Normal", "Ready"), "text", 0, 0, 4)


def test_it_unfolds_to_an_event():
    """In the namespace default when its object has none; its UID is drawn when it is read."""
    event = TOLD.unfold()
    assert TOLD.key == ("default", "n.1")
    assert event["metadata"]["resourceVersion"] == "4"
    assert event["metadata"]["uid"] == Draws(1).uuid("uid", "events/default/n.1", 3)
    assert event["involvedObject"] == ABOUT.reference()
    assert event["source"] == {"component": "kubelet", "host": "n"}


def test_a_repetition_keeps_what_it_was():
    """Times, number and revision go on."""
    first, again = TOLD, TOLD._replace(last=5 * SECOND, times=2, revision=9)
    assert again.unfold()["metadata"]["uid"] == first.unfold()["metadata"]["uid"]
    assert again.unfold()["firstTimestamp"] == first.unfold()["lastTimestamp"]
    assert (again.unfold()["lastTimestamp"], again.unfold()["count"]) == (
        "2026-01-01T00:00:05Z",
        2,
    )


def test_without_a_host_the_source_is_the_component():
    """As of controllers."""
    event = TOLD._replace(group=Group("", "", "Normal", "Ready")).unfold()
    assert event["source"] == {"component": "kubelet"}
