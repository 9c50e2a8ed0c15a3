"""Probe workers and the answers of programs, beyond the conformance vectors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.app import AppBehaviour, ProbeFailure
from kubelearn.kubelet.probes import (
    FAILURE,
    SUCCESS,
    Worker,
    failure_text,
    first_run,
    new_worker,
    next_change,
    next_tick,
    resolved,
    succeeds,
)
from kubelearn.sim.clock import SECOND

HTTP = {"httpGet": {"path": "/", "port": 80}}
APP = AppBehaviour(start_time=2 * SECOND, listens=(80,))


def test_ticks_are_counted_from_the_workers_start() -> None:
    """The next one is strictly later."""
    probe = {"periodSeconds": 5}
    assert next_tick(1, probe, 1) == 5 * SECOND + 1
    assert next_tick(1, probe, 5 * SECOND) == 5 * SECOND + 1


def test_readiness_is_asked_at_once() -> None:
    """The others wait for their tick, all for the initial delay."""
    assert first_run("readiness", 0, {}, SECOND, SECOND) == SECOND
    assert first_run("liveness", 0, {}, SECOND, SECOND) == 10 * SECOND
    late = {"initialDelaySeconds": 15}
    assert first_run("readiness", 0, late, SECOND, SECOND) == 20 * SECOND


@pytest.mark.parametrize(
    ("app", "probe", "age", "why"),
    [
        (APP, HTTP, SECOND, "refused"),
        (APP, HTTP, 2 * SECOND, ""),
        (APP, {"tcpSocket": {"port": 81}}, 5 * SECOND, "refused"),
        (APP, {"exec": {"command": ["test"]}}, SECOND, "failed"),
        (AppBehaviour(0, paths=("/",)), {"httpGet": {"path": "/x", "port": 80}}, 1, "http 404"),
        (AppBehaviour(0, ready_after=9), HTTP, 5, "http 503"),
        (AppBehaviour(0, ready_after=9), {"grpc": {"port": 5}}, 5, "unhealthy"),
    ],
)
def test_answers(app: AppBehaviour, probe: dict[str, object], age: int, why: str) -> None:
    """Who listens answers; who does not is refused."""
    assert succeeds(app, "readiness", probe, age) == why


@pytest.mark.parametrize(
    ("command", "why"),
    [("true", ""), ("/bin/true", ""), ("/usr/bin/true", ""), ("false", "failed"),
     ("/bin/false", "failed"), ("/opt/true", "failed")],
)  # fmt: skip
def test_true_and_false_need_no_program(command: str, why: str) -> None:
    """They answer at once, also while the program starts or says that it is not well."""
    probe = {"exec": {"command": [command]}}
    assert succeeds(APP, "readiness", probe, SECOND) == why
    assert succeeds(AppBehaviour(0, ready_after=9), "readiness", probe, 5) == why
    if command != "/opt/true":
        assert succeeds(APP, "readiness", probe, 5 * SECOND) == why


def test_a_failure_has_a_beginning_and_an_end() -> None:
    """And only for the probe that it names."""
    app = AppBehaviour(0, probe_failures=(ProbeFailure("liveness", 5, 10),))
    answers = [succeeds(app, "liveness", HTTP, age) for age in (4, 5, 14, 15)]
    assert answers == ["", "http 500", "http 500", ""]
    assert succeeds(app, "readiness", HTTP, 5) == ""
    assert [next_change(app, "liveness", age) for age in (0, 5, 15)] == [5, 15, None]


def test_a_named_port_is_looked_up() -> None:
    """In the container that declares it."""
    container = {"ports": [{"name": "http", "containerPort": 8080}]}
    found = resolved({"httpGet": {"port": "http"}}, container)
    assert found == {"httpGet": {"port": 8080}}


def test_texts_of_failures() -> None:
    """As the prober writes them."""
    address = "10.0.0.1:50051"
    grpc = failure_text("liveness", {"grpc": {"port": 50051}}, "refused", "10.0.0.1")
    assert grpc.endswith(f'Error while dialing: dial tcp {address}: connect: connection refused"')
    assert failure_text("startup", HTTP, "http 500", "") == (
        "Startup probe failed: HTTP probe failed with statuscode: 500"
    )


@given(st.lists(st.sampled_from([SUCCESS, FAILURE]), max_size=30), st.integers(1, 4))
def test_skipping_settled_runs_changes_no_result(outcomes: list[str], limit: int) -> None:
    """What `settled` calls superfluous leaves every later result as it would have been."""
    probe = {"failureThreshold": limit, "successThreshold": 1}
    every: Worker = new_worker("readiness")
    some: Worker = new_worker("readiness")
    for outcome in outcomes:
        every = every.told("readiness", probe, outcome)
        if not some.settled(outcome):
            some = some.told("readiness", probe, outcome)
        assert some.result == every.result
