"""Two worlds side by side."""

import pytest

from kubelearn.cluster import Cluster
from kubelearn.frames import FRAMES, comparison
from tests.frames.fake import node, pod, running, small_world


def test_equal_worlds_have_no_difference() -> None:
    """A fork just made."""
    assert comparison(small_world(), small_world())["summary"] == "No difference."


def test_differences() -> None:
    """Rows of one side only, and rows that say otherwise."""
    left, right = small_world(), small_world()
    left.delete("pods", ("default", "done"))
    right.put("pods", pod("extra"))
    right.put("nodes", node("worker-1", ready="False"))
    found = comparison(left, right)["differences"]
    assert found["nodes"] == {"left": [], "right": [], "changed": ["node/worker-1"]}
    assert found["pods"]["right"] == ["pod/default/done", "pod/default/extra"]


def test_a_restart_alone_is_no_difference() -> None:
    """Only what decides is compared: state, status, place."""
    left, right = small_world(), small_world()
    right.put("pods", running("web-5d4f8c7b9-aaaaa", restarts=2, owner="web-5d4f8c7b9"))
    assert not any(comparison(left, right)["differences"]["pods"].values())


@pytest.mark.parametrize("name", FRAMES)
def test_frames_name_their_kind(name: str) -> None:
    """The table's name and the frame's kind are the same word."""
    count = 2 if name in ("comparison", "balances") else 1
    worlds = [Cluster(nodes=1, zones=1) for _ in range(count)]
    frame = FRAMES[name](*worlds)
    assert name == frame["kind"].replace("-", "_")
    assert frame["summary"]
