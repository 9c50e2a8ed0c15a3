"""Requests that go on by themselves, and those that wait beside a load in bulk."""

import pytest

from tests.network.router.stories import NETWORKING, world

POOL = {"http": {"http1MaxPendingRequests": 50}, "tcp": {"maxConnections": 1}}
RULE = {"apiVersion": NETWORKING, "kind": "DestinationRule", "metadata": {"name": "shop"},
        "spec": {"host": "shop", "trafficPolicy": {"connectionPool": POOL}}}  # fmt: skip


@pytest.fixture(scope="module")
def start():
    """One connection to a program that needs longer than the time between two requests."""
    cluster = world()
    cluster.apply(RULE)
    return cluster.run("2s")


def test_whose_turn_at_a_connection_it_is(start):
    """A request that must wait makes the load wait one by one beside it, then it goes in bulk."""
    cluster = start.fork()
    load = cluster.load("http://shop/", rate=60, duration="20s", client="pod/client")
    cluster.run("3s")
    assert load.engine == "in bulk"
    call = cluster.parts["requests"].send("http://shop/", client="pod/client")
    cluster.run("5ms")
    assert load.engine == "one by one: another request waits for a connection of its proxy"
    while not cluster.parts["requests"].finished(call):
        cluster.run("20ms")
    cluster.run("1ms")
    assert load.engine == "in bulk"


def test_who_waits_by_itself_waits_in_bulk_again(start):
    """No call is left on its way one by one."""
    cluster = start.fork()
    load = cluster.load("http://shop/", rate=150, duration="20s", client="pod/client")
    cluster.run("3s")
    cluster.request("http://shop/", client="pod/client")
    cluster.run("500ms")
    assert load.engine == "in bulk"
    waiting = [one for one in cluster.parts["requests"].calls.values() if one.finished is None]
    assert waiting == []
    assert load.totals()["in flight"] > 10
