"""Loads with headers through an ALB: its rules go by them, in bulk as one by one."""

import pytest

from tests.cloud.aws.edge import attributes, edge, name_of

RULES = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    alb.ingress.kubernetes.io/scheme: internet-facing
    alb.ingress.kubernetes.io/target-type: ip
    alb.ingress.kubernetes.io/conditions.denied: >-
      [{"field": "http-header",
        "httpHeaderConfig": {"httpHeaderName": "x-beta", "values": ["no*"]}}]
    alb.ingress.kubernetes.io/actions.denied: >-
      {"type": "fixed-response", "fixedResponseConfig": {"statusCode": "403"}}
spec:
  ingressClassName: alb
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: denied, port: {name: use-annotation}}}
          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
"""


def bins(headers, engine="auto", method="GET"):
    """How a load at the ALB's own name ends, and whether it went in bulk."""
    cluster = edge()
    cluster.apply(RULES)
    cluster.run("30s")
    load = cluster.load(f"http://{name_of(cluster, 'ingress/shop')}/", rate=50, duration="20s",
                        headers=headers, method=method, engine=engine)  # fmt: skip
    cluster.run("30s")
    return load.requests(), load.engine


SHOP = {"Host": "shop.example.com"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (None, "404"),
        (SHOP, "ok"),
        ({"host": "SHOP.example.com"}, "ok"),
        ({**SHOP, "X-Beta": "nobody"}, "403"),
        ({**SHOP, "X-Beta": "yes"}, "ok"),
    ],
)
def test_rules_go_by_the_headers_of_each_request(headers, expected):
    """In bulk, and the same one by one."""
    requests, engine = bins(headers)
    assert {outcome for *_, outcome in requests} == {expected}
    assert engine == "in bulk"
    assert requests == bins(headers, "stepped")[0]


def test_a_cookie_binds_a_load_to_its_target():
    """As it binds a client."""
    cluster = attributes(edge(), "stickiness.enabled=true")
    call = cluster.request("http://shop.example.com/", client="internet")
    cookie = call.state["response"]["set-cookie"].partition(";")[0]
    bound = call.state["target"][1].partition(":")[0]
    [pod] = [one for one in cluster.api.list("pods") if one["status"].get("podIP") == bound]
    load = cluster.load("http://shop.example.com/", rate=30, duration="5s",
                        headers={"Cookie": cookie})  # fmt: skip
    cluster.run("2s")
    cluster.delete(f"pod/{pod['metadata']['name']}", grace=0)
    cluster.run("10s")
    outcomes = [outcome for *_, outcome in load.requests()]
    assert set(outcomes[:50]) == {"ok"}
    assert set(outcomes[-50:]) == {"502"}


def test_users_of_a_closed_loop_send_them_too():
    """Each request of each user."""
    cluster = edge()
    load = cluster.load(f"http://{name_of(cluster, 'ingress/shop')}/tea", users=3, think="1s",
                        duration="10s", headers=SHOP, keep_alive=True)  # fmt: skip
    cluster.run("20s")
    assert {outcome for *_, outcome in load.requests()} == {"418"}
