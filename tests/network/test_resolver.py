"""The resolv.conf of pods, and the names that a resolver tries."""

import pytest

from kubelearn.network.resolver import (
    ResolvConf,
    candidates,
    dns_type,
    limit_nameservers,
    limit_searches,
    merge_options,
    resolv_conf,
)

HOST = ResolvConf(("192.0.2.53",), ("lan",))


def conf_of(**spec):
    """The resolv.conf of a pod of namespace shop."""
    pod = {"metadata": {"namespace": "shop"}, "spec": spec}
    return resolv_conf(pod, HOST, ["10.96.0.10"], "cluster.local")


def test_a_pod_asks_the_cluster_first():
    """Its own namespace stands first in the search list, the host's domains last."""
    conf = conf_of()
    assert conf.nameservers == ("10.96.0.10",)
    assert conf.searches == ("shop.svc.cluster.local", "svc.cluster.local", "cluster.local", "lan")
    assert conf.options == ("ndots:5",)


def test_a_pod_in_the_hosts_network_asks_as_the_host_does():
    """Unless its policy says ClusterFirstWithHostNet."""
    assert conf_of(dnsPolicy="ClusterFirst", hostNetwork=True) == HOST
    cluster = conf_of(dnsPolicy="ClusterFirstWithHostNet", hostNetwork=True)
    assert cluster.nameservers == ("10.96.0.10",)


def test_without_cluster_dns_the_host_is_asked():
    """As a kubelet does that was not told of a cluster DNS."""
    pod = {"metadata": {"namespace": "shop"}, "spec": {}}
    assert resolv_conf(pod, HOST, [], "cluster.local") == HOST


def test_policy_none_has_what_the_pod_says():
    """And nothing else."""
    conf = conf_of(dnsPolicy="None", dnsConfig={"nameservers": ["198.51.100.1"]})
    assert conf == ResolvConf(("198.51.100.1",))


def test_an_unknown_policy_is_refused():
    """With those that there are."""
    with pytest.raises(ValueError, match="invalid DNS policy: 'Mine': use ClusterFirst"):
        dns_type("Mine", host_network=False)


def test_a_pods_options_win_by_name():
    """An option without value stays without."""
    assert merge_options(["ndots:5"], [{"name": "ndots", "value": "2"}, {"name": "rotate"}]) == (
        "ndots:2",
        "rotate",
    )


def test_more_than_three_nameservers_are_cut():
    """The warning shows the line that is used."""
    limited = limit_nameservers(["1", "2", "3", "4"])
    assert limited.kept == ("1", "2", "3")
    assert limited.warning.endswith("the applied nameserver line is: 1 2 3")


def test_a_search_path_that_is_too_long_is_left_out():
    """Those behind it stay."""
    assert limit_searches(["a" * 254, "b"]).kept == ("b",)


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("web", ["web.a", "web.b", "web"]),
        ("web.x", ["web.x", "web.x.a", "web.x.b"]),
        ("web.x.", ["web.x"]),
    ],
)
def test_search_order(host, names):
    """From ndots dots on a name is tried as it is first; a dot at the end means only that."""
    assert candidates(host, ResolvConf((), ("a", "b"), ("ndots:1",))) == names


def test_numbers_of_options_are_cut():
    """Glibc takes at most 15 dots; without the option its default counts."""
    assert ResolvConf(options=("ndots:99",)).number("ndots", 1, 15) == 15
    assert ResolvConf(options=("rotate",)).number("ndots", 1, 15) == 1
