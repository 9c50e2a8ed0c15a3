"""Stages of a running container: it listens, is probed, ends, and is started again.

Source: `pkg/kubelet/prober`, `pkg/kubelet/kuberuntime/kuberuntime_manager.go`
(computePodActions, doBackOff), Kubernetes 1.36.

Unlike the real one: a container in back-off is started again at the exact end of its delay, and
shows CrashLoopBackOff from the first listing of containers after its end.
"""

from __future__ import annotations

from collections.abc import Callable

from kubelearn.api.app import PROBES
from kubelearn.api.objects import get_path
from kubelearn.api.quantity import value
from kubelearn.kubelet import rows
from kubelearn.kubelet.event import Event
from kubelearn.kubelet.grace import ending, grace_period
from kubelearn.kubelet.hooks import hook_time
from kubelearn.kubelet.probes import (
    FAILURE,
    SUCCESS,
    Worker,
    failure_text,
    first_run,
    next_change,
    next_tick,
    resolved,
    runs,
    succeeds,
)
from kubelearn.kubelet.restarts import (
    init_restarts_after,
    restarts_after,
    restarts_after_probe,
)
from kubelearn.kubelet.rows import ContainerRow, Termination
from kubelearn.kubelet.situation import Outcome, Situation
from kubelearn.kubelet.starting import next_sync
from kubelearn.kubelet.statuses import containers_of
from kubelearn.sim.clock import SECOND

STARTUP, READINESS, LIVENESS = range(3)


def until_listening(s: Situation) -> int:
    """From the state's beginning until the program answers."""
    return max(s.own.started_at + s.app.start_time - s.own.since, 0)


def not_listening(s: Situation) -> bool:
    """Whether the program does not answer yet."""
    return not s.own.listening


def listen(s: Situation) -> Outcome:
    """The program answers from now on."""
    return Outcome(s.own.heard())


def ends_by_itself(s: Situation) -> bool:
    """Whether the program ends."""
    return s.app.exit is not None or (s.is_init and not s.is_sidecar)


def exit_time(s: Situation) -> int:
    """When the program ends; an init container whose end nobody told ends after a second."""
    return s.own.started_at + (s.app.exit.after if s.app.exit else SECOND)


def until_exit_noticed(s: Situation) -> int:
    """From the state's beginning to the list of containers in which the end is seen."""
    return max(s.relist(exit_time(s)) - s.own.since, 0)


def exit_by_itself(s: Situation) -> Outcome:
    """The program has ended."""
    code = s.app.exit.code if s.app.exit else 0
    return Outcome(exited(s.own, code, exit_time(s), s.now))


def says_memory(s: Situation) -> bool:
    """Whether it is told how much memory the program uses."""
    return s.app.memory_said


def exceeds_memory(s: Situation) -> bool:
    """Whether the program uses more memory than its container may have."""
    if not s.app.memory_said:
        return False
    metadata = s.pod["metadata"]
    pod = s.kubelet.as_given((metadata["namespace"], metadata["name"]), s.pod)
    limit = get_path(containers_of(pod["spec"])[s.index], "resources", "limits", "memory")
    return limit is not None and s.app.memory > value(limit)


def until_oom_noticed(s: Situation) -> int:
    """To the listing after the program has come up, which is when it needs its memory."""
    return max(s.relist(s.own.started_at + s.app.start_time) - s.own.since, 0)


def be_oom_killed(s: Situation) -> Outcome:
    """The kernel has killed all processes of the container's cgroup."""
    ended = exited(s.own, 137, s.own.started_at + s.app.start_time, s.now)
    assert ended.last is not None
    return Outcome(ended._replace(last=ended.last._replace(reason="OOMKilled")))


def exited(own: ContainerRow, code: int, time: int, now: int) -> ContainerRow:
    """A container's row after its process ended at `time`, seen `now`."""
    reason = "Completed" if code == 0 else "Error"
    return own._replace(
        state=rows.EXITED,
        since=now,
        started=False,
        ready=False,
        listening=False,
        before=own.last,
        last=Termination(code, reason, "", own.started_at, time),
    )


# Probes


def has_probe(kind: int) -> Callable[[Situation], bool]:
    """The `only` of a probe's stage."""
    field = f"{PROBES[kind]}Probe"

    def only(s: Situation) -> bool:
        return field in s.container

    return only


def probe_runs(kind: int) -> Callable[[Situation], bool]:
    """The `when` of a probe's stage."""

    def when(s: Situation) -> bool:
        return runs(PROBES[kind], started=s.own.started)

    return when


