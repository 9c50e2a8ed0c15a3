"""Small messages between frames."""

import json
import shutil
import subprocess
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.frames import cluster_view
from kubelearn.frames.changes import apply_changes, changes
from tests.frames.fake import large_world, pod, small_world

KEYS = st.text("abc", min_size=1, max_size=2)
VALUES = st.one_of(st.integers(-3, 3), st.sampled_from(["", "x", "Running"]), st.lists(st.none()))
ROWS = st.builds(dict, key=KEYS, state=VALUES, node=VALUES, bars=VALUES)
TABLES = st.lists(ROWS, max_size=6, unique_by=lambda row: row["key"])
FRAMES = st.builds(
    dict,
    time=st.integers(0, 9),
    pods=TABLES.map(lambda rows: sorted(rows, key=lambda row: row["key"])),
    events=TABLES,
    totals=st.dictionaries(st.sampled_from(["nodes", "pods"]), st.integers(0, 3)),
    detail=st.none() | st.builds(dict, ref=KEYS),
    marks=st.lists(KEYS),
)


@given(FRAMES, FRAMES)
def test_changes_lead_from_one_frame_to_the_other(old: dict, new: dict) -> None:
    """Whatever was added, moved, changed or removed, and through JSON."""
    delta = json.loads(json.dumps(changes(old, new)))
    assert new == apply_changes(old, delta)


@given(FRAMES)
def test_equal_frames_have_no_changes(frame: dict) -> None:
    """Nothing to say, nothing said."""
    assert changes(frame, json.loads(json.dumps(frame))) == {}


@given(FRAMES, FRAMES)
def test_a_frame_is_not_changed_in_place(old: dict, new: dict) -> None:
    """The frame before stays as it was."""
    before = json.dumps(old)
    apply_changes(old, changes(old, new))
    assert before == json.dumps(old)


def test_twenty_changed_pods_fit_into_a_kilobyte() -> None:
    """Of a thousand, with times, totals and sentence."""
    world = large_world()
    before = cluster_view(world)
    for number in range(0, 1000, 50):
        crashed = pod(
            f"web-{number:04}", node="worker-1", phase="Running", waiting="CrashLoopBackOff",
            restarts=1, cpu="100m", memory="64Mi",
        )  # fmt: skip
        world.put("pods", crashed)
    world.run("50ms")
    delta = changes(before, cluster_view(world))
    assert sum(len(numbers) for numbers, *_ in delta["pods"]["~"]) == 20
    assert len(json.dumps(delta, separators=(",", ":"))) <= 1000


def test_a_moved_event_sends_its_table() -> None:
    """Rows that change places are told whole."""
    old = {"events": [{"key": "a"}, {"key": "b"}]}
    new = {"events": [{"key": "b"}, {"key": "a"}]}
    assert new == changes(old, new)


def javascript_frames(cases: list[tuple[dict, dict]]) -> list[dict]:
    """What the front end's own `applyChanges` makes of frames and messages."""
    source = files("kubelearn.widgets").joinpath("js", "changes.js").read_text("utf-8")
    run = "const cases = JSON.parse(require('fs').readFileSync(0));\n"
    run += "console.log(JSON.stringify(cases.map(([frame, delta]) => applyChanges(frame, delta))));"
    node = shutil.which("node")
    answer = subprocess.run(
        [node, "-e", f"{source}\n{run}"],
        input=json.dumps(cases), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(answer.stdout)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node to run the front end's code")
def test_the_front_end_does_the_same() -> None:
    """Both twins make the same frame of the same message."""
    world = small_world()
    frames = [cluster_view(world)]
    world.put("pods", pod("new", node="worker-2", waiting="ContainerCreating"))
    frames.append(cluster_view(world, "pod/default/new"))
    world.delete("pods", ("default", "done"))
    world.run("5s")
    frames.append(cluster_view(world))
    pairs = list(zip(frames, [*frames[1:], frames[0]], strict=True))
    assert [new for _, new in pairs] == javascript_frames(
        [(old, changes(old, new)) for old, new in pairs]
    )
