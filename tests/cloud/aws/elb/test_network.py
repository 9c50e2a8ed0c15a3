"""Flows at a network load balancer: weighted target groups, and clients that stay."""

import json
from collections import Counter

import pytest

from kubelearn.cloud.aws.controller.annotations import AnnotationError
from kubelearn.cloud.aws.controller.weighted import Forwarding, Share, forwarding
from tests.cloud.aws.edge import edge, name_of, refusals

LB = "service.beta.kubernetes.io/aws-load-balancer-"
ACTION = "service.beta.kubernetes.io/actions.TCP-80"
GREEN = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: green}
spec:
  replicas: 3
  selector: {matchLabels: {app: green}}
  template:
    metadata: {labels: {app: green}}
    spec: {containers: [{name: web, image: example.com/web, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: green}
spec: {selector: {app: green}, ports: [{name: http, port: 8080, targetPort: 80}]}
"""


def config(base=75, weight=25, **more):
    """What the annotation says."""
    other = {"serviceName": "green", "servicePort": "http", "weight": weight}
    given = {"baseServiceWeight": base, "targetGroups": [other], **more}
    return json.dumps({"type": "forward", "forwardConfig": given})


def shared(said, **named):
    """Service web shares its listener with green; both by addresses, all zones together."""
    cluster = edge()
    cluster.apply(GREEN)
    given = {"nlb-target-type": "ip", "attributes": "load_balancing.cross_zone.enabled=true"}
    given = {f"{LB}{name}": value for name, value in {**given, **named}.items()}
    cluster.patch("service/web", {"metadata": {"annotations": {**given, ACTION: said}}})
    return cluster.run("90s")


def met(cluster, count=40, client="internet"):
    """How many of so many flows each Deployment's pods take."""
    url = f"http://{name_of(cluster)}/"
    calls = [cluster.request(url, client=client) for _ in range(count)]
    assert {call.status for call in calls} == {200}
    return Counter(call.state["pod"][1].partition("-")[0] for call in calls)


def test_flows_are_shared_by_weight():
    """A quarter for green, within three standard deviations; the trace says whose turn it was."""
    cluster = shared(config())
    assert 2 <= met(cluster)["green"] <= 18
    call = cluster.request(f"http://{name_of(cluster)}/", client="internet")
    assert ":80, by hash to 1 of" in str(call)


@pytest.mark.parametrize(("weights", "whose"), [((0, 1), "green"), ((1, 0), "web")])
def test_a_weight_of_0_gets_nothing(weights, whose):
    """All flows go to the other group."""
    assert met(shared(config(*weights)), 12) == {whose: 12}


def test_a_load_shares_in_bulk_as_one_by_one():
    """Each request has the same end."""
    found = []
    for engine in ("auto", "stepped"):
        cluster = shared(config())
        load = cluster.load(f"http://{name_of(cluster)}/", rate=40, duration="10s",
                            client="internet", engine=engine)  # fmt: skip
        cluster.run("15s")
        found.append(load.requests())
    assert found[0] == found[1]


def test_a_client_stays_with_its_target_group():
    """By its address; others have theirs."""
    cluster = shared(config(targetGroupStickinessConfig={"enabled": True}, base=1, weight=1))
    found = [met(cluster, 6, f"internet/203.0.113.{number}") for number in range(1, 9)]
    assert all(len(one) == 1 for one in found)
    assert len({next(iter(one)) for one in found}) == 2


def test_a_client_stays_with_its_target():
    """The attribute stickiness.enabled; without it the hash spreads its flows."""
    cluster = edge()
    said = {f"{LB}target-group-attributes": "stickiness.enabled=true,stickiness.type=source_ip",
            f"{LB}attributes": "load_balancing.cross_zone.enabled=true"}  # fmt: skip
    cluster.patch("service/web", {"metadata": {"annotations": said}})
    cluster.run("10s")
    url = f"http://{name_of(cluster)}/"
    targets = {
        number: {cluster.request(url, client=f"internet/203.0.113.{number}").state["target"][1]
                 for _ in range(5)}
        for number in range(1, 9)
    }  # fmt: skip
    assert all(len(one) == 1 for one in targets.values())
    assert len(set().union(*targets.values())) == 3


def test_the_other_service_may_come_and_go():
    """The balancer is that of the first one; without the other nothing new is built."""
    cluster = shared(config(0, 1))
    cluster.delete("service/green")
    cluster.run("10s")
    assert refusals(cluster)[-1] == 'Failed build model due to Service "green" not found'
    assert len([one for one in cluster.parts["elb"].balancers.values()
                if one.kind == "network"]) == 1  # fmt: skip
    cluster.apply(GREEN)
    cluster.run("90s")
    assert met(cluster, 6) == {"green": 6}


def service(said):
    """A Service with the annotation."""
    return {"metadata": {"annotations": {ACTION: json.dumps(said)}}}


def test_what_the_annotation_means():
    """For the listener of its protocol and port only."""
    one = service(json.loads(config()))
    assert forwarding(one, "TCP", 80) == Forwarding(75, (Share("green", "http", 25, False),))
    assert forwarding(one, "TLS", 80) == forwarding(one, "TCP", 81) == Forwarding()


OTHER = {"serviceName": "a", "servicePort": 80}


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"targetGroups": [OTHER]}, "base service weight is required"),
        ({"baseServiceWeight": 1000}, "base service weight must be between 0 and 999"),
        ({"targetGroups": [OTHER, OTHER]}, "weight must be set when routing to multiple"),
        ({"targetGroups": [{}]}, "precisely one of targetGroupARN and serviceName"),
        ({"targetGroups": [{"serviceName": "a"}]}, "missing servicePort"),
        ({"targetGroups": [{**OTHER, "weight": -1}]}, "weight must be between 0 and 999"),
        ({"targetGroups": [{"targetGroupARN": "x"}]}, "is not modelled"),
    ],
)
def test_what_the_controller_refuses(config, text):
    """In upstream's words."""
    weight = {} if "required" in text else {"baseServiceWeight": 1}
    with pytest.raises(AnnotationError, match=f"invalid ForwardConfig: .*{text}"):
        forwarding(service({"type": "forward", "forwardConfig": {**weight, **config}}), "TCP", 80)


@pytest.mark.parametrize(
    ("said", "text"),
    [("stickiness.type=lb_cookie", "network load balancers have source_ip only"),
     ("stickiness.type=source_ip", "")],
)  # fmt: skip
def test_kinds_of_stickiness(said, text):
    """One only."""
    cluster = edge()
    named = {f"{LB}target-group-attributes": f"stickiness.enabled=true,{said}"}
    cluster.patch("service/web", {"metadata": {"annotations": named}})
    cluster.run("5s")
    assert [text in one for one in refusals(cluster)] == [True] * bool(text)
