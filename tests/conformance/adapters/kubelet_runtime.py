"""Answers the vectors of `controllers/kubelet_runtime.json` with kubelearn's own functions."""

from collections.abc import Callable
from typing import Any

from kubelearn.kubelet.backoff import Backoff
from kubelearn.kubelet.grace import grace_period
from kubelearn.kubelet.image_pulls import Pulls, attempt, failed
from kubelearn.kubelet.probe_runs import look
from kubelearn.kubelet.probes import FAILURE, SUCCESS, new_worker
from kubelearn.sim.clock import SECOND

REASONS = {"livenessProbe": "liveness", "startupProbe": "startup"}
OUTCOMES = {"success": SUCCESS, "warning": SUCCESS, "failure": FAILURE, "unknown": FAILURE}


def _grace(given: dict[str, Any]) -> dict[str, Any]:
    containers = given["pod"]["spec"]["containers"]
    container = next(c for c in containers if c["name"] == given["container"])
    why = REASONS.get(given["reason"], given["reason"])
    return {"seconds": grace_period(given["pod"], container, why)}


def _probe_worker(given: dict[str, Any]) -> dict[str, Any]:
    kind, probe = given["type"], given["probe"]
    worker, results, started = new_worker(kind), [], given["containerStarted"]
    for step in given["steps"]:
        if step.get("newContainer"):
            worker = worker.fresh(kind)
        started = step.get("containerStarted", started)
        outcome = OUTCOMES[step["outcome"]]
        age = step.get("containerAgeSeconds")
        worker = look(worker, kind, probe, outcome, started=started, age=age).worker
        results.append(worker.result)
    return {"results": results}


def _probe_once(given: dict[str, Any]) -> dict[str, Any]:
    kind = given["type"]
    known = "status" not in given
    seen = look(
        new_worker(kind),
        kind,
        given.get("probe") or {"successThreshold": 1, "failureThreshold": 1},
        OUTCOMES[given["outcome"]],
        phase=given.get("phase", "Running"),
        state=given.get("state") if known else None,
        started=given.get("started", kind != "startup"),
        deleting=given.get("deleting", False),
        restartable=given.get("restartPolicy", "Never") != "Never",
        age=given.get("containerAgeSeconds"),
    )
    return {"workerContinues": seen.goes_on, "result": seen.result}


def _ensure_image(given: dict[str, Any]) -> dict[str, Any]:
    pulls, now, made = Pulls(), 0, []
    initial = given["backoffInitialSeconds"] * SECOND
    limit = given["backoffMaxSeconds"] * SECOND
    error = given.get("pullError") or given.get("pullErr") or ""
    for _ in range(given["attempts"]):
        now += given["attemptEverySeconds"] * SECOND
        tried = attempt(
            given["image"],
            given["pullPolicy"],
            pulls,
            now,
            present=given["presentOnNode"],
            inspect_error="unknown" if given.get("inspectError") else "",
            limit=limit,
        )
        events, reason = [tried.event[1]] if tried.event else [], tried.reason or None
        if tried.pull and error:
            pulls = failed(pulls, str(error), now, initial=initial, limit=limit)
            events, reason = [*events, "Failed"], "ErrImagePull"
        elif tried.pull:
            events = [*events, "Pulled"]
        made.append({"pulled": tried.pull, "waitingReason": reason, "events": events})
    return {"attempts": made}


def _backoff_sequence(given: dict[str, Any]) -> dict[str, Any]:
    backoff, now, delays = Backoff(), 0, []
    initial, limit = _limits(given)
    for _ in range(given["failures"]):
        now += given["failuresEverySeconds"] * SECOND
        delays.append(backoff.delay // SECOND)
        backoff = backoff.next(now, now, initial, limit)
    return {"delaySeconds": delays}


def _backoff_polled(given: dict[str, Any]) -> dict[str, Any]:
    backoff, polls = Backoff(), []
    initial, limit = _limits(given)
    for second in given["pollSeconds"]:
        waits = backoff.waits(backoff.raised, second * SECOND, limit)
        if not waits:
            backoff = backoff.next(second * SECOND, second * SECOND, initial, limit)
        polls.append({"inBackOff": waits, "delaySeconds": backoff.delay // SECOND})
    return {"polls": polls}


def _limits(given: dict[str, Any]) -> tuple[int, int]:
    return given["backoffInitialSeconds"] * SECOND, given["backoffMaxSeconds"] * SECOND


OPERATIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "killGracePeriod": _grace,
    "probeWorker": _probe_worker,
    "probeOnce": _probe_once,
    "ensureImage": _ensure_image,
    "backoffSequence": _backoff_sequence,
    "backoffPolled": _backoff_polled,
}
