"""The phase of a pod, beyond what the conformance vectors say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.kubelet.phase import ended, pod_phase

RUNNING: dict[str, Any] = {"running": {}}
WAITING: dict[str, Any] = {"waiting": {}}


def done(code: int) -> dict[str, Any]:
    """A terminated state."""
    return {"terminated": {"exitCode": code}}


def phase(policy: str, *states: dict[str, Any], terminal: bool = False) -> str:
    """The phase of a pod with a regular container for each state."""
    names = [f"c{number}" for number in range(len(states))]
    spec = {"restartPolicy": policy, "containers": [{"name": name} for name in names]}
    statuses = [{"name": n, "state": s} for n, s in zip(names, states, strict=True)]
    return pod_phase(spec, statuses, terminal=terminal, initialized=False)


@pytest.mark.parametrize(
    ("policy", "states", "wanted"),
    [
        ("Always", (done(0), done(1)), "Running"),
        ("OnFailure", (done(0), done(0)), "Succeeded"),
        ("OnFailure", (done(0), done(2)), "Running"),
        ("Never", (done(0), done(2)), "Failed"),
        ("Never", (RUNNING, done(2)), "Running"),
        ("Always", (RUNNING, WAITING), "Pending"),
    ],
)
def test_policies(policy: str, states: tuple[dict[str, Any], ...], wanted: str) -> None:
    """What a stopped container means depends on whether it is started again."""
    assert phase(policy, *states) == wanted


def test_a_static_pod_is_never_finished_by_the_kubelet() -> None:
    """Its phase does not become terminal because the kubelet stops it."""
    spec = {"restartPolicy": "Always", "containers": [{"name": "c"}]}
    statuses = [{"name": "c", "state": done(0)}]
    found = pod_phase(spec, statuses, terminal=True, initialized=True, static=True)
    assert found == "Running"


def test_a_crash_loop_counts_as_stopped() -> None:
    """Waiting after an end is an end."""
    end = {"exitCode": 1}
    assert ended({"state": WAITING, "lastState": {"terminated": end}}) == end
    assert ended({"state": RUNNING, "lastState": {"terminated": end}}) is None


@given(st.lists(st.integers(0, 255), min_size=1, max_size=4))
def test_a_finished_pod_has_a_final_phase(codes: list[int]) -> None:
    """Succeeded exactly when every container ended with 0."""
    found = phase("Always", *map(done, codes), terminal=True)
    assert found == ("Succeeded" if not any(codes) else "Failed")
