"""Samples, rounds and answers of metrics-server."""

from types import SimpleNamespace

import pytest

from kubelearn.api.objects import merge
from kubelearn.api.selectors import parse
from kubelearn.controllers.metrics_server import PLACE
from kubelearn.metrics.client import MetricsError
from kubelearn.sim.clock import SECOND
from tests.controllers.control_room import TEMPLATE, control_room


class Programs:
    """A pod uses so many thousandths of a core all the time."""

    def __init__(self, clock, share):
        self.clock, self.share = clock, share

    def usage(self, _pod):
        """Since the clock's zero."""
        cpu = self.clock.now * self.share // 1000
        return (SimpleNamespace(container="web", cpu=cpu, memory=5),)


@pytest.fixture
def room():
    """A pod web that runs, and metrics-server installed."""
    made = control_room("metrics-api")
    made.parts["metrics-api"].programs = Programs(made.clock, 250)
    made.start(made.pod("web"))
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE}
    metadata = {"namespace": PLACE[0], "name": PLACE[1]}
    made.api.create({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
                     "spec": spec})  # fmt: skip
    return made


def serve(room, *, ready=True):
    """A pod of metrics-server runs."""
    labels = {"k8s-app": "metrics-server"}
    container = {"name": "metrics-api", "image": "example.com/m"}
    pod = room.api.create({"apiVersion": "v1", "kind": "Pod",
                           "metadata": {"name": "m", "namespace": PLACE[0], "labels": labels},
                           "spec": {"containers": [container]}})  # fmt: skip
    room.start(pod, ready=ready)


def cpu(room):
    """What the API says of the pods with app=web."""
    return room.parts["metrics-api"].resource("cpu", "default", parse("app=web"), "")


def test_a_rate_needs_two_samples_and_two_rounds(room):
    """The kubelets look every 10 s, the server asks every 15 s."""
    serve(room)
    room.run(29)
    with pytest.raises(MetricsError, match="no metrics returned from resource metrics API"):
        cpu(room)
    room.run(2)
    assert cpu(room)["web"].value == 250


def test_an_answer_is_as_old_as_its_last_sample(room):
    """Which the kubelet took up to 25 s ago."""
    serve(room)
    room.run(44.9)
    metric = cpu(room)["web"]
    assert (metric.timestamp // SECOND, metric.window // SECOND) == (30, 20)


def test_nobody_answers_until_a_pod_is_ready(room):
    """The API server says that the service is unavailable."""
    serve(room, ready=False)
    room.run(60)
    with pytest.raises(MetricsError, match="currently unable to handle the request"):
        cpu(room)


def test_a_removed_server_is_not_found(room):
    """And the kubelets are asked no more."""
    serve(room)
    room.run(60)
    room.api.delete("deployments.apps", *PLACE)
    room.run(30)
    with pytest.raises(MetricsError, match="could not find the requested resource"):
        cpu(room)
    assert room.parts["metrics-api"].kept == {}


def test_amounts_of_another_run_are_not_compared(room):
    """After a restart a rate has to wait for its samples again."""
    serve(room)
    room.run(60)
    pod = room.api.get("pods", "default", "web")
    statuses = {"containerStatuses": [{"name": "web", "restartCount": 1}]}
    room.api.store.put("pods", ("default", "web"), merge(pod, {"status": statuses}))
    room.run(20)
    assert room.parts["metrics-api"].amounts(pod) == {}
