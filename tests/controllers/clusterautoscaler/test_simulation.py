"""Whether pods would find a place."""

import pytest

from kubelearn.controllers.clusterautoscaler.simulation import Place, largest_first, put
from tests.controllers.clusterautoscaler.objects import node, pod

TAINT = {"key": "a", "effect": "NoSchedule"}
REFUSALS = {
    "Insufficient cpu": (pod(cpu="5"), node()),
    "Insufficient memory": (pod(memory="17Gi"), node()),
    "node(s) had untolerated taint(s)": (pod(), node(taints=[TAINT])),
    "node(s) were unschedulable": (pod(), node(unschedulable=True)),
    "node(s) didn't match Pod's node affinity/selector": (
        pod(nodeSelector={"disk": "ssd"}),
        node(),
    ),
}


@pytest.mark.parametrize("text", REFUSALS)
def test_a_refusal_is_in_the_schedulers_words(text):
    """Of the filter that refuses first."""
    one, there = REFUSALS[text]
    assert Place(there).refuses(one) == text


def test_what_is_taken_is_not_free():
    """Four pods of one core fill a node of four."""
    pods = [pod(f"web-{number}") for number in range(6)]
    places = [Place(node("a"))]
    assert [one["metadata"]["name"] for one in put(pods, places)] == ["web-4", "web-5"]


def test_utilization_is_the_larger_share():
    """Of what is requested."""
    assert Place(node(), [pod(cpu="1", memory="8Gi")]).utilization() == 0.5


def test_large_pods_go_first():
    """So that small ones fill what is left."""
    pods = [pod("small", cpu="1"), pod("large", cpu="3")]
    assert [one["metadata"]["name"] for one in largest_first(pods, node())] == ["large", "small"]
