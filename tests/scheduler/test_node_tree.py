"""The order of nodes over zones."""

from kubelearn.scheduler.node_tree import NodeTree, zone_of


def test_zones_take_turns() -> None:
    """First of each zone, second of each zone; short zones run out."""
    tree = NodeTree()
    for name, zone in [("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a"), ("c1", "c")]:
        tree.add(name, ("", zone))
    assert tree.names() == ["a1", "b1", "c1", "a2", "a3"]


def test_an_emptied_zone_goes() -> None:
    """A zone that comes back stands last."""
    tree = NodeTree()
    for name, zone in [("a1", "a"), ("b1", "b")]:
        tree.add(name, ("", zone))
    tree.remove("a1", ("", "a"))
    tree.add("a2", ("", "a"))
    assert tree.names() == ["b1", "a2"]


def test_zone_of_reads_old_labels_too() -> None:
    """The labels of before 1.17 count where the new ones are absent."""
    assert zone_of(
        {"failure-domain.beta.kubernetes.io/region": "r", "topology.kubernetes.io/zone": "z"}
    ) == ("r", "z")
