"""What an application load balancer asks of a request before its rule routes it.

A rule with such actions answers by itself those who do not pass. A new action is its file and one
line in `PRE_ROUTING`. Source: Elastic Load Balancing user guide, "Pre-routing actions".
"""

from __future__ import annotations

from collections.abc import Callable

from kubelearn.cloud.aws.elb.prerouting.authenticate import authenticate, respond
from kubelearn.cloud.aws.elb.prerouting.jwt_validation import validate
from kubelearn.cloud.aws.elb.prerouting.outcome import Action, Asked, Outcome

PRE_ROUTING: dict[str, Callable[[Action, Asked], Outcome]] = {
    "authenticate-oidc": authenticate,
    "authenticate-cognito": authenticate,
    "jwt-validation": validate,
}
"""By the type of an action in the API."""

__all__ = ["PRE_ROUTING", "Asked", "Outcome", "respond"]
