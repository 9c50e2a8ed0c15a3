"""iptables mode: names of chains, probabilities, the walk of a packet."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.network.proxy_modes.iptables import chain, chosen, probability
from kubelearn.sim.draws import Draws
from tests.network.exposed import change, exposed


@pytest.mark.parametrize(
    ("name", "protocol", "expected"),
    [
        ("default/kubernetes:https", "TCP", "KUBE-SVC-NPX46M4PTMTKRN6Y"),
        ("kube-system/kube-dns:dns", "UDP", "KUBE-SVC-TCOU7JCQXEZGVUNU"),
        ("kube-system/kube-dns:dns-tcp", "TCP", "KUBE-SVC-ERIFXISQEP7F7OF4"),
    ],
)
def test_chains_have_the_names_of_every_real_cluster(name, protocol, expected):
    """The hash is upstream's."""
    assert chain("KUBE-SVC-", name, protocol) == expected


def test_probabilities():
    """The last rule of three has none, the others 1/3 and 1/2."""
    assert [probability(at, 3) for at in range(2)] == ["0.3333333333", "0.5000000000"]


@given(st.integers(1, 40))
def test_each_endpoint_has_the_same_chance(count):
    """The products of what the rules before let through, to the digits that are printed."""
    left = 1.0
    for position in range(count - 1):
        share = left * float(probability(position, count))
        assert share == pytest.approx(1 / count, rel=1e-7)
        left -= share
    assert left == pytest.approx(1 / count, rel=1e-7)


def test_the_walk_spreads_evenly():
    """Over many packets, each with its own draws."""
    draws = Draws(5)
    taken = Counter(
        chosen(4, lambda at, packet=packet: draws.uniform("statistic", f"{packet}", at))
        for packet in range(8000)
    )
    assert sorted(taken) == [0, 1, 2, 3]
    assert all(abs(count - 2000) < 200 for count in taken.values())


def test_saved_rules_of_a_service():
    """A packet's way from the NodePort to an endpoint can be read from them."""
    cluster = exposed()
    text = cluster.rules("service/web", "worker-1")
    external, service = (chain(f"KUBE-{k}-", "default/web", "TCP") for k in ("EXT", "SVC"))
    assert f"--dport 30080 -j {external}" in text
    assert f"-A {external} -j {service}" in text
    assert text.count("-m statistic --mode random --probability 0.5000000000") == 1
    assert text.count("-j DNAT --to-destination") == 2


def test_saved_rules_with_policy_local():
    """Outside traffic goes to the chain of local endpoints, unmarked."""
    cluster = change(exposed(), externalTrafficPolicy="Local")
    local = chain("KUBE-SVL-", "default/web", "TCP")
    here = cluster.rules("service/web", "worker-1")
    there = cluster.rules("service/web", "worker-3")
    assert (here.count(f"-A {local} "), there.count(f"-A {local} ")) == (1, 0)


def test_without_endpoints_packets_are_rejected_or_dropped():
    """Nobody has one: REJECT; others have some: DROP, but pods get through."""
    cluster = change(exposed(), externalTrafficPolicy="Local")
    dropped = cluster.rules("service/web", "worker-3")
    assert '--comment "default/web has no local endpoints"' in dropped
    assert "--dport 30080 -j DROP" in dropped
    assert "pod traffic for default/web external destinations" in dropped
    cluster.scale("deployment/web", 0)
    cluster.run("60s")
    text = cluster.rules("service/web", "worker-3")
    assert text.count("-j REJECT --reject-with icmp-port-unreachable") == 2
    assert "KUBE-SVC-" not in text


def test_the_inner_policy_has_its_own_chain():
    """ClusterIP → local endpoints."""
    cluster = change(exposed(), internalTrafficPolicy="Local")
    local = chain("KUBE-SVL-", "default/web", "TCP")
    text = cluster.rules("service/web", "worker-1")
    assert f"--dport 80 -j {local}" in text
    assert text.count(f"-A {local} -m comment") == 1


def test_affinity_is_asked_before_the_dice():
    """By the kernel's list of recent senders."""
    cluster = change(exposed(), sessionAffinity="ClientIP")
    text = cluster.rules("service/web", "worker-1")
    assert text.count("-m recent --rcheck --seconds 10800 --reap") == 2
    assert text.index("--rcheck") < text.index("--mode random")


def test_the_trace_names_the_chains():
    """Those that the rules lead through."""
    cluster = exposed()
    call = cluster.request("http://web/", client="pod/client")
    chains = next(step.detail["chains"] for step in call.trace if step.hop == "kube-proxy")
    text = cluster.rules("service/web", "worker-3")
    assert chains[0] == "KUBE-SERVICES"
    assert all(f":{one} - [0:0]" in text for one in chains)
