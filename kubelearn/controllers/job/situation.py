"""What one sync of a Job sees: its pods, sorted and counted, and whether it has to end.

Source: `syncJob` in `pkg/controller/job/job_controller.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kubelearn.api.objects import Object
from kubelearn.api.times import parse_timestamp
from kubelearn.controllers.job import success_policy
from kubelearn.controllers.job.backoff import BackoffRecord
from kubelearn.controllers.job.conditions import End, decided, failure
from kubelearn.controllers.job.failure_policy import judge
from kubelearn.controllers.job.indexes import in_range, index_of, parse
from kubelearn.controllers.job.pods import (
    all_failures,
    failure_count,
    is_failed,
    is_indexed,
    is_suspended,
    is_tracked,
    new_finished,
    per_index,
)
from kubelearn.controllers.pods import is_active, is_going, is_ready
from kubelearn.sim.clock import SECOND


@dataclass(slots=True)
class Situation:
    """A Job and its pods at one moment; the counters change as the sync acts."""

    job: Object
    pods: list[Object]
    now: int
    record: BackoffRecord
    succeeded: int = 0
    failed: int = 0
    succeeded_indexes: set[int] = field(default_factory=set)
    previous_indexes: set[int] = field(default_factory=set)
    failed_indexes: set[int] = field(default_factory=set)
    active: int = 0
    ready: int = 0
    terminating: int = 0

    @classmethod
    def of(cls, job: Object, pods: list[Object], now: int, record: BackoffRecord) -> Situation:
        """Count the pods of a Job."""
        succeeded, failed = new_finished(job, pods)
        found = cls(job, pods, now, record.after(succeeded, failed))
        status, policy = job["status"], job["spec"].get("podFailurePolicy")
        uncounted = status.get("uncountedTerminatedPods") or {}
        failures = sum(judge(policy, pod).counts for pod in failed)
        found.failed = status.get("failed", 0) + failures + len(uncounted.get("failed") or ())
        waiting = len(succeeded) + len(uncounted.get("succeeded") or ())
        found.succeeded = status.get("succeeded", 0) + waiting
        active = found.active_pods
        found.active, found.ready = len(active), sum(map(is_ready, active))
        found.terminating = sum(map(is_going, pods))
        if is_indexed(job):
            found._count_indexes()
        return found

    @property
    def active_pods(self) -> list[Object]:
        """The pods that neither ended nor go."""
        return [pod for pod in self.pods if is_active(pod)]

    @property
    def completions(self) -> int:
        """The number of indexes of an Indexed Job."""
        return int(self.job["spec"]["completions"])

    def _count_indexes(self) -> None:
        status, completions = self.job["status"], self.completions
        self.previous_indexes = parse(status.get("completedIndexes") or "", completions)
        done = {
            index_of(pod)
            for pod in self.pods
            if is_tracked(pod)
            and pod["status"].get("phase") == "Succeeded"
            and in_range(pod, completions)
        }
        self.succeeded_indexes = self.previous_indexes | {i for i in done if i is not None}
        self.succeeded = len(self.succeeded_indexes)
        if per_index(self.job) is not None:
            self._count_failed_indexes()

    def _count_failed_indexes(self) -> None:
        known = parse(self.job["status"].get("failedIndexes") or "", self.completions)
        fresh = {
            index_of(pod)
            for pod in self.pods
            if is_tracked(pod) and in_range(pod, self.completions) and self._fails_index(pod)
        }
        self.failed_indexes = known | {index for index in fresh if index is not None}

    def _fails_index(self, pod: Object) -> bool:
        if not is_failed(pod, self.job):
            return False
        verdict = judge(self.job["spec"].get("podFailurePolicy"), pod)
        limit = per_index(self.job) or 0
        return verdict.action == "FailIndex" or (verdict.counts and failure_count(pod) >= limit)

    def kept_failures(self) -> dict[int, Object]:
        """Index → its last failed pod, which stays until the index is tried again."""
        if per_index(self.job) is None:
            return {}
        settled = self.succeeded_indexes | self.failed_indexes
        settled |= {i for i in map(index_of, self.active_pods) if i is not None}
        kept: dict[int, Object] = {}
        for pod in self.pods:
            index = index_of(pod)
            if index is None or not in_range(pod, self.completions) or index in settled:
                continue
            if is_failed(pod, self.job) and is_tracked(pod):
                old = kept.get(index)
                if old is None or all_failures(old) <= all_failures(pod):
                    kept[index] = pod
        return kept

    # The end

    def end(self) -> End | None:
        """How the Job has to end; None when it goes on."""
        return next((found for question in ENDS if (found := question(self)) is not None), None)

    def deadline(self) -> int | None:
        """When `activeDeadlineSeconds` is over, in ns; None without one or while suspended."""
        seconds, start = self.job["spec"].get("activeDeadlineSeconds"), self.start()
        if seconds is None or start is None or is_suspended(self.job):
            return None
        return start + int(seconds) * SECOND

    def start(self) -> int | None:
        """When the Job began, in ns."""
        text = self.job["status"].get("startTime")
        return parse_timestamp(text) if text else None


def _decided(found: Situation) -> End | None:
    return decided(found.job)


def _policy_fails(found: Situation) -> End | None:
    policy = found.job["spec"].get("podFailurePolicy")
    failed = (pod for pod in found.pods if policy and is_failed(pod, found.job))
    messages = (judge(policy, pod).message for pod in failed)
    message = next((text for text in messages if text), None)
    return failure("PodFailurePolicy", message) if message else None


def _too_many_failures(found: Situation) -> End | None:
    limit = found.job["spec"].get("backoffLimit", 6)
    if found.failed > limit or _too_many_restarts(found, limit):
        reason = "Job has reached the specified backoff limit"
        return failure("BackoffLimitExceeded", reason)
    return None


def _too_many_restarts(found: Situation, limit: int) -> bool:
    if found.job["spec"]["template"]["spec"].get("restartPolicy") != "OnFailure":
        return False
    statuses = [pod["status"] for pod in found.pods]
    running = [one for one in statuses if one.get("phase") in ("Running", "Pending")]
    restarts: int = sum(
        container.get("restartCount", 0)
        for status in running
        for name in ("initContainerStatuses", "containerStatuses")
        for container in status.get(name) or ()
    )
    return restarts > 0 if limit == 0 else restarts >= limit


def _too_late(found: Situation) -> End | None:
    deadline = found.deadline()
    if deadline is None or found.now < deadline:
        return None
    return failure("DeadlineExceeded", "Job was active longer than specified deadline")


def _too_many_failed_indexes(found: Situation) -> End | None:
    count, limit = len(found.failed_indexes), found.job["spec"].get("maxFailedIndexes")
    if limit is not None and count > limit:
        text = "Job has exceeded the specified maximal number of failed indexes"
        return failure("MaxFailedIndexesExceeded", text)
    if count and count + len(found.succeeded_indexes) >= found.completions:
        return failure("FailedIndexes", "Job has failed indexes")
    return None


def _policy_succeeds(found: Situation) -> End | None:
    if not is_indexed(found.job):
        return None
    policy = found.job["spec"].get("successPolicy")
    message = success_policy.met(policy, found.completions, found.succeeded_indexes)
    return End("SuccessCriteriaMet", "SuccessPolicy", message) if message else None


ENDS: tuple[Callable[[Situation], End | None], ...] = (
    _decided,
    _policy_fails,
    _too_many_failures,
    _too_late,
    _too_many_failed_indexes,
    _policy_succeeds,
)
"""What may end a Job before its completions are reached, in the order in which it is asked."""
