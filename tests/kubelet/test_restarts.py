"""Which containers are started again."""

import pytest

from kubelearn.kubelet.restarts import init_restarts_after, matching_rule, restarts_after

RULED = {
    "restartPolicy": "Never",
    "restartPolicyRules": [
        {"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}},
    ],
}


@pytest.mark.parametrize(
    ("policy", "code", "wanted"),
    [("Always", 0, True), ("OnFailure", 0, False), ("OnFailure", 1, True), ("Never", 1, False)],
)
def test_the_pods_policy(policy: str, code: int, wanted: bool) -> None:
    """It holds for containers without a policy of their own."""
    assert restarts_after({}, {"restartPolicy": policy}, code) is wanted


def test_a_containers_own_policy_wins() -> None:
    """Whatever the pod says."""
    assert not restarts_after({"restartPolicy": "Never"}, {"restartPolicy": "Always"}, 1)


def test_rules_come_first() -> None:
    """An exit code in the rule restarts a container that is never restarted."""
    assert restarts_after(RULED, {"restartPolicy": "Never"}, 42)
    assert not restarts_after(RULED, {"restartPolicy": "Never"}, 1)


def test_not_in_matches_the_others() -> None:
    """The operator turns the list round."""
    rule = {"action": "Restart", "exitCodes": {"operator": "NotIn", "values": [0]}}
    assert matching_rule({"restartPolicyRules": [rule]}, 5) == rule
    assert matching_rule({"restartPolicyRules": [rule]}, 0) is None


def test_an_init_container_that_ended_well_is_done() -> None:
    """Always means OnFailure for it."""
    assert not init_restarts_after({}, {"restartPolicy": "Always"}, 0)
    assert init_restarts_after({}, {"restartPolicy": "Always"}, 1)
