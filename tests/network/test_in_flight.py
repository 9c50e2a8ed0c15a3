"""Requests that are under way when their path changes."""

import pytest

from tests.network.small import shop

BACK = "http://back:9080/"


def ends(engine, moment, change):
    """How all requests of a load end when something happens at a moment."""
    cluster = shop()
    load = cluster.load(BACK, rate=400, duration="1s", client="pod/client", engine=engine)
    cluster.run(moment)
    change(cluster)
    cluster.run("20s")
    return load.requests()


CHANGES = {
    "client goes": lambda c: c.delete("pod/client", grace=0),
    "program ends": lambda c: c.fail.pod("back"),
    "machine dies": lambda c: c.fail.node("worker-2"),
    "link breaks": lambda c: c.fail.link("worker-2", "worker-3"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("moment", [0.1, 0.5003, 0.99999])
def test_each_ends_as_if_it_had_gone_by_itself(change, moment):
    """At the resolver, on the wire, in the queue, on the way back."""
    made = CHANGES[change]
    expected = ends("stepped", moment, made)
    assert expected == ends("auto", moment, made)
    assert len({name for *_, name in expected}) > 1
