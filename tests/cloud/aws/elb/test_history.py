"""What targets and names have been: written down when it changes, kept by forks."""

from kubelearn.cloud.aws.elb.model import DRAINING, HEALTHY, INITIAL, UNHEALTHY
from tests.cloud.aws.edge import edge, name_of


def states(cluster, target):
    """The states of a target of the network load balancer's group, in order."""
    elb = cluster.parts["elb"]
    groups = {g.name for g in elb.groups.values() if g.kind == "instance"}
    return [turn.state for turn in elb.history
            if turn.subject[0] in groups and turn.subject[1] == target]  # fmt: skip


def answers(cluster):
    """How many addresses the network load balancer's name had, in order."""
    wanted = ("", name_of(cluster))
    turns = [turn for turn in cluster.parts["elb"].history if turn.subject == wanted]
    return [len(turn.state.split(",")) for turn in turns]


def test_each_state_is_written_down_once():
    """However many checks there are."""
    assert states(edge(), "worker-2") == [INITIAL, HEALTHY]


def test_a_lost_target_and_its_zone():
    """Unhealthy, then taken out and drained; the zone's address has left the answers before."""
    cluster = edge()
    cluster.fail.node("worker-2")
    cluster.run("120s")
    assert states(cluster, "worker-2")[2:] == [UNHEALTHY, DRAINING]
    cluster.run("300s")
    assert states(cluster, "worker-2")[2:] == [UNHEALTHY, DRAINING, ""]
    assert answers(cluster)[-2:] == [3, 2]


def test_the_last_answer_is_what_is_resolved():
    """At every time."""
    cluster = edge()
    for _ in range(8):
        resolved = cluster.parts["elb"].resolve(name_of(cluster)).addresses
        last = [t for t in cluster.parts["elb"].history if t.subject == ("", name_of(cluster))][-1]
        assert last.state == ",".join(resolved)
        cluster.fail.node("worker-1")
        cluster.run("15s")


def test_a_fork_writes_its_own():
    """What happens in it is not in the other's history."""
    cluster = edge()
    twin = cluster.fork()
    twin.fail.node("worker-2")
    twin.run("60s")
    assert states(cluster, "worker-2") == [INITIAL, HEALTHY]
    assert states(twin, "worker-2")[-1] == UNHEALTHY
