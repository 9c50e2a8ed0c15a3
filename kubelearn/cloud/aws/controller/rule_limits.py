"""How many rules an ALB has at most, and how much one rule can say.

Source: Elastic Load Balancing user guide, "Quotas for your Application Load Balancers"; elbv2 API,
RuleCondition, FixedResponseActionConfig, TargetGroupTuple.

Unlike the real one: only the words about rules and condition values are those of AWS, and what came
before the refused rule is not created.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

from kubelearn.cloud.aws.controller.annotations import DeployError, ValidationError
from kubelearn.cloud.aws.elb.model import Listener

RULES = 100
"""Of one balancer, without the default rules."""


class TooManyRules(DeployError):
    """More rules than a balancer can have."""

    code: ClassVar[str] = "TooManyRules"


class Limit(NamedTuple):
    """What is counted in a rule, how much of it is allowed, and how AWS refuses more."""

    most: int
    amount: Callable[[Any], int]
    says: str


def _texts(rule: Any) -> Iterator[str]:
    """All values of all conditions."""
    for one in rule["conditions"]:
        for value in (*one.get("values", ()), *one.get("regex", ())):
            yield value["value"] if isinstance(value, dict) else str(value)


def _wildcards(rule: Any) -> int:
    plain = (str(value) for one in rule["conditions"] for value in one.get("values", ()))
    return sum(text.count("*") + text.count("?") for text in plain)


def _groups(rule: Any) -> list[int]:
    """The weights of the target groups."""
    return [weight for _, weight in rule["action"].get("groups", ())]


LIMITS = (
    Limit(5, lambda rule: sum(1 for _ in _texts(rule)),
          "A rule can only have '5' condition values"),
    Limit(5, _wildcards, "A rule can only have '5' wildcards in its condition values"),
    Limit(128, lambda rule: max(map(len, _texts(rule)), default=0),
          "A condition value can only have '128' characters"),
    Limit(40, lambda rule: max((len(one.get("name", "")) for one in rule["conditions"]), default=0),
          "The name of an HTTP header can only have '40' characters"),
    Limit(5, lambda rule: len(_groups(rule)), "A forward action can only have '5' target groups"),
    Limit(999, lambda rule: max(_groups(rule), default=0),
          "The weight of a target group can only be from '0' to '999'"),
    Limit(1024, lambda rule: len(rule["action"].get("body", "")),
          "The body of a fixed response can only have '1024' bytes"),
)  # fmt: skip


def check(balancer: str, listeners: Sequence[Listener]) -> None:
    """DeployError for the first thing that is too much."""
    for listener in listeners:
        for rule in (*listener.rules, listener.last):
            for limit in LIMITS:
                if limit.amount(rule) > limit.most:
                    raise ValidationError(limit.says)
    if sum(len(listener.rules) for listener in listeners) > RULES:
        raise TooManyRules(
            f"The maximum number of rules on load balancer {balancer} has been reached: {RULES}"
        )
