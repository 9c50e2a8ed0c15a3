"""The status of HTTPRoutes whose parents are Services."""

import pytest

from kubelearn.cluster import Cluster
from kubelearn.mesh.route_status import CONTROLLER, ROUTES, entries
from tests.mesh.programs import CLIENTS, program
from tests.mesh.small import full
from tests.mesh.test_gamma import WEB, route, to

HOSTS = {full("web"), full("a")}
TIME = "2026-01-01T00:00:00Z"


def said(found, hosts=HOSTS):
    """Type, status, reason and message of the conditions at the only parent."""
    (one,) = entries(found, hosts, [], TIME)
    assert (one["parentRef"], one["controllerName"]) == (WEB, CONTROLLER)
    return [tuple(each[name] for name in ("type", "status", "reason", "message"))
            for each in one["conditions"]]  # fmt: skip


FINE = [("Accepted", "True", "Accepted", "Route was valid"),
        ("ResolvedRefs", "True", "ResolvedRefs", "All references resolved")]  # fmt: skip


def test_a_route_that_is_fine():
    """Both hold."""
    assert said(route(to("a"))) == FINE


def test_a_parent_that_is_not_there():
    """The route is not accepted there."""
    text = 'parent service: "web" not found'
    wanted = ("Accepted", "False", "NoMatchingParent", text)
    assert said(route(to("a")), {full("a")}) == [wanted, FINE[1]]


def test_a_backend_that_is_not_there():
    """The route is accepted all the same."""
    wanted = ("ResolvedRefs", "False", "BackendNotFound", f"backend({full('lost')}) not found")
    assert said(route(to("lost"))) == [FINE[0], wanted]


def test_a_gateway_is_no_business_of_the_mesh():
    """Its controller tells about it."""
    assert entries(route(to("a"), parent={"name": "gw"}), HOSTS, [], TIME) == []


@pytest.fixture(scope="module")
def started():
    """A Service, and a route to another that is not there yet."""
    cluster = Cluster(nodes=3, zones=1, seed=3)
    cluster.install("istio")
    cluster.install("gateway-api")
    cluster.run("30s")
    cluster.apply(CLIENTS)
    cluster.apply(program("web"))
    cluster.run("60s")
    cluster.apply(route(to("late")))
    return cluster.run("1s")


@pytest.fixture
def cluster(started):
    """A copy for one test."""
    return started.fork()


def parents(cluster):
    """The status of the route."""
    return cluster.api.get(ROUTES, "default", "r")["status"]["parents"]


def resolved(cluster):
    """Status and reason of condition ResolvedRefs."""
    (one,) = parents(cluster)
    return one["conditions"][1]["status"], one["conditions"][1]["reason"]


def test_it_follows_what_there_is(cluster):
    """Requests get 500 as long as the backend is not there, and why() says so."""
    assert resolved(cluster) == ("False", "BackendNotFound")
    assert cluster.request("http://web/", client="pod/client").status == 500
    text = str(cluster.why("httproute/r"))
    assert f"at Service web: backend({full('late')}) not found (BackendNotFound)" in text
    cluster.apply(program("late"))
    cluster.run("60s")
    assert resolved(cluster) == ("True", "ResolvedRefs")
    assert cluster.request("http://web/", client="pod/client").status == 200


def test_a_status_makes_no_push(cluster):
    """What istiod writes itself is no reason to push again; the times of conditions stay."""
    before, version = parents(cluster), cluster.parts["istiod"].version
    cluster.run("5s")
    assert cluster.parts["istiod"].version == version
    cluster.apply(program("other"))
    cluster.run("60s")
    assert cluster.parts["istiod"].version > version
    assert parents(cluster) == before


def test_what_others_have_written_stays(cluster):
    """Each controller has entries of its own."""
    other = {"controllerName": "x.test/y", "parentRef": {"name": "gw"}, "conditions": []}
    cluster.api.patch_status(ROUTES, "default", "r", {"parents": [*parents(cluster), other]})
    cluster.apply(program("late"))
    cluster.run("60s")
    assert other in parents(cluster)
    assert len(parents(cluster)) == 2
