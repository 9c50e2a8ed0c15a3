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
    """No balancer, and no port."""
    with pytest.raises(ValueError, match="has no load balancer yet: name a node"):
        door(doors(), "service/port")
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
    with pytest.raises(ValueError, match="choose of the settings policy, targets"):
        what_if(doors(), "service/balanced", speed=(1, 2))


def test_what_if_brings_a_picture_for_every_viewer():
    """The widget, and the first choice as HTML and as text."""
    found = what_if(doors(), "service/balanced", interval=(10, 5))
    data, _ = found._repr_mimebundle_()
    assert 'data-kl="failover"' in data["text/html"]
    assert "requests:" in data["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in data
