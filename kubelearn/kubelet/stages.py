"""The lifecycle of pods and containers as one table of stages.

A row says: in this state, *when* this holds, *after* this time, this is *next*. To teach another
way to fail, add a row (`Kubelets(context, stages=(my_stage, *STAGES))`).
"""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.kubelet import pod_steps, rows, running, starting
from kubelearn.kubelet.situation import Stage

STAGES: tuple[Stage, ...] = (
    # The pod
    Stage("mount-failed", rows.ACCEPTED, pod_steps.fail_mount,
          pod_steps.lacks_volume, pod_steps.until_mount_retry, posts=False,
          only=pod_steps.may_wait_for_volumes),
    Stage("volume-awaited", rows.ACCEPTED, pod_steps.await_volume,
          pod_steps.awaits_volume, pod_steps.until_attach_poll, posts=False,
          only=pod_steps.may_wait_for_volumes),
    Stage("sandbox", rows.ACCEPTED, pod_steps.get_sandbox,
          after=pod_steps.sandbox_time, posts=False, only=pod_steps.has_its_volumes),
    Stage("mounted", rows.ACCEPTED, pod_steps.get_sandbox,
          pod_steps.can_mount, pod_steps.sandbox_time, posts=False,
          only=pod_steps.may_wait_for_volumes),
    Stage("deadline-exceeded", rows.SANDBOXED, pod_steps.exceed_deadline,
          after=pod_steps.until_deadline, only=pod_steps.has_deadline),
    Stage("complete", rows.SANDBOXED, pod_steps.complete, pod_steps.is_complete,
          only=pod_steps.may_complete),
    Stage("stopped", rows.TERMINATING, pod_steps.stop_pod, pod_steps.nothing_runs),
    Stage("removed", rows.STOPPED, pod_steps.remove,
          pod_steps.must_go, pod_steps.unmount_time, posts=False),
    # A container's way to its start
    Stage("turn", rows.WAITING, starting.take_turn, starting.turn_came, posts=False),
    Stage("image-refused", rows.IMAGE, starting.refuse_image, starting.refuses_image),
    Stage("image-pull", rows.IMAGE, starting.begin_pull, starting.must_pull, posts=False),
    Stage("image-present", rows.IMAGE, starting.use_image, posts=False),
    Stage("pull-failed", rows.PULLING, starting.fail_pull,
          after=starting.until_due, only=starting.pull_fails),
    Stage("pulled", rows.PULLING, starting.end_pull, after=starting.until_due, posts=False),
    Stage("image-back-off", rows.PULL_WAIT, starting.remind_of_image,
          starting.backs_off_image, starting.sync_before_retry),
    Stage("image-retry", rows.PULL_WAIT, starting.take_turn,
          starting.backs_off_image, starting.image_retry, posts=False),
    Stage("image-look-again", rows.PULL_WAIT, starting.take_turn,
          lambda s: not starting.backs_off_image(s), starting.next_sync, posts=False),
    Stage("configuration-error", rows.CREATING, starting.wait_for_configuration,
          starting.lacks_configuration, only=starting.needs_configuration),
    Stage("configuration-retry", rows.CONFIG_WAIT, starting.take_turn,
          after=starting.next_sync, posts=False),
    Stage("started", rows.CREATING, starting.start, after=starting.until_noticed),
    # A running container
    Stage("redefined", rows.RUNNING, running.stop_redefined, running.is_redefined),
    Stage("oom-killed", rows.RUNNING, running.be_oom_killed,
          running.exceeds_memory, running.until_oom_noticed, only=running.says_memory),
    Stage("exited", rows.RUNNING, running.exit_by_itself,
          after=running.until_exit_noticed, only=running.ends_by_itself),
    Stage("listening", rows.RUNNING, running.listen,
          running.not_listening, running.until_listening, posts=False),
    Stage("startup-probe", rows.RUNNING, running.run_probe(running.STARTUP),
          running.probe_runs(running.STARTUP), running.until_probe(running.STARTUP),
          only=running.has_probe(running.STARTUP)),
    Stage("readiness-probe", rows.RUNNING, running.run_probe(running.READINESS),
          running.probe_runs(running.READINESS), running.until_probe(running.READINESS),
          only=running.has_probe(running.READINESS)),
    Stage("liveness-probe", rows.RUNNING, running.run_probe(running.LIVENESS),
          running.probe_runs(running.LIVENESS), running.until_probe(running.LIVENESS),
          only=running.has_probe(running.LIVENESS)),
    Stage("replaced", rows.STOPPING, running.replace_stopped,
          running.starts_again, starting.until_due, posts=False),
    Stage("stopped-container", rows.STOPPING, running.end_stopping, after=starting.until_due),
    # A container that has ended
    Stage("done", rows.EXITED, running.be_done, running.stays_ended),
    Stage("crash-loop-back-off", rows.EXITED, running.back_off,
          running.backs_off, running.until_next_listing),
    Stage("restart", rows.EXITED, running.restart, after=running.until_restart, posts=False),
    Stage("still-backing-off", rows.BACK_OFF, running.back_off, after=running.sync_in_back_off),
    Stage("restart-after-back-off", rows.BACK_OFF, running.restart,
          after=running.until_restart, posts=False),
)  # fmt: skip
"""Every stage; of those that are due at the same moment the first here happens."""


def by_state(stages: Iterable[Stage]) -> dict[str, tuple[Stage, ...]]:
    """The stages of each state, in the order of the table."""
    found: dict[str, tuple[Stage, ...]] = {}
    for stage in stages:
        found[stage.state] = (*found.get(stage.state, ()), stage)
    return found
