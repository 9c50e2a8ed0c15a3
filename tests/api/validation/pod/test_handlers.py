"""Probes and lifecycle hooks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.validation.pod.builders import container, pod_errors

TCP = {"tcpSocket": {"port": 80}}
APP = "spec.containers[0]"


@pytest.mark.parametrize(
    ("kind", "probe", "expected"),
    [
        ("livenessProbe", {}, ": Required value: must specify a handler type"),
        ("livenessProbe", {**TCP, "successThreshold": 2}, (".successThreshold: Invalid value: 2: "
         "must be 1")),
        ("readinessProbe", {**TCP, "successThreshold": 2}, None),
        ("readinessProbe", {**TCP, "terminationGracePeriodSeconds": 5},
         ".terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes"),
        ("startupProbe", {"grpc": {"port": 0}}, (".grpc.port: Invalid value: 0: "
         "must be between 1 and 65535, inclusive")),
        ("startupProbe", {"httpGet": {"port": 1, "scheme": "http"}}, (".httpGet.scheme: "
         'Unsupported value: "http": supported values: "HTTP", "HTTPS"')),
        ("livenessProbe", {**TCP, "initialDelaySeconds": -1}, (".initialDelaySeconds: "
         "Invalid value: -1: must be greater than or equal to 0")),
    ],
)  # fmt: skip
def test_probes(kind: str, probe: dict[str, Any], expected: str | None) -> None:
    """Each probe has one handler and sensible numbers."""
    found = pod_errors(container(**{kind: probe}))
    assert found == ([] if expected is None else [f"{APP}.{kind}{expected}"])


def test_sleep_fits_into_the_grace_period() -> None:
    """A hook may sleep as long as the pod may take to stop."""
    hook = container(lifecycle={"preStop": {"sleep": {"seconds": 31}}})
    assert pod_errors(hook, terminationGracePeriodSeconds=31) == []
    assert pod_errors(hook) == [
        (
            f"{APP}.lifecycle.preStop.sleep: Invalid value: 31: "
            "must be non-negative and less than terminationGracePeriodSeconds (30)"
        )
    ]


def test_stop_signals_belong_to_an_operating_system() -> None:
    """A stop signal needs `os`, and must be one of its signals."""
    signal = container(lifecycle={"stopSignal": "SIGUSR1"})
    assert pod_errors(signal, os={"name": "linux"}) == []
    assert pod_errors(signal)[0].endswith("with empty `spec.os.name`")
    assert pod_errors(signal, os={"name": "windows"})[0].endswith('"SIGKILL", "SIGTERM"')
