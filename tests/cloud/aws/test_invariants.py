"""Whatever breaks before and behind load balancers, each request ends, and in time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kubelearn.api.errors import APIError
from tests.cloud.aws.edge import edge, name_of
from tests.network.exposed import address

WORKERS = st.sampled_from(("worker-1", "worker-2", "worker-3"))
COMMANDS = st.one_of(
    st.tuples(st.just("send"), st.sampled_from(("nlb", "alb", "node"))),
    st.tuples(st.just("fail.node"), WORKERS),
    st.tuples(st.just("heal.node"), WORKERS),
    st.tuples(st.just("fail.link"), WORKERS, WORKERS),
    st.tuples(st.just("delete"), st.sampled_from(("service/web", "ingress/shop"))),
    st.tuples(st.just("scale"), st.integers(0, 4)),
    st.tuples(st.just("run"), st.sampled_from(("0.03s", "0.06s", "6s", "45s"))),
)


def give(cluster, urls, name, *args):
    """Give a command; what cannot be done is left out."""
    try:
        if name == "send":
            cluster.parts["requests"].send(urls[args[0]], client="internet")
        elif name == "scale":
            cluster.scale("deployment/web", *args)
        elif "." in name:
            kind, _, what = name.partition(".")
            getattr(getattr(cluster, kind), what)(*args)
        else:
            getattr(cluster, name)(*args)
    except (APIError, ValueError):
        pass


def urls_of(cluster):
    """The three ways to the web pods."""
    return {
        "nlb": f"http://{name_of(cluster)}/",
        "alb": "http://shop.example.com/",
        "node": f"http://{address(cluster, 'worker-1')}:30080/",
    }


@settings(max_examples=12)
@given(st.lists(COMMANDS, max_size=10))
def test_each_request_ends_in_time(commands):
    """With a status or an error; and a fork sees the same."""
    cluster = edge()
    twin = cluster.fork()
    for each in (cluster, twin):
        urls = urls_of(each)
        for command in commands:
            give(each, urls, *command)
        each.run("30s")
    calls, again = (list(each.parts["requests"].calls.values()) for each in (cluster, twin))
    assert all(call.finished is not None for call in calls)
    assert all(bool(call.status) != bool(call.error) for call in calls)
    assert all(call.finished <= call.deadline for call in calls)
    assert [call.to_dict() for call in calls] == [call.to_dict() for call in again]
    assert cluster.fingerprint() == twin.fingerprint()
