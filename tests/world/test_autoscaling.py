"""The whole loop: load → CPU → samples → metrics.k8s.io → autoscaler → pods → latency."""

import pytest

from kubelearn.api.objects import condition
from tests.world.loaded import AUTOSCALER, autoscaled, shop

HPA = "hpa/web"


def load(cluster, rate=170, duration="5m"):
    """A load on the shop."""
    return cluster.load("http://web/", rate=rate, duration=duration, client="pod/client")


def replicas(cluster):
    """What the Deployment wants."""
    return cluster.object("deployment/web")["spec"]["replicas"]


def test_without_metrics_server_the_autoscaler_says_so():
    """As upstream words it."""
    cluster = shop()
    cluster.apply(AUTOSCALER)
    cluster.run("20s")
    found = condition(cluster.object(HPA), "ScalingActive")
    assert found["reason"] == "FailedGetResourceMetric"
    assert (
        "the server could not find the requested resource (get pods.metrics.k8s.io)"
        in (found["message"])
    )


def test_until_it_is_ready_the_api_is_unavailable():
    """The add-on is installed, but no pod of it answers yet."""
    cluster = shop()
    cluster.apply(AUTOSCALER)
    cluster.run("8s")
    cluster.install("metrics-server")
    cluster.run("8s")
    message = condition(cluster.object(HPA), "ScalingActive")["message"]
    assert "the server is currently unable to handle the request" in message


def test_load_makes_cpu_and_cpu_makes_pods():
    """And more pods make requests quick again."""
    cluster = autoscaled()
    running = load(cluster)
    cluster.run("5m")
    table = running.report("60s")
    assert replicas(cluster) > 6
    assert table["p95"].iloc[-1] < table["p95"].iloc[0] / 10


def test_usage_is_what_the_work_takes():
    """100 requests of 20 ms a second are two cores."""
    cluster = autoscaled()
    load(cluster, rate=100)
    cluster.run("2m")
    amounts = cluster.parts["metrics-api"].amounts
    pods = cluster.api.list("pods", "default", "app=web")
    used = sum(amounts(pod)["web"][0] for pod in pods if amounts(pod))
    assert used == pytest.approx(2000, rel=0.1)


def test_the_scale_down_waits_for_its_window():
    """Five minutes after the load has gone."""
    cluster = autoscaled()
    load(cluster, duration="2m")
    cluster.run("2m")
    high = replicas(cluster)
    cluster.run("4m")
    assert replicas(cluster) == high
    cluster.run("3m")
    assert replicas(cluster) == 2


def test_why_shows_the_arithmetic_of_each_sync():
    """As it was decided, with the sizes from metrics to limits."""
    cluster = autoscaled()
    load(cluster)
    cluster.run("90s")
    text = str(cluster.why(HPA))
    assert "ready pods) = " in text
    assert "→ new size 6" in text


def test_an_autoscaled_world_is_the_same_every_time():
    """Byte for byte, and after a rewind."""
    one, other = autoscaled(), autoscaled()
    for cluster in (one, other):
        load(cluster)
        cluster.run("100s")
    assert one.fingerprint() == other.fingerprint()
    one.rewind("-40s")
    assert one.run("40s").fingerprint() == other.fingerprint()
