"""Services of type LoadBalancer become network load balancers."""

import re

import pytest

from kubelearn.cluster import Cluster
from tests.cloud.aws.edge import WEB, balanced, edge, name_of, states


@pytest.fixture
def cluster():
    """An NLB and an ALB, healthy."""
    return edge()


def balancer(cluster):
    """The only network load balancer."""
    [found] = [one for one in cluster.parts["elb"].balancers.values() if one.kind == "network"]
    return found


def annotate(cluster, **annotations):
    """Set annotations of the Service by their short names, and let the controller see."""
    prefix = "service.beta.kubernetes.io/aws-load-balancer-"
    named = {prefix + name.replace("_", "-"): value for name, value in annotations.items()}
    cluster.patch("service/web", {"metadata": {"annotations": named}})
    cluster.run("1s")


def test_the_name_has_the_shape_of_an_nlb(cluster):
    """name-id.elb.region.amazonaws.com."""
    shape = r"k8s-default-web-[0-9a-f]{10}-[0-9a-f]{16}\.elb\.us-west-2\.amazonaws\.com"
    assert re.fullmatch(shape, name_of(cluster))


def test_targets_are_the_workers(cluster):
    """The control plane is labelled out."""
    [group] = [g for g in cluster.parts["elb"].groups.values() if g.kind == "instance"]
    found = [(target.name, target.port) for target in group.targets]
    assert found == [("worker-1", 30080), ("worker-2", 30080), ("worker-3", 30080)]


def test_without_the_controller_the_address_stays_pending():
    """And why says what is missing."""
    cluster = Cluster(nodes=1, zones=1, seed=0)
    cluster.apply(balanced("web"))
    cluster.run("5s")
    assert "<pending>" in cluster.kubectl("get services")
    assert 'install("aws-load-balancer-controller")' in str(cluster.why("service/web"))


def test_a_service_from_before_is_not_taken():
    """The webhook marks new ones only."""
    cluster = Cluster(nodes=2, zones=2, seed=0)
    cluster.apply(balanced("web"))
    cluster.install("aws-load-balancer-controller")
    cluster.run("60s")
    assert cluster.parts["elb"].balancers == {}
    assert "has not taken this Service" in str(cluster.why("service/web"))


def test_ip_targets_are_the_pods(cluster):
    """By annotation; the port is that of the pods."""
    annotate(cluster, nlb_target_type="ip")
    groups, own = cluster.parts["elb"].groups.values(), balancer(cluster).name
    [group] = [group for group in groups if group.balancer == own]
    pods = [pod["status"]["podIP"] for pod in cluster.api.list("pods", "default", "app=web")]
    assert sorted(target.address for target in group.targets) == sorted(pods)
    assert {target.port for target in group.targets} == {80}


def test_policy_local_is_checked_by_kube_proxy(cluster):
    """On the healthCheckNodePort, 2 x 10 s."""
    cluster.patch("service/web", {"spec": {"externalTrafficPolicy": "Local"}})
    cluster.run("6s")
    port = cluster.object("service/web")["spec"]["healthCheckNodePort"]
    [group] = [g for g in cluster.parts["elb"].groups.values() if g.kind == "instance"]
    assert (group.check.port, group.check.path, group.check.unhealthy) == (port, "/healthz", 2)


def test_an_annotation_that_cannot_be_read_changes_nothing(cluster):
    """An event says why."""
    annotate(cluster, cross_zone_load_balancing_enabled="FalSe")
    messages = list(cluster.events("service/web")["MESSAGE"])
    assert any("Failed build model due to failed to parse bool" in text for text in messages)
    assert balancer(cluster).cross_zone is False


def test_cross_zone(cluster):
    """Each zone's machine uses all targets."""
    annotate(cluster, cross_zone_load_balancing_enabled="true")
    call = cluster.request(f"http://{name_of(cluster)}/", client="internet")
    said = next(step.decision for step in call.trace if step.hop == "balancer")
    assert "1 of 3 healthy targets" in said


def test_a_node_that_is_not_ready_is_deregistered(cluster):
    """By the controller, after the node controller has noticed."""
    cluster.fail.node("worker-2")
    cluster.run("100s")
    [group] = [g for g in cluster.parts["elb"].groups.values() if g.kind == "instance"]
    assert [target.name for target in group.targets] == ["worker-1", "worker-3"]


def test_a_deleted_service_takes_its_balancer_along(cluster):
    """The finalizer keeps it until then."""
    assert "service.k8s.aws/resources" in cluster.object("service/web")["metadata"]["finalizers"]
    cluster.delete("service/web")
    cluster.run("1s")
    assert [one.kind for one in cluster.parts["elb"].balancers.values()] == ["application"]
    assert cluster.api.find("services", "default", "web") is None


def test_why_tells_each_targets_state(cluster):
    """With since when."""
    text = str(cluster.why("service/web"))
    assert text.count("of default/web:80 is healthy since") == 3
    assert states(cluster) == ["healthy"] * 3


def test_a_cluster_without_nodes_has_no_subnets():
    """The controller cannot run there, so nothing is made."""
    cluster = Cluster(nodes=0, zones=1, seed=0)
    cluster.install("aws-load-balancer-controller")
    cluster.apply(WEB)
    cluster.run("60s")
    assert cluster.parts["elb"].balancers == {}


@pytest.mark.parametrize(("said", "sender"), [("false", "172.19."), ("true", "203.0.113.10")])
def test_pods_behind_address_targets_see_the_balancer(cluster, said, sender):
    """Unless the target group keeps the client's address."""
    kept = f"preserve_client_ip.enabled={said}"
    annotate(cluster, nlb_target_type="ip", target_group_attributes=kept)
    cluster.run("60s")
    call = cluster.request(f"http://{name_of(cluster)}/", client="internet")
    source = next(step.detail["source"] for step in call.trace if "source" in step.detail)
    assert source.startswith(sender)
