"""Ingresses of class alb become application load balancers."""

import re

import pytest

from kubelearn.api.admission.readiness_gates import BINDINGS
from kubelearn.cluster import Cluster
from tests.cloud.aws.edge import annotate, edge, name_of, refusals, states

SECOND = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
  annotations:
    alb.ingress.kubernetes.io/group.name: pair
    alb.ingress.kubernetes.io/group.order: "{order}"
    alb.ingress.kubernetes.io/target-type: ip
spec:
  ingressClassName: alb
  rules:
    - host: {name}.example.com
      http: {{paths: [{{path: /, pathType: Prefix,
        backend: {{service: {{name: web, port: {{number: 80}}}}}}}}]}}
"""


@pytest.fixture
def cluster():
    """An NLB and an ALB, healthy."""
    return edge()


def ask(cluster, path, host="shop.example.com"):
    """A request of somebody on the internet."""
    return cluster.request(f"http://{host}{path}", client="internet", headers={})


def test_the_name_has_the_shape_of_an_alb(cluster):
    """name-id.region.elb.amazonaws.com."""
    shape = r"k8s-default-shop-[0-9a-f]{10}-\d{10}\.us-west-2\.elb\.amazonaws\.com"
    assert re.fullmatch(shape, name_of(cluster, "ingress/shop"))


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/cart", 200), ("/empty", 503), ("/tea", 418), ("/away", 301)]
)
def test_rules(cluster, path, status):
    """Forward, no registered targets, fixed response, redirect."""
    assert ask(cluster, path).status == status


def test_an_unknown_host_is_not_found(cluster):
    """The default action of the listener."""
    assert ask(cluster, "/", name_of(cluster, "ingress/shop")).status == 404


def test_the_pod_learns_the_client_from_a_header(cluster):
    """The sender is the balancer."""
    call = ask(cluster, "/")
    source = next(step.detail["source"] for step in call.trace if "source" in step.detail)
    assert call.headers["X-Forwarded-For"] == "203.0.113.10"
    assert source.startswith("172.19.")


def test_targets_take_turns(cluster):
    """Round robin over the pods, request by request."""
    bodies = [ask(cluster, "/").body for _ in range(6)]
    assert len(set(bodies[:3])) == 3
    assert bodies[:3] == bodies[3:]


def test_a_dead_target_is_a_504_until_its_checks_fail(cluster):
    """After 10 s without a connection; then the others take all requests."""
    cluster.fail.node("worker-1")
    load = cluster.load("http://shop.example.com/", rate=6, duration="20s", client="internet",
                        timeout="15s")  # fmt: skip
    cluster.run("40s")
    assert load.totals()["504"] > 0
    assert "unhealthy" in states(cluster, kind="ip")
    later = [ask(cluster, "/").status for _ in range(9)]
    assert later == [200] * 9


def test_a_program_that_crashes_is_a_502(cluster):
    """The target has reset the connection."""
    requests = cluster.parts["requests"]
    number = requests.send("http://shop.example.com/", client="internet")
    cluster.run(until=lambda c: "program" in c.parts["requests"].calls[number].state)
    cluster.fail.pod(requests.calls[number].state["pod"][1])
    cluster.run("5s")
    assert requests.take(number).status == 502


def test_without_healthy_targets_all_are_used(cluster):
    """Fail open: unhealthy is not the same as none."""
    cluster.fail.zone("us-west-2a")
    cluster.fail.zone("us-west-2b")
    cluster.fail.zone("us-west-2c")
    cluster.run("40s")
    assert set(states(cluster, kind="ip")) == {"unhealthy"}
    call = cluster.request("http://shop.example.com/", client="internet")
    assert "none healthy: fail open" in str(call)


def test_a_group_shares_one_balancer_in_the_order_of_its_members(cluster):
    """By group.order, then by name."""
    cluster.apply(
        SECOND.format(name="late", order=5) + "---" + SECOND.format(name="soon", order=-5)
    )
    cluster.run("1s")
    assert name_of(cluster, "ingress/late") == name_of(cluster, "ingress/soon")
    [found] = [b for b in cluster.parts["elb"].balancers.values() if "pair" in b.name]
    hosts = [rule["conditions"][0]["values"][0] for rule in found.listeners[0].rules]
    assert hosts == ["soon.example.com", "late.example.com"]


def test_members_that_name_one_service_have_target_groups_of_their_own(cluster):
    """Each with the annotations of its Ingress; a binding for each."""
    late, soon = (SECOND.format(name=name, order=1) for name in ("late", "soon"))
    check = 'alb.ingress.kubernetes.io/success-codes: "418"\n    alb.ingress.kubernetes.io/group'
    cluster.apply(late + "---" + soon.replace("alb.ingress.kubernetes.io/group", check, 1))
    cluster.run("60s")
    groups = {
        g.check.codes: g for g in cluster.parts["elb"].groups.values() if "pair" in g.balancer
    }
    assert sorted(groups) == ["200", "418"]
    assert {g.service for g in groups.values()} == {"default/web:80"}
    bound = {one["metadata"]["name"] for one in cluster.api.list(BINDINGS)}
    assert {g.name for g in groups.values()} <= bound
    healths = cluster.parts["elb"].healths
    found = {code: {healths[g.name, one.name].state for one in g.targets}
             for code, g in groups.items()}  # fmt: skip
    assert found == {"200": {"healthy"}, "418": {"unhealthy"}}


def test_what_a_service_says_goes_over_what_its_ingress_says(cluster):
    """For its own target group."""
    said = {"alb.ingress.kubernetes.io/healthcheck-path": "/well"}
    cluster.patch("service/web", {"metadata": {"annotations": said}})
    annotate(cluster, healthcheck_path="/all")
    groups = cluster.parts["elb"].groups.values()
    paths = {g.service: g.check.path for g in groups if g.kind == "ip"}
    assert paths == {"default/web:80": "/well", "default/empty:80": "/all"}


def test_the_last_member_takes_the_balancer_along(cluster):
    """Finalizers hold Ingresses until then."""
    cluster.delete("ingress/shop")
    cluster.run("1s")
    assert [one.kind for one in cluster.parts["elb"].balancers.values()] == ["network"]
    assert cluster.api.find("ingresses.networking.k8s.io", "default", "shop") is None


def test_a_cluster_ip_service_has_no_instances(cluster):
    """Target type instance needs a NodePort; the event says so."""
    kind = {"metadata": {"annotations": {"alb.ingress.kubernetes.io/target-type": "instance"}}}
    cluster.patch("ingress/shop", kind)
    cluster.run("1s")
    messages = " ".join(cluster.events("ingress/shop")["MESSAGE"])
    assert "service type must be either 'NodePort' or 'LoadBalancer': default/empty" in messages


def test_another_class_is_left_alone(cluster):
    """No address, no balancer."""
    text = SECOND.format(name="other", order=0).replace("alb\n", "nginx\n")
    cluster.apply(text)
    cluster.run("1s")
    assert (
        "loadBalancer" not in cluster.object("ingress/other").get("status", {})
        or not (cluster.object("ingress/other")["status"]["loadBalancer"])
    )


def test_why_tells_rules_and_targets(cluster):
    """In the order of their priorities."""
    text = str(cluster.why("ingress/shop"))
    assert text.index("rule 1: host-header shop.example.com, path-pattern /tea") < text.index(
        "rule 2: host-header shop.example.com, path-pattern /empty or /empty/*"
    )
    assert "the target group of default/empty:80 has no registered targets" in text


def test_why_says_why_there_is_no_balancer():
    """The words of the event about the model that could not be built."""
    cluster = edge()
    text = SECOND.format(name="worse", order=0).replace("target-type: ip", "target-type: lambda")
    cluster.apply(text.replace("group.name: pair", "group.name: other"))
    cluster.run("10s")
    words = "FailedBuildModel: Failed build model due to unknown targetType: lambda"
    assert words in str(cluster.why("ingress/worse"))


def test_why_says_who_is_missing():
    """No controller at all, or another's class."""
    text = SECOND.format(name="web", order=0).replace("alb\n", "nginx\n")
    bare = Cluster(nodes=1, zones=1, seed=0)
    bare.apply(text)
    assert 'install("aws-load-balancer-controller")' in str(bare.why("ingress/web"))
    cluster = edge()
    cluster.apply(text)
    assert "class 'nginx' is not of this controller" in str(cluster.why("ingress/web"))


