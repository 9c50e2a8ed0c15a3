"""The first hop: names become addresses, or it takes a while to learn that they do not."""

import pytest

from kubelearn.network.verdict import NAME_FAILURE, NO_NAME
from tests.network.exposed import address, exposed
from tests.network.small import shop

COREDNS = {"namespace": "kube-system"}


@pytest.fixture
def cluster():
    """web, back and a client."""
    return shop()


def steps(call):
    """What the resolver said."""
    return [step.decision for step in call.trace if step.hop == "resolver" and not step.level]


def test_one_query_for_a_service_of_the_namespace(cluster):
    """The search list begins with it."""
    call = cluster.request("http://back:9080/", client="pod/client")
    assert steps(call)[0].startswith("back.default.svc.cluster.local is 10.96.")


def test_each_query_takes_a_round_trip(cluster):
    """A name of another namespace is the second of the list."""
    first = cluster.request("http://back:9080/", client="pod/client")
    second = cluster.request("http://back.default:9080/", client="pod/client")
    assert "(query 2 of the search list)" in steps(second)[0]
    assert second.latency > first.latency


def test_an_unknown_name_is_asked_for_in_all_places(cluster):
    """And then as it stands."""
    call = cluster.request("http://nope/", client="pod/client")
    assert call.error == "no such host: nope"
    assert "nope.svc.cluster.local, nope.cluster.local, nope;" in steps(call)[0]


def test_a_full_name_is_asked_for_once(cluster):
    """A dot at the end says that it is one."""
    call = cluster.request("http://back.default.svc.cluster.local.:9080/", client="pod/client")
    assert call.ok
    assert "(query 1 of" in steps(call)[0]


def test_an_alias_to_the_outside_is_told(cluster):
    """ExternalName Services lead out of what is modelled."""
    spec = {"type": "ExternalName", "externalName": "example.com"}
    cluster.apply(
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "out"}, "spec": spec}
    )
    call = cluster.request("http://out/", client="pod/client")
    assert "stands for example.com, which is outside the cluster" in steps(call)[0]


def test_without_a_coredns_pod_the_answer_is_fast(cluster):
    """kube-proxy rejects the query twice."""
    cluster.scale("deployment/coredns", 0, **COREDNS)
    cluster.run("60s")
    call = cluster.request("http://web/", client="pod/client")
    assert (call.error, call.latency) == (NAME_FAILURE, 0.0)
    assert "attempt 2" in steps(call)[1]


def far_from_dns(cluster):
    """A pod on a node without CoreDNS, and the nodes with it."""
    pods = cluster.api.list("pods", "kube-system", "k8s-app=kube-dns")
    nodes = sorted({pod["spec"]["nodeName"] for pod in pods})
    here = next(name for name in ("worker-1", "worker-2", "worker-3") if name not in nodes)
    spec = {"nodeName": here, "containers": [{"name": "c", "image": "example.com/c"}]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "far"}, "spec": spec})
    cluster.run("30s")
    return here, nodes


def test_with_unreachable_coredns_pods_it_takes_ten_seconds(cluster):
    """Two attempts of five seconds: nobody knows yet that they are gone."""
    here, nodes = far_from_dns(cluster)
    for node in nodes:
        cluster.fail.link(here, node)
    call = cluster.request("http://web/", client="pod/far")
    assert (call.error, call.latency) == (NAME_FAILURE, 10.0)


def test_a_second_attempt_may_reach_another_pod(cluster):
    """With one of two pods out of reach some requests take five seconds more."""
    here, nodes = far_from_dns(cluster)
    assert len(nodes) == 2
    cluster.fail.link(here, nodes[0])
    calls = [cluster.request("http://back:9080/", client="pod/far") for _ in range(20)]
    said = [steps(call) for call in calls]
    slow = [each for each in said if "attempt 1" in each[0] and "is 10.96." in each[-1]]
    assert 0 < len(slow) < 20


