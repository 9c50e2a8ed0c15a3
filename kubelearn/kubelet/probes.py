"""Probe workers: what one run of a probe does, and when the next one matters.

A real kubelet runs each probe every period for ever. Here a run is only put on the clock when it
can change something: a failing probe runs at each period (it makes an event each time), a probe
that succeeds again and again is skipped to the next time at which its answer may be another.
The results at every moment are those of the real worker.

Source: `pkg/kubelet/prober/worker.go` (doProbe), `prober_manager.go`, Kubernetes 1.36.

Unlike the real one: the commands of exec probes are not run: `true` and `false` answer as they
would, others as the program is said to (while it starts they fail). After a restart of the kubelet
workers do not wait a random part of their period before the first run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kubelearn.api.app import AppBehaviour
from kubelearn.sim.clock import SECOND

SUCCESS, FAILURE, UNKNOWN = "Success", "Failure", "Unknown"
INITIAL_RESULT = {"startup": UNKNOWN, "readiness": FAILURE, "liveness": SUCCESS}
"""Results before the first run, by kind; the order is the one in which due probes run."""


ANSWERS = {"true": "", "false": "failed"}
"""Commands that always answer in the same way, and why they fail."""


class Worker(NamedTuple):
    """The memory of one probe of one container."""

    result: str
    last: str = ""
    run: int = 0
    """How many times in a row the outcome was `last`."""
    held: bool = False
    """No more runs until there is a new container."""

    def fresh(self, kind: str) -> Worker:
        """The worker when a new container has replaced the old one."""
        return self._replace(result=INITIAL_RESULT[kind], held=False)

    def told(self, kind: str, probe: Mapping[str, Any], outcome: str) -> Worker:
        """The worker after one run with this outcome."""
        if self.held:
            return self
        run = self.run + 1 if outcome == self.last else 1
        if run < threshold(probe, outcome):
            return self._replace(last=outcome, run=run)
        if outcome == FAILURE and kind != "readiness":
            # The container will be killed: nothing is asked until a new one has taken its place.
            return Worker(outcome, outcome, 0, held=True)
        return Worker(outcome, outcome, run, held=self.held)

    def settled(self, outcome: str) -> bool:
        """Whether one more run with this outcome would change nothing and be seen by nobody."""
        return self.held or (outcome == SUCCESS == self.result == self.last)


def new_worker(kind: str) -> Worker:
    """A worker that has not run yet."""
    return Worker(INITIAL_RESULT[kind])


def threshold(probe: Mapping[str, Any], outcome: str) -> int:
    """How many equal outcomes in a row it takes."""
    if outcome == SUCCESS:
        return int(probe.get("successThreshold") or 1)
    return int(probe.get("failureThreshold") or 3)


def runs(kind: str, *, started: bool) -> bool:
    """Whether a kind of probe runs now: startup probes before, the others after the start."""
    return started != (kind == "startup")


def period(probe: Mapping[str, Any]) -> int:
    """Nanoseconds between two runs."""
    return int(probe.get("periodSeconds") or 10) * SECOND


def next_tick(worker_start: int, probe: Mapping[str, Any], after: int) -> int:
    """The first tick of a worker's period strictly later than a moment."""
    length = period(probe)
    return worker_start + ((after - worker_start) // length + 1) * length


def first_run(
    kind: str, worker_start: int, probe: Mapping[str, Any], container_start: int, now: int
) -> int:
    """When a probe of a container runs first after `now`.

    A change of a container's state triggers a run of its readiness probe at once
    (`prober_manager.go`, UpdatePodStatus); the others, and all with an initial delay, wait for the
    first tick that is late enough.
    """
    earliest = container_start + int(probe.get("initialDelaySeconds") or 0) * SECOND
    if kind == "readiness" and earliest <= now:
        return now
    return next_tick(worker_start, probe, max(earliest, now) - 1)


def succeeds(app: AppBehaviour, kind: str, probe: Mapping[str, Any], age: int) -> str:
    """Why a probe of a program of this age (ns) fails; "" when it succeeds.

    "refused", "http 404", "http 500", "http 503", "unhealthy" or "failed".
    """
    said = _said_by_command(probe)
    if said is not None:
        return said
    port = _port(probe)
    if age < app.start_time or (
        port is not None and app.listens is not None and port not in app.listens
    ):
        return "refused" if port is not None else "failed"
    path = (probe.get("httpGet") or {}).get("path") or "/"
    if "httpGet" in probe and app.paths is not None and path.partition("?")[0] not in app.paths:
        return "http 404"
    if kind == "readiness" and app.ready_after is not None and age < app.ready_after:
        return _bad(probe, "503")
    for failure in app.probe_failures:
        over = failure.lasts is not None and age >= failure.after + failure.lasts
        if failure.probe == kind and age >= failure.after and not over:
            return _bad(probe, "500")
    return ""


def _said_by_command(probe: Mapping[str, Any]) -> str | None:
    """The answer of a command that needs no program to be known; None for others."""
    command = (probe.get("exec") or {}).get("command") or [""]
    folder, _, name = command[0].rpartition("/")
    return ANSWERS.get(name) if folder in ("", "/bin", "/usr/bin") else None


def _bad(probe: Mapping[str, Any], code: str) -> str:
    if "httpGet" in probe:
        return f"http {code}"
    if "tcpSocket" in probe:
        return "refused"
    return "unhealthy" if "grpc" in probe else "failed"


def next_change(app: AppBehaviour, kind: str, age: int) -> int | None:
    """The next age at which a probe's answer may change; None when it never does again."""
    ages = [app.start_time]
    if kind == "readiness" and app.ready_after is not None:
        ages.append(app.ready_after)
    for failure in app.probe_failures:
        if failure.probe == kind:
            ages.append(failure.after)
            if failure.lasts is not None:
                ages.append(failure.after + failure.lasts)
    return min((each for each in ages if each > age), default=None)


def _port(probe: Mapping[str, Any]) -> int | None:
    """The number of the probed port; None for exec probes. Names are resolved before."""
    for handler in ("httpGet", "tcpSocket", "grpc"):
        if handler in probe:
            port = probe[handler].get("port")
            return port if isinstance(port, int) else None
    return None


def resolved(probe: Mapping[str, Any], container: Mapping[str, Any]) -> Mapping[str, Any]:
    """The probe with the name of its port replaced by the number that the container declares."""
    for handler in ("httpGet", "tcpSocket"):
        port = (probe.get(handler) or {}).get("port")
        if isinstance(port, str):
            number = _named_port(port, container)
            return {**probe, handler: {**probe[handler], "port": number}}
    return probe


def _named_port(name: str, container: Mapping[str, Any]) -> int | str:
    for port in container.get("ports") or ():
        if port.get("name") == name:
            return int(port["containerPort"])
    return int(name) if name.isdigit() else name


def failure_text(kind: str, probe: Mapping[str, Any], why: str, ip: str) -> str:
    """The message of the event `Unhealthy` (`pkg/kubelet/prober/prober.go`, `pkg/probe`)."""
    return f"{kind.capitalize()} probe failed: {_detail(probe, why, ip)}"


def _detail(probe: Mapping[str, Any], why: str, ip: str) -> str:
    if why.startswith("http "):
        return f"HTTP probe failed with statuscode: {why[5:]}"
    if why == "unhealthy":
        return 'service unhealthy (responded with "NOT_SERVING")'
    if why != "refused":
        return ""
    handler = next(name for name in ("httpGet", "tcpSocket", "grpc") if name in probe)
    target = probe[handler]
    address = f"{target.get('host') or ip}:{target.get('port')}"
    refused = f"dial tcp {address}: connect: connection refused"
    if handler == "httpGet":
        scheme = (target.get("scheme") or "HTTP").lower()
        return f'Get "{scheme}://{address}{target.get("path") or "/"}": {refused}'
    if handler == "grpc":
        return f'connection error: desc = "transport: Error while dialing: {refused}"'
    return refused
