"""Doors, the accident behind them, and settings to try."""

from functools import cache

import pytest

from kubelearn.frames import failover
from kubelearn.learn import door, lose_a_node, what_if, with_settings
from kubelearn.learn.edge_checks import with_balancers
from kubelearn.learn.lost_node import SETTINGS
from kubelearn.network.addresses import node_address

DOORS = "notebooks/manifests/doors.yaml"
VALUES = {"policy": "Local", "targets": "ip", "interval": 5, "failures": 2, "cross_zone": True}


@cache
def doors():
    """The cluster of lesson 07."""
    cluster = with_balancers(5)
    cluster.apply(DOORS)
    return cluster.run("210s")


def lost(cluster, *urls, **options):
    """How many requests are lost with worker-2."""
    return failover(lose_a_node(cluster, *urls, **options))["numbers"]["lost"]


def test_a_door_is_a_nodes_port_or_a_name():
    """What a user has to know."""
    address = node_address(doors().object("node/worker-2"))
    assert door(doors(), "service/port", node="worker-2") == f"http://{address}:30080/"
    assert door(doors(), "service/balanced").endswith(".elb.us-west-2.amazonaws.com/")


def test_a_door_that_is_not_there_is_told():
    """No balancer, and no port; what to do depends on the type of the Service."""
    with pytest.raises(ValueError, match='of type NodePort, so name a node, such as node="worker'):
        door(doors(), "service/port")
    with pytest.raises(ValueError, match="of type ClusterIP, and only a LoadBalancer or"):
        door(doors(), "service/kubernetes")
    fresh = doors().fork()
    fresh.patch("service/port", {"spec": {"type": "LoadBalancer"}})
    with pytest.raises(ValueError, match=r"no load balancer yet: let more time pass"):
        door(fresh, "service/port")
    with pytest.raises(ValueError, match="Service kubernetes opens no port on nodes"):
        door(doors(), "service/kubernetes", node="worker-1")


def test_the_accident_happens_in_a_fork():
    """The cluster itself keeps its node and has no load."""
    before = doors().fingerprint()
    twin = lose_a_node(doors(), door(doors(), "service/balanced"))
    assert doors().fingerprint() == before != twin.fingerprint()
    assert [one["text"] for one in failover(twin)["marks"]] == ["worker-2 dies"]


def test_requests_are_shared_by_the_urls():
    """A list of nodes loses more than nothing and less than the one that dies."""
    urls = [door(doors(), "service/port", node=f"worker-{n}") for n in (1, 2, 3)]
    assert 0 < lost(doors(), *urls) < lost(doors(), urls[1])


def test_the_order_of_the_doors():
    """One node > list > NLB > those without a second hop, as lesson 07 tells."""
    nodes = [door(doors(), "service/port", node=f"worker-{n}") for n in (1, 2, 3)]
    found = [lost(doors(), nodes[1]), lost(doors(), *nodes)]
    found += [lost(doors(), door(doors(), f"service/{name}")) for name in ("balanced", "direct")]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 4


@pytest.mark.parametrize("name", SETTINGS)
def test_each_setting_takes_effect(name):
    """The balancer, or the group behind it, is another one then."""
    twin, same = (
        with_settings(doors(), "service/balanced", **s) for s in ({name: VALUES[name]}, {})
    )
    rows = [
        (elb.groups, {one.name: one.cross_zone for one in elb.balancers.values()})
        for elb in (twin.parts["elb"], same.parts["elb"])
    ]
    assert rows[0] != rows[1]


def test_two_settings_together_make_the_loss_small():
    """What the sliders of the lesson let one find."""
    quick = {"interval": 5, "failures": 2}

    def with_(**settings):
        twin = with_settings(doors(), "service/balanced", **settings)
        return lost(twin, door(twin, "service/balanced"))

    assert with_(**quick) > 400
    assert with_(**quick, targets="ip", cross_zone=True) < 150 < with_(**quick, targets="ip")


def test_unknown_settings_are_told():
    """Before anything is run."""
    with pytest.raises(ValueError, match="choose of policy, targets, interval"):
        with_settings(doors(), "service/balanced", speed=3)
    with pytest.raises(ValueError, match="no setting 'speed': choose of policy, targets"):
        what_if(doors(), "service/balanced", speed=(1, 2))
    with pytest.raises(ValueError, match="nothing is to be tried: choose of policy"):
        what_if(doors(), "service/balanced")


@pytest.mark.parametrize("values", [5, (), "ip"])
def test_a_slider_needs_values(values):
    """One value is no choice, and none is nothing."""
    with pytest.raises(ValueError, match="give all values to try"):
        what_if(doors(), "service/balanced", interval=values)


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"interval": 1}, "greater than or equal to 5"), ({"targets": "ips"}, "ips")],
)
def test_settings_that_are_not_taken_are_told(settings, words):
    """In the controller's words; the picture of the old settings would be wrong."""
    with pytest.raises(ValueError, match=f"these settings do not work.*{words}"):
        with_settings(doors(), "service/balanced", **settings)


def test_an_accident_without_requests_is_a_mistake():
    """Nobody would lose anything."""
    with pytest.raises(ValueError, match="say where requests go"):
        lose_a_node(doors())


def test_what_if_brings_a_picture_for_every_viewer():
    """The widget, and the first choice as HTML and as text."""
    found = what_if(doors(), "service/balanced", interval=(10, 5))
    data, _ = found._repr_mimebundle_()
    assert 'data-kl="failover"' in data["text/html"]
    assert "requests:" in data["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in data