def test_a_pod_with_the_hosts_resolver_knows_no_cluster_names(cluster):
    """Its dnsPolicy is Default, as CoreDNS itself has."""
    spec = {"dnsPolicy": "Default", "containers": [{"name": "c", "image": "example.com/c"}]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "host"}, "spec": spec})
    cluster.run("30s")
    call = cluster.request("http://web/", client="pod/host")
    assert "does not ask the cluster's DNS" in steps(call)[0]


def test_own_dns_options_are_followed(cluster):
    """With ndots 1 a name with a dot is tried as it stands first."""
    config = {"options": [{"name": "ndots", "value": "1"}]}
    spec = {"dnsConfig": config, "containers": [{"name": "c", "image": "example.com/c"}]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "own"}, "spec": spec})
    cluster.run("30s")
    call = cluster.request("http://back.default:9080/", client="pod/own")
    assert "(query 3 of the search list)" in steps(call)[0]


def test_localhost_is_the_pod_itself(cluster):
    """No DNS, no kube-proxy, no wire."""
    call = cluster.request("http://localhost:7/", client="pod/client")
    assert call.ok
    assert {step.place for step in call.trace if step.hop == "pod"} == {"client"}


# Addresses that a request brings along

HOST = "shop.example.com"


def test_a_host_and_port_can_bring_their_address_along(cluster):
    """Nobody is asked; the program behind still hears the URL's own name."""
    service = cluster.object("service/back")["spec"]["clusterIP"]
    call = cluster.request(f"http://{HOST}:9080/", client="pod/client",
                           resolve={f"{HOST}:9080": service})  # fmt: skip
    assert call.ok
    assert steps(call) == [f"{HOST}:9080 is {service}: the request brings the address along"]
    assert call.target.host == HOST


@pytest.mark.parametrize("place", [f"{HOST}:80", f"{HOST.upper()}:30080", "*:30080"])
def test_it_counts_for_its_port_only(place):
    """In any letters, or for every host; another port is asked for as ever."""
    call = exposed().request(f"http://{HOST}:30080/", resolve={place: "worker-2"})
    expected = f"{NO_NAME}: {HOST}" if place.endswith(":80") else ""
    assert expected == call.error


def test_a_node_can_be_named():
    """By the name or by its address."""
    cluster = exposed()
    url, found = f"http://{HOST}:30080/", address(cluster, "worker-1")
    calls = [cluster.fork().request(url, resolve={f"{HOST}:30080": to})
             for to in ("worker-1", found)]  # fmt: skip
    assert {f"{HOST}:30080 is {found}: the request brings the address along"} == {
        steps(call)[0] for call in calls
    }


def test_localhost_can_be_meant(cluster):
    """As the address of the client itself."""
    call = cluster.request(f"http://{HOST}:7/", client="pod/client",
                           resolve={f"{HOST}:7": "127.0.0.1"})  # fmt: skip
    assert {step.place for step in call.trace if step.hop == "pod"} == {"client"}


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({HOST: "worker-1"}, "is no host and port: write"),
        ({f"{HOST}:0": "worker-1"}, "is no host and port: write"),
        ({f"{HOST}:80": "worker-9"}, "'worker-9' is neither an address nor a node"),
        (f"{HOST}:80:10.0.0.5", "write {"),
    ],
)
def test_what_cannot_be_brought_along(cluster, given, text):
    """It says what was given and what to write; nothing is sent."""
    before = cluster.fingerprint()
    with pytest.raises(ValueError, match=text):
        cluster.request(f"http://{HOST}/", resolve=given)
    assert before == cluster.fingerprint()


def test_it_is_written_down_as_it_was(cluster):
    """What the caller does with the dict afterwards changes nothing when it is played again."""
    given = {f"{HOST}:9080": cluster.object("service/back")["spec"]["clusterIP"]}
    expected = {**given}
    cluster.request(f"http://{HOST}:9080/", client="pod/client", resolve=given)
    given.clear()
    assert expected == dict(cluster.journal.commands[-1].options)["resolve"]
