"""Which group grows."""

import pytest

from kubelearn.controllers.clusterautoscaler.expander import EXPANDERS, best
from kubelearn.controllers.clusterautoscaler.scale_up import option_of
from kubelearn.controllers.clusterautoscaler.settings import NodeGroup
from tests.controllers.clusterautoscaler.objects import pod

PODS = [pod(f"web-{number}", cpu="1", memory="2Gi") for number in range(3)]
GROUPS = [
    NodeGroup("tight", 0, 9, cpu="3", memory="6Gi", price=5.0),
    NodeGroup("tiny", 0, 2, cpu="1", memory="4Gi", price=0.5),
    NodeGroup("huge", 0, 9, cpu="32", memory="64Gi", price=9.0),
]
OPTIONS = [option_of(group, group.maximum, PODS) for group in GROUPS]
CHOICES = {
    "least-waste": ["tight"],
    "most-pods": ["tight", "huge"],
    "least-nodes": ["tight", "huge"],
    "price": ["tiny"],
    "random": ["tight", "tiny", "huge"],
}


@pytest.mark.parametrize("name", EXPANDERS)
def test_each_expander_likes_something_else(name):
    """Ties are left to the next in the chain, or to a draw."""
    assert [option.group.name for option in best(OPTIONS, name)] == CHOICES[name]


def test_a_chain_goes_on_with_what_is_left():
    """First most pods, then the price."""
    assert [option.group.name for option in best(OPTIONS, "most-pods,price")] == ["tight"]


def test_an_option_counts_nodes_and_pods():
    """As far as the group may grow."""
    tiny = OPTIONS[1]
    assert (tiny.nodes, len(tiny.pods)) == (2, 2)
    assert option_of(GROUPS[1], 2, [pod(cpu="2")]) is None