def test_instances_are_reached_by_their_node_port():
    """kube-proxy gives the request to a pod, and hides the balancer."""
    cluster = edge()
    named = {"alb.ingress.kubernetes.io/group.name": None,
             "alb.ingress.kubernetes.io/target-type": "instance"}  # fmt: skip
    cluster.apply(SECOND.format(name="nodes", order=0))
    cluster.patch("ingress/nodes", {"metadata": {"annotations": named}}, style="merge")
    cluster.run("180s")
    call = cluster.request("http://nodes.example.com/", client="node/worker-1")
    assert call.status == 200
    assert "is a NodePort of Service default/web" in str(call)


@pytest.mark.parametrize(("port", "state"), [("80", "healthy"), ("8081", "unhealthy")])
def test_the_check_may_be_at_another_port(cluster, port, state):
    """Where nobody listens no target passes."""
    annotate(cluster, healthcheck_port=port)
    cluster.run("60s")
    assert states(cluster, kind="ip") == [state] * 3


def test_a_service_that_is_not_there_yet(cluster):
    """503 with a sentence; then its own answers."""
    cluster.apply(SECOND.format(name="late", order=0))
    backend = {"service": {"name": "late", "port": {"number": 80}}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": backend}]
    public = {"alb.ingress.kubernetes.io/scheme": "internet-facing"}
    spec = {"rules": [{"host": "late.example.com", "http": {"paths": paths}}]}
    cluster.patch("ingress/late", {"spec": spec, "metadata": {"annotations": public}})
    cluster.run("130s")
    call = ask(cluster, "/", "late.example.com")
    assert (call.status, call.body) == (503, "Backend service does not exist")
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "late"},
               "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}}  # fmt: skip
    cluster.apply(service)
    cluster.run("30s")
    assert ask(cluster, "/", "late.example.com").status == 200


