"""The autoscaler as a controller: when it looks, and what it writes."""

import pytest

from kubelearn.api.objects import condition
from kubelearn.controllers.podautoscaler.horizontal import AUTOSCALERS
from kubelearn.metrics.client import NoMetrics, PodMetric
from kubelearn.sim.clock import MINUTE
from tests.controllers.control_room import control_room

NAME = "horizontal-pod-autoscaler"
CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {
    "type": "AverageValue", "averageValue": "100m"}}}  # fmt: skip


class Measured(NoMetrics):
    """So much cpu for each pod."""

    def __init__(self, amount):
        self.amount = amount

    def resource(self, *_):
        """web-0 is the only pod."""
        return {"web-0": PodMetric(self.amount, 3600 * MINUTE, MINUTE)}


@pytest.fixture
def room():
    """A Deployment of one replica, its pod, and its autoscaler."""
    made = control_room(NAME)
    made.workload("Deployment", replicas=1)
    made.start(made.pod("web-0"))
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    spec = {"scaleTargetRef": reference, "maxReplicas": 10, "metrics": [CPU]}
    metadata = {"name": "web", "namespace": "default"}
    kind = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler"}
    made.api.create({**kind, "metadata": metadata, "spec": spec})
    return made


def replicas(room):
    """What the Deployment wants."""
    return room.api.get("deployments.apps", "default", "web")["spec"]["replicas"]


def status(room):
    """The status of the autoscaler."""
    return room.api.get(AUTOSCALERS, "default", "web")["status"]


def measured(room, amount):
    """From now on each pod uses so much."""
    room.parts[NAME].reconciler.metrics = Measured(amount)


def started_long_ago(room):
    """The pod counts from now on."""
    pod = room.api.get("pods", "default", "web-0")
    since = {"startTime": "2025-12-31T00:00:00Z"}
    room.api.store.put("pods", ("default", "web-0"), {**pod, "status": {**pod["status"], **since}})


def test_the_first_sync_is_15_seconds_after_the_creation(room):
    """Until then there are no conditions."""
    measured(room, 300)
    started_long_ago(room)
    room.run(14.9)
    assert "conditions" not in status(room)
    room.run(0.2)
    assert replicas(room) == 3


def test_a_scale_is_told_in_status_and_event(room):
    """With the reason."""
    measured(room, 300)
    started_long_ago(room)
    room.run(16)
    found = status(room)
    assert (found["currentReplicas"], found["desiredReplicas"]) == (1, 3)
    assert found["currentMetrics"][0]["resource"]["current"] == {"averageValue": "300m"}
    [event] = room.api.list("events", "default")
    assert event["message"] == "New size: 3; reason: cpu resource above target"


def test_without_metrics_nothing_changes(room):
    """But the conditions say why."""
    room.run(16)
    active = condition(room.api.get(AUTOSCALERS, "default", "web"), "ScalingActive")
    assert (replicas(room), active["reason"]) == (1, "FailedGetResourceMetric")


def test_a_target_that_is_not_there(room):
    """FailedGetScale."""
    room.api.delete("deployments.apps", "default", "web")
    room.run(16)
    able = condition(room.api.get(AUTOSCALERS, "default", "web"), "AbleToScale")
    assert (able["status"], able["reason"]) == ("False", "FailedGetScale")


def test_memory_goes_with_the_autoscaler(room):
    """Another one of the same name begins anew."""
    room.run(16)
    part = room.parts[NAME].reconciler
    room.api.delete(AUTOSCALERS, "default", "web")
    room.run(16)
    assert part._recommendations == {}


def test_why_is_the_arithmetic_of_the_syncs(room):
    """As recorded, not computed anew."""
    measured(room, 300)
    started_long_ago(room)
    room.run(16)
    obj = room.api.get(AUTOSCALERS, "default", "web")
    [reason] = room.parts[NAME].reconciler.explain(AUTOSCALERS, obj)
    assert "1 replica → metrics want 3 → new size 3" in reason.text
    assert "/ 100m = 3; ceil(3 × 1 ready pod) = 3" in reason.table[0]["how"]
