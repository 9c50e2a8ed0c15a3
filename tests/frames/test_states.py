"""The states in which pods are drawn."""

import pytest

from kubelearn.api.tables.pods import pod_status
from kubelearn.frames.palette import INKS, SURFACES, contrast, edge
from kubelearn.frames.states import STATES, count_states, state_of
from tests.frames.fake import pod, running

CASES = {
    "running": running("a"),
    "unready": pod(node="worker-1", phase="Running"),
    "starting": pod(node="worker-1", waiting="ContainerCreating"),
    "pending": pod(),
    "terminating": running("a", deleted=True),
    "completed": pod(node="worker-1", phase="Succeeded"),
    "image": pod(node="worker-1", waiting="ErrImagePull"),
    "crashing": pod(node="worker-1", phase="Running", waiting="CrashLoopBackOff"),
    "failed": pod(node="worker-1", phase="Failed"),
    "unknown": pod(node="worker-1", phase="Unknown"),
}


def test_each_state_has_a_case() -> None:
    """A new state comes with an example."""
    assert set(STATES) == set(CASES)


@pytest.mark.parametrize("state", STATES)
def test_state_of(state: str) -> None:
    """A pod's state follows from the pod and from what kubectl prints."""
    example = CASES[state]
    assert state == state_of(example, pod_status(example))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Init:ErrImagePull", "image"),
        ("Init:Error", "crashing"),
        ("ExitCode:1", "crashing"),
        ("Signal:9", "crashing"),
        ("Init:0/1", "starting"),
        ("SchedulingGated", "starting"),
    ],
)
def test_status_of_a_placed_pod(status: str, state: str) -> None:
    """Reasons of init containers count as those of containers."""
    assert state == state_of(pod(node="worker-1"), status)


def test_a_pod_of_a_silent_node_is_not_ready() -> None:
    """The containers' last report says ready, the pod's condition says no."""
    silent = running("a")
    silent["status"]["conditions"] = [{"type": "Ready", "status": "False"}]
    assert state_of(silent, "Running") == "unready"


def test_letters_and_labels_are_unique() -> None:
    """Each state is told by its letter alone."""
    assert len(STATES) == len({state.letter for state in STATES.values()})
    assert len(STATES) == len({state.label for state in STATES.values()})
    assert {"solid", "dashed", "dotted"} >= {state.outline for state in STATES.values()}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", STATES)
def test_letters_can_be_read(name: str, theme: str) -> None:
    """Ink on fill reaches 4.5:1, the outline 3:1 on every surface."""
    paint = getattr(STATES[name], theme)
    assert contrast(*paint) >= 4.5
    for surface in SURFACES.values():
        assert contrast(edge(name, theme), getattr(surface, theme)) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ink", INKS)
def test_texts_can_be_read(ink: str, theme: str) -> None:
    """All inks reach 4.5:1 on page, cards and bars, and on JupyterLab's own page."""
    grounds = [getattr(surface, theme) for surface in SURFACES.values()]
    for ground in [*grounds, {"light": "#ffffff", "dark": "#212121"}[theme]]:
        assert contrast(getattr(INKS[ink], theme), ground) >= 4.5


def test_contrast() -> None:
    """The ends of the scale of WCAG."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_counts_come_in_order() -> None:
    """Only states that occur, in the order of the table."""
    counts = count_states(["failed", "running", "failed"])
    assert list(counts.items()) == [("running", 1), ("failed", 2)]
