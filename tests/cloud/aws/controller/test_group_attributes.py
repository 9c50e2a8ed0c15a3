"""Attributes of target groups, from the annotation of an Ingress."""

import pytest

from kubelearn.cloud.aws.controller.annotations import DeployError
from kubelearn.cloud.aws.controller.group_attributes import NAME, attributes
from kubelearn.cloud.aws.elb.model import Attributes, Stickiness
from kubelearn.sim.clock import SECOND
from tests.cloud.aws.edge import attributes as given
from tests.cloud.aws.edge import edge, refusals

RANDOM = "load_balancing.algorithm.type=weighted_random"
APP = "stickiness.enabled=true,stickiness.type=app_cookie"
LEAST = "load_balancing.algorithm.type=least_outstanding_requests"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", Attributes()),
        ("slow_start.duration_seconds=30", Attributes(slow_start=30 * SECOND)),
        (LEAST, Attributes("least_outstanding_requests")),
        (f"{RANDOM},load_balancing.algorithm.anomaly_mitigation=on",
         Attributes("weighted_random", True)),
        ("stickiness.enabled=true",
         Attributes(stickiness=Stickiness("lb_cookie", 86_400 * SECOND))),
        (f"{APP},stickiness.app_cookie.cookie_name=SESSION",
         Attributes(stickiness=Stickiness("app_cookie", 86_400 * SECOND, "SESSION"))),
    ],
)  # fmt: skip
def test_values(said, expected):
    """What is not said has its default."""
    assert attributes({NAME: said}) == expected


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("load_balancing.algorithm.type=fastest", "one of round_robin, least_outstanding_requests"),
        (f"{LEAST},slow_start.duration_seconds=30", "does not go with"),
        (f"{RANDOM},slow_start.duration_seconds=30", "does not go with"),
        ("load_balancing.algorithm.anomaly_mitigation=on", "does not go with"),
        ("slow_start.duration_seconds=29", "0 or from 30 to 900"),
        ("slow_start.duration_seconds=901", "0 or from 30 to 900"),
        (f"{APP},stickiness.app_cookie.cookie_name=AWSALBX", "begin with AWSALB are"),
        (APP, "name the cookie that the program sets"),
        ("stickiness.enabled=true,stickiness.type=source_ip", "one of lb_cookie, app_cookie"),
        ("stickiness.enabled=true,stickiness.lb_cookie.duration_seconds=0", "from 1 to 604800"),
    ],
)  # fmt: skip
def test_what_aws_refuses(said, text):
    """It is said which value, and what is allowed."""
    with pytest.raises(DeployError, match=text):
        attributes({NAME: said})


def test_a_refusal_is_an_event():
    """The balancer stays as it was."""
    cluster = given(edge(), "slow_start.duration_seconds=7")
    text = "slow_start.duration_seconds=7: it must be 0 or from 30 to 900"
    assert refusals(cluster) == [f"Failed deploy model due to InvalidConfigurationRequest: {text}"]
    assert cluster.request("http://shop.example.com/", client="internet").status == 200
