"""The time line as a chart."""

import pytest

from kubelearn.frames import timeline
from kubelearn.frames.states import STATES
from kubelearn.plots import PLOTS, timeline_chart
from kubelearn.plots.timeline import HATCHES
from tests.frames.fake import FakeWorld, deployment, node, pod, running


@pytest.fixture(scope="module")
def frame() -> dict:
    """A pod that starts, a node that is lost."""
    world = FakeWorld({"nodes": [node()], "deployments.apps": [deployment()]})
    world.later(1, "pods", pod("a"))
    world.later(3, "pods", running("a"))
    world.later(7, "nodes", node(ready="Unknown"))
    world.run("10s")
    return timeline(world)


def test_the_words_for_the_picture(frame: dict) -> None:
    """The numbers and the marked moments."""
    alt = timeline_chart(frame).alt
    assert "at the end 1 running" in alt
    assert "7s  NotReady: worker-1" in alt


def test_an_area_a_state(frame: dict) -> None:
    """Named by letter and word."""
    axes = timeline_chart(frame).figure.axes[0]
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["P  pending", "R  running"]


def test_areas_hold_the_counts(frame: dict) -> None:
    """The running pod's area is one pod high from 3 s on."""
    area = timeline_chart(frame).figure.axes[0].collections[0]
    corners = area.get_paths()[0].vertices
    assert {(3.0, 1.0), (10.0, 1.0)} <= {(x, y) for x, y in corners.tolist()}


def test_marks_are_numbered(frame: dict) -> None:
    """A number above, the words below."""
    texts = [text.get_text() for text in timeline_chart(frame).figure.axes[0].texts]
    assert texts[:3] == ["1", "2", "3"]
    assert texts[3].splitlines()[2] == "3  7s  NotReady: worker-1"


def test_states_differ_by_pattern() -> None:
    """Not by colour alone."""
    assert len(STATES) == len(set(HATCHES.values()))


def test_the_picture_in_a_notebook(frame: dict) -> None:
    """An image with its alternative; PNG and SVG files too."""
    chart = timeline_chart(frame)
    assert f'<img alt="{chart.alt}"' in chart._repr_html_()
    assert chart.png(dpi=40).startswith(b"\x89PNG")
    assert "NotReady: worker-1" in chart.svg()
    assert repr(chart) == chart.alt


def test_nothing_happened() -> None:
    """An empty chart is a chart."""
    assert timeline_chart(timeline(FakeWorld())).png(dpi=40)


def test_the_table_names_kinds_of_frames(frame: dict) -> None:
    """The chart of a frame is found by its kind."""
    assert PLOTS[frame["kind"]] is timeline_chart