def test_a_default_backend_takes_all_others(cluster):
    """Requests that fit no rule; it is no rule itself."""
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    cluster.patch("ingress/shop", {"spec": {"defaultBackend": backend}})
    cluster.run("5s")
    assert ask(cluster, "/", name_of(cluster, "ingress/shop")).status == 200
    assert "port 80, default: all: forward to default/web:80" in str(cluster.why("ingress/shop"))


def grouped(cluster, name, order=0, **said):
    """An Ingress of the group with annotations by their short names (`_` for `-`)."""
    cluster.apply(SECOND.format(name=name, order=order))
    notes = {f"alb.ingress.kubernetes.io/{key.replace('_', '-')}": said[key] for key in said}
    cluster.patch(f"ingress/{name}", {"metadata": {"annotations": notes}})
    return cluster.run("10s")


@pytest.mark.parametrize(
    ("one", "other", "text"),
    [
        ({"scheme": "internal"}, {"scheme": "internet-facing"},
         "conflicting scheme: map[internal:{} internet-facing:{}]"),
        ({"load_balancer_name": "b"}, {"load_balancer_name": "a"},
         "conflicting load balancer name: map[a:{} b:{}]"),
        ({"load_balancer_attributes": "idle_timeout.timeout_seconds=30"},
         {"load_balancer_attributes": "idle_timeout.timeout_seconds=40"},
         "conflicting loadBalancerAttribute idle_timeout.timeout_seconds: 30 | 40"),
    ],
)  # fmt: skip
def test_the_members_of_a_group_have_to_agree(cluster, one, other, text):
    """In upstream's words."""
    grouped(cluster, "first", 1, **one)
    grouped(cluster, "second", 2, **other)
    assert text in refusals(cluster)[-1]


def test_who_says_nothing_agrees_with_everybody(cluster):
    """One member's word counts for the balancer."""
    grouped(cluster, "first", 1)
    grouped(cluster, "second", 2, scheme="internet-facing", load_balancer_name="shared")
    cluster.run("10s")
    shared = cluster.parts["elb"].balancers["shared"]
    assert shared.scheme == "internet-facing"
    assert set(shared.names) >= {"first.example.com", "second.example.com"}
    assert not refusals(cluster)


def test_a_balancer_of_another_name_takes_the_place_of_the_old(cluster):
    """And an Ingress that changes its group leaves none behind."""
    elb = cluster.parts["elb"]

    def owners():
        return sorted(one.owner for one in elb.balancers.values() if one.kind == "application")

    assert owners() == ["ingress:default/shop"]
    annotate(cluster, load_balancer_name="given")
    assert owners() == ["ingress:default/shop"]
    assert "given" in elb.balancers
    annotate(cluster, **{"group.name": "pair"})
    assert owners() == ["ingress:pair"]
    cluster.delete("ingress/shop")
    cluster.run("10s")
    assert owners() == []
