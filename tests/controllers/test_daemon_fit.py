"""Answers about nodes that are kept as long as the nodes stay the same."""

from kubelearn.controllers.daemon_fit import Fits, fits_of


def node(**labels):
    """A node."""
    return {"metadata": {"name": "n", "labels": labels}, "spec": {}, "status": {}}


def daemonset(**spec):
    """A DaemonSet whose pods have this spec."""
    return {"metadata": {"name": "d", "namespace": "default"}, "spec": {"template": {"spec": spec}}}


def test_a_heartbeat_leaves_the_answer():
    """The very same, since spec and labels are."""
    fits, one = Fits({"spec": {}}), node()
    assert fits.of(one) is fits.of({**one, "status": {"phase": "x"}})


def test_other_labels_are_judged_anew():
    """And then the answer is another one."""
    fits = Fits({"spec": {"nodeSelector": {"disk": "ssd"}}})
    assert [fits.of(one).come for one in (node(), node(disk="ssd"))] == [False, True]


def test_another_template_begins_anew():
    """What was known of the earlier one is forgotten."""
    known = {}
    before = fits_of(known, daemonset())
    picky = daemonset(nodeSelector={"disk": "ssd"})
    assert fits_of(known, picky) is not before
    assert not fits_of(known, picky).of(node()).come


def test_the_places_follow_the_nodes():
    """The very same while nothing that counts has changed."""
    fits = Fits({"spec": {"nodeSelector": {"disk": "ssd"}}})
    one = node(disk="ssd")
    first = fits.places([one])
    assert (first.names, first.come, first.stay) == ({"n"}, {"n"}, {"n"})
    assert fits.places([{**one, "status": {"phase": "x"}}]) is first
    assert fits.places([node()]).come == frozenset()
    assert fits.places([]).names == frozenset()