def until_probe(kind: int) -> Callable[[Situation], int | None]:
    """The `after` of a probe's stage: to its next run that can change something."""

    def after(s: Situation) -> int | None:
        moment = _next_run(s, kind)
        return None if moment is None else max(moment - s.own.since, 0)

    return after


def _probe(s: Situation, kind: int) -> dict[str, object]:
    return dict(resolved(s.container[f"{PROBES[kind]}Probe"], s.container))


def _worker(s: Situation, kind: int) -> Worker:
    worker = s.own.workers[kind]
    assert worker is not None
    return worker


def _next_run(s: Situation, kind: int) -> int | None:
    probe, own, begun = _probe(s, kind), s.own, s.row.begun
    ran = own.probed[kind]
    if ran is None:
        now = max(own.since, own.started_at)
        moment = first_run(PROBES[kind], begun, probe, own.started_at, now)
    else:
        moment = next_tick(begun, probe, ran)
    worker = _worker(s, kind)
    while worker.settled(_outcome(s, kind, probe, moment)):
        change = None
        if not worker.held:
            change = next_change(s.app, PROBES[kind], moment - own.started_at)
        if change is None:
            return None
        moment = next_tick(begun, probe, own.started_at + change - 1)
    return moment


def _outcome(s: Situation, kind: int, probe: dict[str, object], moment: int) -> str:
    why = succeeds(s.app, PROBES[kind], probe, moment - s.own.started_at)
    return FAILURE if why else SUCCESS


def run_probe(kind: int) -> Callable[[Situation], Outcome]:
    """The `next` of a probe's stage: one run."""

    def step(s: Situation) -> Outcome:
        probe, name = _probe(s, kind), PROBES[kind]
        why = succeeds(s.app, name, probe, s.age)
        worker = _worker(s, kind).told(name, probe, FAILURE if why else SUCCESS)
        own = _probed(s.own, kind, worker, s.now)
        events = []
        if why:
            ip = s.row.ip or s.kubelet.nodes[s.row.node].address
            events.append(Event("Warning", "Unhealthy", failure_text(name, probe, why, ip)))
        if worker.held:
            return _killed(s, own, name, tuple(events))
        return Outcome(_judged(own, kind, worker, s), events=tuple(events))

    return step


def _probed(own: ContainerRow, kind: int, worker: Worker, now: int) -> ContainerRow:
    workers, probed = list(own.workers), list(own.probed)
    workers[kind], probed[kind] = worker, now
    return own._replace(workers=tuple(workers), probed=tuple(probed))  # type: ignore[arg-type]


def _judged(own: ContainerRow, kind: int, worker: Worker, s: Situation) -> ContainerRow:
    good = bool(worker.result == SUCCESS)
    if kind == STARTUP and good:
        # Since the start is known, readiness is asked at once.
        ready = "readinessProbe" not in s.container
        return own._replace(started=True, ready=ready, since=s.now)
    return own._replace(ready=good) if kind == READINESS else own


def _killed(s: Situation, own: ContainerRow, name: str, events: tuple[Event, ...]) -> Outcome:
    container = s.container["name"]
    text, why = f"{container} failed {name} probe", name
    if s.is_sidecar:
        text = f"Init container {text}"
    elif restarts_after_probe(s.container, s.pod["spec"]):
        text = f"Container {text}, will be restarted"
    elif _others_stay(s):
        text = f"Container {text}"
    else:
        # With nothing left to keep, the kubelet stops the pod as a whole.
        text, why = f"Stopping container {container}", "other"
    told = (*events, Event("Normal", "Killing", text))
    return Outcome(stopping(s, own, grace_period(s.pod, s.container, why)), events=told)


def _others_stay(s: Situation) -> bool:
    """Whether another regular container runs or will be started."""
    regular = enumerate(s.row.containers[s.inits :], s.inits)
    over = (rows.DONE, rows.STOPPING)
    return any(own.state not in over for index, own in regular if index != s.index)


def stopping(s: Situation, own: ContainerRow, grace: int) -> ContainerRow:
    """A container's row when it alone is told to stop, with `grace` seconds."""
    hook = hook_time(s.container, "preStop") if grace > 0 else 0
    end = ending(s.now, s.now + grace * SECOND, hook, s.app.stop)
    return own._replace(state=rows.STOPPING, since=s.now, due=end.time, code=end.code)


