"""IPVS mode: schedulers and the listing."""

import pytest

from kubelearn.network.proxy_modes.ipvs import SCHEDULERS, Connection, bucket
from tests.network.exposed import exposed

CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata: {{name: kube-proxy, namespace: kube-system}}
data:
  config.conf: |
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
    kind: KubeProxyConfiguration
    mode: {mode}
    ipvs: {{scheduler: {scheduler}}}
"""


def switched(mode="ipvs", scheduler="rr"):
    """A cluster whose kube-proxies run in a mode."""
    cluster = exposed()
    cluster.apply(CONFIG.format(mode=mode, scheduler=scheduler))
    return cluster.run("3s")


@pytest.mark.parametrize(
    ("scheduler", "expected"),
    [("rr", 1), ("wrr", 1), ("lc", 2), ("wlc", 2), ("sed", 2), ("nq", 2)],
)
def test_schedulers(scheduler, expected):
    """The fifth connection of four endpoints, with open ones at each."""
    connection = Connection("10.0.0.1", "10.96.0.1", 5, (3, 1, 0, 2))
    assert SCHEDULERS[scheduler](connection, 4) == expected


def test_never_queue_takes_the_least_when_none_is_idle():
    """As the shortest expected delay does."""
    assert SCHEDULERS["nq"](Connection("10.0.0.1", "10.96.0.1", 0, (2, 1)), 2) == 1


def test_source_hash_keeps_a_source():
    """And different sources are spread."""
    sources = [f"10.244.{n}.7" for n in range(40)]
    picks = [SCHEDULERS["sh"](Connection(s, "10.96.0.1", 0, (0, 0, 0)), 3) for s in sources]
    again = [SCHEDULERS["sh"](Connection(s, "10.96.0.1", 9, (5, 0, 0)), 3) for s in sources]
    assert picks == again
    assert set(picks) == {0, 1, 2}


def test_buckets_are_those_of_the_kernel():
    """hash_32 of 1 is the top of the golden ratio."""
    assert (bucket("0.0.0.1"), bucket("0.0.0.0")) == (0x61, 0)


def test_round_robin_takes_turns_on_each_node():
    """Strictly, not by chance."""
    cluster = switched()
    bodies = [cluster.request("http://web/", client="pod/client").body for _ in range(4)]
    assert "one of 2 endpoints by rr" in str(cluster.why("service/web"))
    assert bodies[0] != bodies[1]
    assert bodies[:2] == bodies[2:]


def test_listing():
    """As ipvsadm -Ln writes it."""
    text = switched().rules("service/web", "worker-1")
    assert text.startswith("IP Virtual Server version 1.2.1 (size=4096)\n")
    assert text.count(" rr\n") == 2
    assert text.count("Masq    1      0          0\n") == 4


@pytest.mark.parametrize(
    ("mode", "scheduler", "text"),
    [("userspace", "rr", "is no mode of kube-proxy"), ("ipvs", "mh", "is not modelled")],
)
def test_what_is_not_there_is_told(mode, scheduler, text):
    """The mode stays what it was."""
    cluster = switched(mode, scheduler)
    assert cluster.parts["kube-proxy"].mode.name == "iptables"
    assert text in str(cluster.why("service/web"))


def test_a_load_in_ipvs_mode_is_sent_one_by_one():
    """Its picks depend on those before."""
    cluster = switched()
    load = cluster.load("http://web/", rate=20, duration="10s", client="pod/client")
    assert cluster.parts["loads"].plans[1] is None
    cluster.run("20s")
    assert load.totals()["ok"] == load.totals()["sent"] > 100
