"""Which kinds of paths compile, and that each request ends as it does through the hops."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelearn.api.errors import APIError
from tests.cloud.aws.edge import edge, name_of
from tests.network.exposed import address

INTERNET, INSIDE = "internet/198.51.100.7", "pod/client"
CLIENT = """
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: worker-3, containers: [{name: client, image: example.com/client}]}
"""
HEADLESS = """
apiVersion: v1
kind: Service
metadata: {name: bare}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
"""
KINDS = {
    "a Service": (lambda c: "http://web/", INSIDE),
    "a Service by its longer name": (lambda c: "http://web.default/", INSIDE),
    "a Service without endpoints": (lambda c: "http://empty/", INSIDE),
    "a name that does not exist": (lambda c: "http://nobody/", INSIDE),
    "a NodePort from outside": (lambda c: f"http://{address(c, 'worker-1')}:30080/", INTERNET),
    "a NodePort from a pod": (lambda c: f"http://{address(c, 'worker-1')}:30080/", INSIDE),
    "a NodePort from a node": (
        lambda c: f"http://{address(c, 'worker-1')}:30080/",
        "node/worker-2",
    ),
    "an NLB from outside": (lambda c: f"http://{name_of(c)}/", INTERNET),
    "an NLB from a pod": (lambda c: f"http://{name_of(c)}/", INSIDE),
    "an ALB": (lambda c: f"http://{name_of(c, 'ingress/shop')}/", INTERNET),
    "a port where nobody listens": (lambda c: f"http://{address(c, 'worker-1')}:81/", INTERNET),
}
STEPPED = {
    "a headless Service": (lambda c: "http://bare/", INSIDE),
}


def world():
    """NLB, ALB and NodePort before three pods, and a client among them."""
    cluster = edge()
    cluster.apply(CLIENT + "---" + HEADLESS)
    return cluster.run("10s")


FAULTS = {
    "lose worker-1": lambda c: c.fail.node("worker-1"),
    "lose worker-2": lambda c: c.fail.node("worker-2"),
    "find worker-1": lambda c: c.heal.node("worker-1"),
    "cut": lambda c: c.fail.link("worker-1", "worker-2"),
    "mend": lambda c: c.heal.link("worker-1", "worker-2"),
    "crash": lambda c: c.fail.pod(c.api.list("pods", "default", "app=web")[0]["metadata"]["name"]),
    "scale to 1": lambda c: c.scale("deployment/web", 1),
    "scale to 5": lambda c: c.scale("deployment/web", 5),
    "no Service": lambda c: c.delete("service/web"),
    "no client": lambda c: c.delete("pod/client", grace=0),
    "wait": lambda c: c.run("45s"),
}


def told(kind, names, engine, timeout="4s"):
    """How all requests of a load end during which these things happen, and the balancer's story."""
    url, client = {**KINDS, **STEPPED}[kind]
    cluster = world()
    load = cluster.load(url(cluster), rate=8, duration="100s", client=client, engine=engine,
                        timeout=timeout)  # fmt: skip
    for name in names:
        cluster.run("7.3s")
        with suppress(ValueError, IndexError, APIError):  # what cannot happen does not
            FAULTS[name](cluster)
    cluster.run("150s")
    history, learnt = cluster.parts["elb"].history, cluster.parts["requests"].learnt_names
    failures = load.failures().values.tolist()
    return load.requests(), failures, cluster.fingerprint(), history, learnt


@pytest.mark.parametrize("kind", KINDS)
def test_a_healthy_path_of_this_kind_compiles(kind):
    """Once public names are known."""
    url, client = KINDS[kind]
    cluster = world()
    load = cluster.load(url(cluster), rate=20, duration="20s", client=client)
    cluster.run("30s")
    results = cluster.parts["loads"].ended(load.number)
    assert len(results.singles) <= 3
    assert load.totals()["in flight"] == 0


@pytest.mark.parametrize("kind", STEPPED)
def test_a_path_of_this_kind_is_stepped(kind):
    """Its balancer counts turns, or its names change with its pods."""
    url, client = STEPPED[kind]
    cluster = world()
    load = cluster.load(url(cluster), rate=20, duration="5s", client=client)
    cluster.run("20s")
    assert len(cluster.parts["loads"].ended(load.number).singles) == load.totals()["sent"]


@pytest.mark.parametrize("kind", [*KINDS, *STEPPED])
def test_each_request_ends_alike_when_a_node_is_lost_and_found(kind):
    """In the same bin at the same nanosecond."""
    names = ["lose worker-1", "wait", "find worker-1"]
    assert told(kind, names, "stepped") == told(kind, names, "auto")


@pytest.mark.parametrize("kind", ["a NodePort from outside", "an NLB from outside"])
def test_patient_clients_are_reset_alike(kind):
    """They wait longer than the balancer's checks."""
    names = ["lose worker-1", "wait"]
    expected = told(kind, names, "stepped", timeout="60s")
    assert expected == told(kind, names, "auto", timeout="60s")


@settings(max_examples=6, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.lists(st.sampled_from(sorted(FAULTS)), max_size=4))
def test_whatever_happens_each_request_ends_alike(kind, names):
    """In any order of faults and repairs."""
    assert told(kind, names, "stepped") == told(kind, names, "auto")
