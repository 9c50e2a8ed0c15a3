"""Tests of podFailurePolicy."""

from kubelearn.api.objects import Object
from kubelearn.controllers.job.failure_policy import judge


def _pod(code: int) -> Object:
    states = [{"name": "c", "state": {"terminated": {"exitCode": code}}}]
    metadata = {"namespace": "default", "name": "p"}
    return {"metadata": metadata, "status": {"containerStatuses": states}}


def _policy(operator: str, action: str = "Ignore") -> Object:
    return {"rules": [{"action": action, "onExitCodes": {"operator": operator, "values": [3]}}]}


def test_without_a_policy_failures_count() -> None:
    """And no action is named."""
    assert judge(None, _pod(1)) == (True, None, None)


def test_operators() -> None:
    """In and NotIn look at codes other than zero only."""
    found = [judge(_policy(op), _pod(code)).counts for op in ("In", "NotIn") for code in (3, 4, 0)]
    assert found == [False, True, True, True, False, True]


def test_an_unknown_operator_matches_nothing() -> None:
    """The next rule is asked."""
    assert judge(_policy("Between"), _pod(3)).counts
