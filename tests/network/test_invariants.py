"""Whatever breaks while requests are on their way, each ends, and in time."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.errors import APIError
from tests.network.small import shop

WORKERS = ("worker-1", "worker-2", "worker-3")
NODES = st.sampled_from(("control-plane", *WORKERS))
URLS = ("http://web/", "http://back:9080/", "http://nope/", "http://10.96.200.200/",
        "http://localhost:7/", "http://web.default:81/")  # fmt: skip
COMMANDS = st.one_of(
    st.tuples(st.just("send"), st.sampled_from(URLS)),
    st.tuples(st.just("fail.node"), st.sampled_from(WORKERS)),
    st.tuples(st.just("heal.node"), st.sampled_from(WORKERS)),
    st.tuples(st.just("fail.link"), NODES, NODES),
    st.tuples(st.just("heal.link"), NODES, NODES),
    st.tuples(st.just("fail.pod"), st.sampled_from(("back", "client"))),
    st.tuples(st.just("delete"), st.sampled_from(("pod/back", "service/back", "service/web"))),
    st.tuples(st.just("scale"), st.integers(0, 2)),
    st.tuples(st.just("run"), st.sampled_from(("0.001s", "0.02s", "1s", "7s", "60s"))),
)


def give(cluster, name, *args):
    """Give a command; what cannot be done is left out."""
    try:
        if name == "send":
            cluster.parts["requests"].send(args[0], client="pod/client")
        elif name == "scale":
            cluster.scale("deployment/coredns", *args, namespace="kube-system")
        elif "." in name:
            kind, _, what = name.partition(".")
            getattr(getattr(cluster, kind), what)(*args)
        else:
            getattr(cluster, name)(*args)
    except (APIError, ValueError):
        pass


@given(st.lists(COMMANDS, max_size=15))
def test_each_request_ends_in_time(commands):
    """With a status or an error, no later than its deadline, and nothing is left on the way."""
    cluster = shop()
    for command in commands:
        give(cluster, *command)
    cluster.run("30s")
    calls = list(cluster.parts["requests"].calls.values())
    assert all(call.finished is not None for call in calls)
    assert all(bool(call.status) != bool(call.error) for call in calls)
    assert all(call.finished <= call.deadline for call in calls)
    assert all(call.parent is None for call in calls)


@given(st.lists(COMMANDS, max_size=8))
def test_a_fork_has_the_same_requests(commands):
    """To the last step of their traces."""
    cluster = shop()
    twin = cluster.fork()
    for each in (cluster, twin):
        for command in commands:
            give(each, *command)
        each.run("12s")
    traces = [
        [call.to_dict() for call in each.parts["requests"].calls.values()]
        for each in (cluster, twin)
    ]
    assert traces[0] == traces[1]
