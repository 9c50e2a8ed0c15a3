"""Tests of NetworkPolicies."""

from typing import Any

from kubelearn.api.objects import Object
from kubelearn.network.network_policy import End, Flow, allows

WEB = End("x", {"app": "web"}, "10.1.0.1", ({"name": "http", "containerPort": 80},))
DB = End("x", {"app": "db"}, "10.1.0.2")
OUTSIDE = End("", {}, "192.0.2.7")


def _policy(**spec: Any) -> Object:
    return {"metadata": {"namespace": "x"}, "spec": {"podSelector": {}, **spec}}


def test_without_policies_all_is_open() -> None:
    """Nobody is isolated."""
    assert allows([], {}, Flow(DB, WEB, 80))


def test_an_empty_list_denies_and_an_empty_rule_allows() -> None:
    """`ingress: []` and `ingress: [{}]`."""
    found = [allows([_policy(ingress=rules)], {}, Flow(DB, WEB, 80)) for rules in ([], [{}])]
    assert found == [False, True]


def test_policies_add_up() -> None:
    """What one of them allows is allowed."""
    policies = [_policy(ingress=[]), _policy(ingress=[{"ports": [{"port": "http"}]}])]
    assert allows(policies, {}, Flow(DB, WEB, 80))
    assert not allows(policies, {}, Flow(DB, WEB, 81))


def test_an_address_block_with_an_exception() -> None:
    """For peers outside of the cluster."""
    block = {"cidr": "192.0.2.0/24", "except": ["192.0.2.0/28"]}
    policy = _policy(ingress=[{"from": [{"ipBlock": block}]}])
    far = OUTSIDE._replace(address="192.0.2.99")
    assert [allows([policy], {}, Flow(one, WEB, 80)) for one in (OUTSIDE, far)] == [False, True]


def test_a_pod_reaches_itself() -> None:
    """Whatever the policies say."""
    assert allows([_policy(ingress=[])], {}, Flow(WEB, WEB, 80))
