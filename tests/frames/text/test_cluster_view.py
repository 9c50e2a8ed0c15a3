"""The cluster view as plain text."""

import pytest

from kubelearn.frames import cluster_view
from kubelearn.frames.states import STATES
from kubelearn.frames.text import cluster_view_text
from tests.frames.fake import FakeWorld, large_world, small_world


@pytest.fixture(scope="module")
def text() -> str:
    """The small world in words."""
    return cluster_view_text(cluster_view(small_world()))


@pytest.mark.parametrize(
    "words",
    [
        "At 1m30s: 3 of 4 nodes ready; 12 pods",
        "worker-2       Ready,SchedulingDisabled  cpu 1/4  memory 512Mi/16Gi  pods 4/110",
        "without a node: P",
        "X crashing (1)",
        "Deployment default/web: 2/3 ready",
        "default/web ClusterIP 10.96.0.20: 1 of 2 endpoints ready",
        "40s Warning BackOff Pod/crash: BackOff it",
    ],
)
def test_the_numbers_are_there(text: str, words: str) -> None:
    """All that the picture shows."""
    assert words in text


def test_a_letter_a_pod(text: str) -> None:
    """The node's row has the letters of its pods in their order."""
    rows = cluster_view(small_world())["pods"]
    letters = "".join(STATES[row["state"]].letter for row in rows if row["node"] == "worker-2")
    assert f"[{letters}]" in text


def test_every_zone_is_named_once(text: str) -> None:
    """Nodes stand below their zone."""
    assert [text.count("zone us-west-2a"), text.count("zone us-west-2b")] == [1, 1]


def test_lines_stay_short_with_many_pods() -> None:
    """Letters go on in the next line."""
    text = cluster_view_text(cluster_view(large_world(200, 1)))
    assert max(map(len, text.splitlines())) <= 100
    assert text.count("R") >= 200


def test_an_empty_world() -> None:
    """One sentence is enough."""
    assert cluster_view_text(cluster_view(FakeWorld())).strip().endswith("0 pods: none.")
