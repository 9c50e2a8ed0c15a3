"""Two circuit breakers on one time axis: full pools, and hosts that are ejected."""

from functools import cache

import pytest

from kubelearn.cluster import Cluster
from kubelearn.frames import breaker
from kubelearn.frames.breaker import NOTHING
from kubelearn.frames.html import lanes_html
from kubelearn.frames.text import lanes_text
from tests.mesh.programs import CLIENTS
from tests.mesh.test_data_path import server

POOL = {"tcp": {"maxConnections": 2}, "http": {"http1MaxPendingRequests": 1}}
EJECT = {"interval": "5s", "baseEjectionTime": "15s", "maxEjectionPercent": 50}


def sick(name):
    """One more pod of a program, which fails every request."""
    found = server(name, time="100ms", fails="100%").partition("---\n")[2]
    for old, new in ((f"metadata: {{name: {name}}}", f"metadata: {{name: {name}-sick}}"),
                     ("version: v1", "version: v2"),
                     (f"matchLabels: {{app: {name}}}", "matchLabels: {version: v2}")):  # fmt: skip
        assert old in found
        found = found.replace(old, new)
    return found


@cache
def _made():
    cluster = Cluster(nodes=3, zones=1, seed=6)
    cluster.install("istio")
    cluster.run("30s")
    cluster.apply(CLIENTS)
    cluster.apply(server("web", replicas=3, time="100ms"))
    cluster.apply(sick("web"))
    return cluster.run("40s")


@pytest.fixture
def cluster():
    """Three pods that are well, one that is not, and no rule yet."""
    return _made().fork()


def loaded(cluster, **policy):
    """A rule, and half a minute of requests; returns the load."""
    cluster.apply({"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
                   "metadata": {"name": "web"},
                   "spec": {"host": "web", "trafficPolicy": policy}})  # fmt: skip
    cluster.run("2s")
    load = cluster.load("http://web/", rate=20, duration="30s", client="pod/client")
    cluster.run("40s")
    return load


def highest(frame, key):
    """The top of a band or line."""
    rows = [row for one in frame["lanes"] for row in (*one["bands"], *one["lines"])]
    return max(value for row in rows if row["key"] == key for _, value in row["points"])


def test_a_full_pool_is_no_ejection(cluster):
    """All that is refused is UO; nobody is out."""
    load = loaded(cluster, connectionPool=POOL)
    frame = breaker(cluster, "default/web")
    assert f"{load.totals()['503']} refused by a full pool" in frame["summary"]
    assert "0 ejections" in frame["summary"]
    assert [one["key"] for one in frame["lanes"]] == ["requests"]
    assert highest(frame, "full") > 1


def test_an_ejection_is_no_full_pool(cluster):
    """The sick host goes out and comes back, again and again."""
    load = loaded(cluster, outlierDetection=EJECT)
    frame = breaker(cluster, "default/web")
    assert "0 refused by a full pool" in frame["summary"]
    assert f"{load.totals()['500']} failed at a host" in frame["summary"]
    assert highest(frame, "client") == 1
    words = [one["text"].partition("web-sick")[0] for one in frame["marks"]]
    assert words[:2] == ["client ejects ", ""]


def test_both_at_once_are_told_apart(cluster):
    """Each in its own band and lane; as a picture and as text."""
    loaded(cluster, connectionPool=POOL, outlierDetection=EJECT)
    frame = breaker(cluster)
    assert frame["subject"] == "web.default.svc.cluster.local"
    assert [one["key"] for one in frame["lanes"]] == ["requests", "hosts"]
    assert "pool full (UO)" in lanes_html(frame)
    assert "ejected by client" in lanes_text(frame)


def test_nobody_has_asked(cluster):
    """Nothing to draw, and a sentence for it."""
    assert breaker(cluster, "default/web")["summary"] == NOTHING
    assert cluster.show("breaker").frame["lanes"] == []


def test_a_fork_has_turns_of_its_own(cluster):
    """What is ejected in one is not in the other."""
    twin = cluster.fork()
    loaded(twin, outlierDetection=EJECT)
    assert "ejections" in breaker(twin)["summary"]
    assert breaker(cluster)["summary"] == NOTHING


def test_it_is_of_a_service(cluster):
    """A pod has no hosts."""
    with pytest.raises(TypeError, match="Service"):
        cluster.show("breaker", "pod/client")