def is_redefined(s: Situation) -> bool:
    """Whether the spec asks for another image than the running one.

    An init container that is no sidecar is left to end with the image that it has.
    """
    if s.is_init and not s.is_sidecar:
        return False
    return bool(s.own.image != s.container["image"])


def stop_redefined(s: Situation) -> Outcome:
    """Stop a container to start it with its new definition."""
    text = f"{s.container['name']} definition changed"
    text = f"Init container {text}" if s.is_sidecar else f"Container {text}, will be restarted"
    own = stopping(s, s.own, grace_period(s.pod, s.container))
    return Outcome(own, events=(Event("Normal", "Killing", text),))


def starts_again(s: Situation) -> bool:
    """Whether the sync that stops a container starts it again before it ends.

    It has seen no instance as ended but the one before this: that one's end and its back-off
    decide whether the container has to wait.
    """
    if s.row.state != rows.SANDBOXED or not _is_wanted(s):
        return False
    before = s.own.last
    return before is None or not s.own.backoff.waits(before.finished, s.own.due)


def _is_wanted(s: Situation) -> bool:
    """Whether a container that was stopped alone shall run; what was redefined always shall."""
    return is_redefined(s) or s.is_sidecar or restarts_after_probe(s.container, s.pod["spec"])


def replace_stopped(s: Situation) -> Outcome:
    """The old instance is gone: the new one begins with its image."""
    before, backoff = s.own.last, s.own.backoff
    if before is not None:
        backoff = backoff.next(before.finished, s.now)
    ended = exited(s.own, s.own.code, s.now, s.now)
    return Outcome(ended._replace(state=rows.IMAGE, backoff=backoff))


def end_stopping(s: Situation) -> Outcome:
    """A container that was told to stop has ended."""
    return Outcome(exited(s.own, s.own.code, s.now, s.now))


# After the end


def _end(s: Situation) -> Termination:
    last = s.own.last
    assert last is not None
    return last


def stays_ended(s: Situation) -> bool:
    """Whether the container is not started again."""
    if s.row.state != rows.SANDBOXED:
        return True
    spec, code = s.pod["spec"], _end(s).code
    if s.is_init and not s.is_sidecar:
        return not init_restarts_after(s.container, spec, code)
    return not restarts_after(s.container, spec, code)


def be_done(s: Situation) -> Outcome:
    """Ended for good; an init container that ended well counts as ready."""
    well = s.is_init and not s.is_sidecar and _end(s).code == 0
    return Outcome(s.own._replace(state=rows.DONE, since=s.now, ready=well))


def backs_off(s: Situation) -> bool:
    """Whether the last end is too recent for another start."""
    return s.own.backoff.waits(_end(s).finished, s.now)


def until_restart(s: Situation) -> int:
    """From the state's beginning to the end of the back-off."""
    return max(s.own.backoff.until(_end(s).finished) - s.own.since, 0)


def until_next_listing(s: Situation) -> int:
    """To the listing of containers after the one in which the end was seen."""
    return s.relist(s.own.since + 1) - s.own.since


def back_off(s: Situation) -> Outcome:
    """CrashLoopBackOff."""
    metadata, name = s.pod["metadata"], s.container["name"]
    pod = f"{metadata['name']}_{metadata['namespace']}({s.row.uid})"
    delay = _go_seconds(s.own.backoff.delay)
    message = f"back-off {delay} restarting failed container={name} pod={pod}"
    own = s.own._replace(
        state=rows.BACK_OFF, since=s.now, reason="CrashLoopBackOff", message=message
    )
    text = f"Back-off restarting failed container {name} in pod {pod}"
    return Outcome(own, events=(Event("Warning", "BackOff", text),))


def _go_seconds(delay: int) -> str:
    """A back-off as Go prints durations: 10s, 1m20s, 5m0s."""
    minutes, seconds = divmod(delay // SECOND, 60)
    return f"{minutes}m{seconds}s" if minutes else f"{seconds}s"


def sync_in_back_off(s: Situation) -> int | None:
    """The kubelet's next look, if the back-off is not over by then."""
    gap = next_sync(s)
    return gap if gap < until_restart(s) else None


def restart(s: Situation) -> Outcome:
    """Start again, with the image first; the next back-off is longer."""
    backoff = s.own.backoff.next(_end(s).finished, s.now)
    own = s.own._replace(state=rows.IMAGE, since=s.now, backoff=backoff, reason="", message="")
    return Outcome(own)
