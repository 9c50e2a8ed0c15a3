"""The HorizontalPodAutoscaler: every 15 s from metrics to a number of replicas.

Source: `pkg/controller/podautoscaler/horizontal.go` (reconcileAutoscaler), Kubernetes 1.36.

Unlike the real one: where a message depends on the order of a Go map (which of several pods without
a request it names, in which order the autoscalers of an AmbiguousSelector stand), the sorted list
begins at a place that is drawn anew for each sync.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from kubelearn.api.errors import APIError
from kubelearn.api.objects import Key, Object, get_path
from kubelearn.api.store import Record
from kubelearn.api.times import timestamp
from kubelearn.controllers.podautoscaler import behavior, stabilization
from kubelearn.controllers.podautoscaler.behavior import Limited, Past
from kubelearn.controllers.podautoscaler.conditions import (
    ABLE,
    ACTIVE,
    LIMITED,
    SCALED_TO_ZERO,
    Conditions,
)
from kubelearn.controllers.podautoscaler.decision import COMPONENT, Decision, explain
from kubelearn.controllers.podautoscaler.evaluation import ask_metrics
from kubelearn.controllers.podautoscaler.scale import Scale, Scales
from kubelearn.controllers.podautoscaler.stabilization import Recommendation, Stabilized
from kubelearn.controllers.podautoscaler.sync import Config, MetricsFailed, Sync
from kubelearn.metrics.client import MetricsClient, NoMetrics
from kubelearn.runtime.controller import Mapped, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

AUTOSCALERS = "horizontalpodautoscalers.autoscaling"
SYNC_PERIOD = 15 * SECOND


def _own(_reconciler: Any, record: Record) -> Iterable[Key]:
    return (record.key,)


class HorizontalController:
    """Brings the scale of each autoscaler's target to what its metrics ask for."""

    name: ClassVar[str] = "horizontal-pod-autoscaler"
    watches: ClassVar[tuple[Watch, ...]] = (Mapped(AUTOSCALERS, _own, SYNC_PERIOD),)
    explains: ClassVar[tuple[str, ...]] = (AUTOSCALERS,)
    state: ClassVar[tuple[str, ...]] = ("_recommendations", "_past", "claimed")
    wires: ClassVar[dict[str, str]] = {"metrics": "metrics-api"}
    metrics: MetricsClient = NoMetrics()

    def __init__(self, context: Context, config: Config | None = None) -> None:
        self.context = context
        self.config = config or Config()
        self._recommendations: dict[Key, tuple[Recommendation, ...]] = {}
        self._past: dict[Key, Past] = {}
        self.claimed: dict[Key, str] = {}
        """Which pods each autoscaler said that it scales."""

    @property
    def scales(self) -> Scales:
        """Where scales are read and written."""
        return Scales(self.context.api)

    def reconcile(self, key: Key) -> int | None:
        """One sync; the next one comes 15 s later, whatever happened."""
        autoscaler = self.context.api.find(AUTOSCALERS, *key)
        if autoscaler is None:
            for memory in (self._recommendations, self._past, self.claimed):
                memory.pop(key, None)
            self.context.decisions.forget(_subject(key))
            return None
        decision = self.sync(autoscaler, key)
        self.context.decisions.record(_subject(key), decision)
        return SYNC_PERIOD

    def sync(self, autoscaler: Object, key: Key) -> Decision:
        """Read the scale, ask the metrics, set the scale, write the status."""
        now = self.context.clock.now
        sync = Sync(autoscaler, key, now, Conditions(autoscaler, now))
        try:
            scale = self.scales.get(key[0], sync.spec["scaleTargetRef"])
        except APIError as error:
            self.warn(sync, "FailedGetScale", error.message)
            text = (
                f"the HPA controller was unable to get the target's current scale: {error.message}"
            )
            sync.conditions.set(ABLE, False, "FailedGetScale", text)
            return self._end(sync, None, error.message)
        text = "the HPA controller was able to get the target's current scale"
        sync.conditions.set(ABLE, True, "SucceededGetScale", text)
        sync.current = scale.wanted
        first = (Recommendation(scale.wanted, now),)
        self._recommendations.setdefault(key, first)
        self.claimed.setdefault(key, "")
        return self._decide(sync, scale)

    def _decide(self, sync: Sync, scale: Scale) -> Decision:
        zeroed = self._was_scaled_to_zero(sync)
        if sync.current == 0 and not zeroed:
            text = "scaling is disabled since the replica count of the target is zero"
            sync.conditions.set(ACTIVE, False, "ScalingDisabled", text)
            sync.reason = text
            return self._finish(sync, scale, 0, None)
        if sync.current > sync.maximum:
            sync.reason = "Current number of replicas above Spec.MaxReplicas"
            return self._finish(sync, scale, sync.maximum, None)
        if sync.current < sync.minimum and not zeroed:
            sync.reason = "Current number of replicas below Spec.MinReplicas"
            return self._finish(sync, scale, sync.minimum, None)
        try:
            name = ask_metrics(self, sync, scale)
        except MetricsFailed as error:
            self._write(sync, sync.current, get_path(sync.autoscaler, "status", "desiredReplicas"))
            self.warn(sync, "FailedComputeMetricsReplicas", str(error))
            return self._decision(sync, None, str(error))
        wanted = sync.wanted or 0
        if wanted > sync.current:
            sync.reason = f"{name} above target"
        elif wanted < sync.current:
            sync.reason = "All metrics below target"
        return self._finish(sync, scale, *self._normalized(sync, wanted))

    # Zero

    def _was_scaled_to_zero(self, sync: Sync) -> bool:
        """Whether the autoscaler itself made it zero, which the gate allows."""
        if not self.config.scale_to_zero:
            sync.conditions.remove(SCALED_TO_ZERO)
            return False
        return sync.current == 0 and sync.conditions.holds(SCALED_TO_ZERO)

    # Windows and limits

    def _normalized(self, sync: Sync, wanted: int) -> tuple[int, str]:
        """The size after windows and limits, and what limited it."""
        recent = sync.recent = self._recommendations[sync.key]
        rules = sync.spec.get("behavior")
        if rules is None:
            window = self.config.downscale_stabilization
            calm = stabilization.without_behavior(recent, wanted, window, sync.now)
        else:
            calm = self._calmed(sync, rules, wanted)
        self._recommendations[sync.key] = calm.recent
        sync.conditions.set(ABLE, True, calm.reason, calm.message)
        sync.stabilized = calm.replicas
        limited = self._limited(sync, rules, calm.replicas)
        sync.conditions.set(
            LIMITED, limited.replicas != calm.replicas, limited.reason, limited.message
        )
        return limited.replicas, limited.reason

    def _rules(self, given: Object) -> tuple[Object, Object]:
        up = behavior.rules_of(given.get("scaleUp"), behavior.SCALE_UP)
        down = behavior.rules_of(given.get("scaleDown"), behavior.SCALE_DOWN)
        if get_path(given, "scaleDown", "stabilizationWindowSeconds") is None:
            down["stabilizationWindowSeconds"] = self.config.downscale_stabilization
        return up, down

    def _calmed(self, sync: Sync, given: Object, wanted: int) -> Stabilized:
        up, down = self._rules(given)
        windows = (up["stabilizationWindowSeconds"], down["stabilizationWindowSeconds"])
        return stabilization.with_behavior(sync.recent, sync.current, wanted, windows, sync.now)

    def _limited(self, sync: Sync, given: Object | None, size: int) -> Limited:
        bounds = (sync.current, size, sync.minimum, sync.maximum)
        if given is None:
            config = self.config
            return behavior.without_behavior(*bounds, factor=config.factor, least=config.minimum)
        up, down = self._rules(given)
        past = self._past.get(sync.key, Past())
        return behavior.with_behavior(*bounds, up=up, down=down, past=past, now=sync.now)

    # Writing

    def _finish(self, sync: Sync, scale: Scale, desired: int, limited: str | None) -> Decision:
        """Set the scale if it changes, then the status."""
        if desired == sync.current:
            return self._end(sync, desired, sync.error, limited=limited)
        try:
            self.scales.update(scale, desired)
        except APIError as error:
            size = f"New size: {desired}; reason: {sync.reason}; error: {error.message}"
            self.warn(sync, "FailedRescale", size)
            text = f"the HPA controller was unable to update the target scale: {error.message}"
            sync.conditions.set(ABLE, False, "FailedUpdateScale", text)
            self._write(sync, sync.current, get_path(sync.autoscaler, "status", "desiredReplicas"))
            return self._decision(sync, None, error.message)
        text = f"the HPA controller was able to update the target scale to {desired}"
        sync.conditions.set(ABLE, True, "SucceededRescale", text)
        if self.config.scale_to_zero:
            self._note_zero(sync, desired)
        message = f"New size: {desired}; reason: {sync.reason}"
        self.context.recorder.event(
            sync.autoscaler, "Normal", "SuccessfulRescale", message, COMPONENT
        )
        past = self._past.get(sync.key, Past())
        rules = sync.spec.get("behavior")
        self._past[sync.key] = behavior.remembered(past, rules, sync.current, desired, sync.now)
        return self._end(sync, desired, sync.error, limited=limited, rescaled=True)

    def _note_zero(self, sync: Sync, desired: int) -> None:
        if desired == 0:
            text = "the HPA controller scaled the target to zero"
            sync.conditions.set(SCALED_TO_ZERO, True, "ScaledToZero", text)
        elif sync.current == 0:
            text = "the target is not scaled to zero"
            sync.conditions.set(SCALED_TO_ZERO, False, "NotScaledToZero", text)

    def _end(
        self, sync: Sync, desired: int | None, error: str, *, limited: str | None = None,
        rescaled: bool = False,
    ) -> Decision:  # fmt: skip
        if desired is None:
            status = sync.autoscaler.get("status") or {}
            self._write(sync, status.get("currentReplicas"), status.get("desiredReplicas"),
                        status.get("currentMetrics"))  # fmt: skip
        else:
            self._write(sync, sync.current, desired, sync.statuses, rescaled=rescaled)
        return self._decision(sync, desired, error, limited or "")

    def _decision(self, sync: Sync, desired: int | None, error: str, limited: str = "") -> Decision:
        return Decision(
            sync.now,
            sync.current,
            tuple(sync.metrics),
            sync.wanted,
            sync.stabilized,
            desired,
            sync.conditions.reason(ABLE),
            limited,
            sync.reason,
            error,
            tuple((one.time, one.replicas) for one in sync.recent),
        )

    def _write(
        self, sync: Sync, current: int | None, desired: int | None,
        statuses: list[Object] | None = None, *, rescaled: bool = False,
    ) -> None:  # fmt: skip
        """Write the status, if it changes."""
        old = sync.autoscaler.get("status") or {}
        new = {name: value for name, value in old.items() if name == "lastScaleTime"}
        if rescaled:
            new["lastScaleTime"] = timestamp(sync.now)
        if current:
            new["currentReplicas"] = current
        new |= {
            "desiredReplicas": desired or 0,
            "currentMetrics": statuses if statuses is not None else sync.statuses,
            "conditions": sync.conditions.to_list(),
        }
        if new != old:
            changed = {**sync.autoscaler, "status": new}
            self.context.api.store.put(AUTOSCALERS, sync.key, changed)

    def warn(self, sync: Sync, reason: str, message: str) -> None:
        """Tell that something is wrong."""
        self.context.recorder.event(sync.autoscaler, "Warning", reason, message, COMPONENT)

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """Each of the last syncs as the arithmetic that it did."""
        key = (obj["metadata"]["namespace"], obj["metadata"]["name"])
        return explain(self.context.decisions.of(_subject(key)))


def _subject(key: Key) -> str:
    return f"{AUTOSCALERS}/{'/'.join(key)}"
