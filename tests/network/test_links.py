"""The wires between nodes."""

from types import SimpleNamespace

import pytest

from kubelearn.network.links import OTHER_ZONE, SAME_NODE, SAME_ZONE, ZONE, Links
from kubelearn.runtime.part import fork_part
from tests.network.small import server


@pytest.fixture
def links():
    """Nodes a and b in one zone, c in another."""
    api = server()
    for name, zone in (("a", "1"), ("b", "1"), ("c", "2")):
        metadata = {"name": name, "labels": {ZONE: zone}}
        api.store.put("nodes", ("", name), {"metadata": metadata, "spec": {}})
    return Links(SimpleNamespace(api=api))


def test_delays(links):
    """By how far two nodes are from each other."""
    assert [links.delay("a", each) for each in "abc"] == [SAME_NODE, SAME_ZONE, OTHER_ZONE]


def test_a_cut_link_carries_nothing_either_way(links):
    """Until it is mended."""
    links.cut("b", "a")
    assert not links.passes("a", "b")
    assert not links.passes("b", "a")
    links.mend("a", "b")
    assert links.passes("a", "b")


def test_a_cut_link_leaves_the_others_alone(links):
    """Routes round it are not taken."""
    links.cut("a", "b")
    assert links.passes("a", "c")
    assert links.passes("a", "a")


def test_a_fork_cuts_its_own_links(links):
    """The two never influence each other."""
    twin = fork_part(links, links.context)
    twin.cut("a", "b")
    assert links.passes("a", "b")
