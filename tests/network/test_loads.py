"""The part that runs loads: what is sent when, and what is kept."""

import signal

import pytest

from kubelearn.network import in_bulk
from kubelearn.sim.clock import SECOND
from tests.network.small import shop

BACK = "http://back:9080/"
SECOND_BACK = """
apiVersion: v1
kind: Pod
metadata:
  name: back-2
  labels: {app: back}
  annotations: {kubelearn.dev/service-time: fixed 10ms}
spec:
  nodeName: worker-1
  containers: [{name: back, image: example.com/back, ports: [{containerPort: 9080}]}]
"""


@pytest.fixture
def cluster():
    """Where back takes 10 ms."""
    return shop()


def start(cluster, **options):
    """A load of the client on back; returns its number."""
    return cluster.parts["loads"].start(BACK, client="pod/client", **options)


def test_a_healthy_path_costs_no_events(cluster):
    """However many requests there are."""
    number = start(cluster, rate=300.0, duration=10 * SECOND)
    pending = len(cluster.clock.pending())
    cluster.run("10s")
    assert cluster.parts["loads"].sent(number) > 2800
    assert len(cluster.clock.pending()) <= pending


def test_a_program_that_asks_others_is_stepped(cluster):
    """Each request goes through the hops by itself."""
    loads = cluster.parts["loads"]
    number = loads.start("http://web/", client="pod/client", rate=20.0, duration=5 * SECOND)
    assert loads.plans[number] is None
    cluster.run("10s")
    assert len(loads.ended(number).singles) == loads.sent(number)


def test_a_load_that_is_over_is_not_watched(cluster):
    """So it costs nothing any more."""
    start(cluster, rate=10.0, duration=SECOND)
    assert cluster.parts["loads"].active
    cluster.run("30s")
    assert not cluster.parts["loads"].active


def test_two_loads_wait_for_each_other(cluster):
    """They meet at the same pod."""
    alone = shop()
    first = start(alone, rate=60.0, duration=20 * SECOND)
    alone.run("25s")
    numbers = [start(cluster, rate=60.0, duration=20 * SECOND) for _ in range(2)]
    cluster.run("30s")
    quick = _mean(alone.parts["loads"].ended(first))
    slow = _mean(cluster.parts["loads"].ended(numbers[0]))
    assert slow > 1.5 * quick


def _mean(results):
    """The mean latency."""
    took = [each for columns in results.columns for each in (columns.done - columns.sent).tolist()]
    return sum(took) / len(took)


def test_calls_of_their_own_draw_what_they_would_draw_without_loads(cluster):
    """A load takes no number from them."""
    quiet = shop()
    start(cluster, rate=5.0, duration=SECOND)
    for world in (cluster, quiet):
        world.run("5s")
    one, other = (world.request(BACK, client="pod/client") for world in (cluster, quiet))
    assert (one.number, one.latency) == (other.number, other.latency)


def test_requests_of_an_old_path_outlive_two_changes(cluster):
    """While they wait in vain, their pod loses its place in the plan, and then the plan changes."""
    cluster.apply(SECOND_BACK)
    cluster.run("10s")
    address = cluster.object("service/back")["spec"]["clusterIP"]
    loads = cluster.parts["loads"]
    for link in (("worker-1", "worker-3"), ("worker-2", "worker-3")):
        cluster.fail.link(*link)
    number = loads.start(f"http://{address}:9080/", client="pod/client", rate=100.0,
                         duration=5 * SECOND)  # fmt: skip
    cluster.run("5s")
    assert [bool(goal.error) for goal in loads.plans[number].goals] == [True, True]
    cluster.delete("pod/back-2", grace=0)
    cluster.run("3s")
    assert len(loads.plans[number].goals) == 1
    cluster.heal.link("worker-2", "worker-3")
    cluster.run("20s")
    results = loads.ended(number)
    ended = sum(len(columns.number) for columns in results.columns) + len(results.singles)
    assert ended == loads.sent(number)


def test_reading_a_long_load_can_be_interrupted(cluster, monkeypatch):
    """Between two pieces; what has been computed stays, and the rest is the same as without."""
    quiet = shop()
    monkeypatch.setattr(in_bulk, "AT_ONCE", 50)
    numbers = [start(world, rate=60.0, duration=10 * SECOND) for world in (cluster, quiet)]
    loads, piece = cluster.parts["loads"], in_bulk.bulk.serve
    for world in (cluster, quiet):
        world.run("15s")

    def rings(*args):
        signal.raise_signal(signal.SIGINT)
        monkeypatch.setattr(in_bulk.bulk, "serve", piece)
        return piece(*args)

    monkeypatch.setattr(in_bulk.bulk, "serve", rings)
    with pytest.raises(KeyboardInterrupt):
        loads.ended(numbers[0])
    done = sum(len(columns.number) for columns in loads.results[numbers[0]].columns)
    assert done < 100
    ends = [_ends(world.parts["loads"].ended(numbers[0])) for world in (cluster, quiet)]
    assert ends[0] == ends[1]
    assert len(ends[0]) > 500


def _ends(results):
    """(index, end) of each request."""
    found = ((columns.number.tolist(), columns.done.tolist()) for columns in results.columns)
    return sorted(pair for columns in found for pair in zip(*columns, strict=True))
