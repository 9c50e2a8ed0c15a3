"""What the load balancer before a load costs."""

import pytest

from tests.cloud.aws.edge import edge, name_of

URL = "http://shop.example.com/"


def row(load, size=20_000, **prices):
    """The only row of the table."""
    [found] = load.cost(size, **prices).to_dict("records")
    return found


@pytest.fixture
def cluster():
    """An NLB and an ALB."""
    return edge()


def test_what_is_counted(cluster):
    """By hand from the report: 0.05 s for each request."""
    load = cluster.load(URL, rate=50, duration="60s", client="internet")
    cluster.run("70s")
    found, sent = row(load), load.totals()["sent"]
    assert found["requests"] == sent
    assert found["new connections/s"] == pytest.approx(sent / 60, rel=0.02)
    assert found["active connections"] == pytest.approx(sent * 0.0515 / 60, rel=0.1)
    assert found["GB/h"] == pytest.approx(sent / 60 * 20_000 * 3600 / 1e9, rel=0.02)
    assert found["decided by"] == "GB/h"
    assert found["$ per hour"] == pytest.approx(0.0225 + 0.008 * found["GB/h"])


def test_a_network_load_balancer_counts_otherwise(cluster):
    """Large requests: the same bytes at a lower price; small ones: next to nothing."""
    urls = (URL, f"http://{name_of(cluster)}/")
    loads = [cluster.load(url, rate=50, duration="60s", client="internet") for url in urls]
    cluster.run("70s")
    small = [row(load, 100) for load in loads]
    assert [one["unit"] for one in small] == ["LCU", "NLCU"]
    assert [one["decided by"] for one in small] == ["new connections/s"] * 2
    assert small[0]["units"] == pytest.approx(2, rel=0.1)
    assert small[1]["units"] == pytest.approx(2 / 32, rel=0.1)


def test_prices_can_be_given(cluster):
    """Those of another region."""
    load = cluster.load(URL, rate=5, duration="10s", client="internet")
    cluster.run("12s")
    found = row(load, 0, hour=1.0, unit=0.0)
    assert found["$ per hour"] == 1.0


def test_users_with_kept_connections(cluster):
    """As many connections as users."""
    load = cluster.load(URL, users=4, think="1s", duration="20s", keep_alive=True)
    cluster.run("25s")
    assert row(load)["active connections"] == 4
    assert row(load)["new connections/s"] < row(load)["requests"] / 60


def test_without_a_balancer_or_an_answer_there_is_no_bill(cluster):
    """It is said why."""
    inside = cluster.load("http://web/", rate=5, duration="1s", client="node/worker-1")
    young = cluster.load(URL, rate=5, duration="10s", client="internet")
    cluster.run("0.001s")
    with pytest.raises(ValueError, match="does not lead to a load balancer"):
        inside.cost(100)
    with pytest.raises(ValueError, match="no request has ended yet"):
        young.cost(100)
