"""Health checks that AWS does not take."""

import pytest

from kubelearn.cloud.aws.controller.annotations import ValidationError
from kubelearn.cloud.aws.controller.check_limits import APPLICATION_CODES, GRPC_CODES, checked
from kubelearn.cloud.aws.elb.model import Check
from kubelearn.sim.clock import SECOND
from tests.cloud.aws.edge import annotate, edge, refusals
from tests.cloud.aws.elb.test_draining import LB

GOOD = Check(codes="200")
OUT = "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must "


@pytest.mark.parametrize(
    ("changes", "codes", "text"),
    [
        ({"interval": 0}, APPLICATION_CODES,
         OUT.format(0, "healthCheckIntervalSeconds") + "have value greater than or equal to 5"),
        ({"interval": 301 * SECOND}, APPLICATION_CODES,
         OUT.format(301, "healthCheckIntervalSeconds") + "have value less than or equal to 300"),
        ({"timeout": SECOND}, APPLICATION_CODES, OUT.format(1, "healthCheckTimeoutSeconds")),
        ({"healthy": 1}, APPLICATION_CODES, OUT.format(1, "healthyThresholdCount")),
        ({"unhealthy": 11}, APPLICATION_CODES, OUT.format(11, "unhealthyThresholdCount")),
        ({"codes": "abc"}, APPLICATION_CODES, "health check codes 'abc': give codes from 200"),
        ({"codes": "200-"}, APPLICATION_CODES, "give codes from 200 to 499"),
        ({"codes": "500"}, APPLICATION_CODES, "give codes from 200 to 499"),
        ({"codes": "200"}, GRPC_CODES, "give codes from 0 to 99"),
    ],
)  # fmt: skip
def test_what_is_out_of_range(changes, codes, text):
    """Times, thresholds, codes."""
    with pytest.raises(ValidationError) as refused:
        checked(GOOD._replace(**changes), codes)
    assert text in refused.value.message


@pytest.mark.parametrize("codes", ["200", "200-299", "200,302", "200-299,404"])
def test_codes_that_can_be_read(codes):
    """Single ones and ranges."""
    assert checked(GOOD._replace(codes=codes), APPLICATION_CODES).codes == codes


def test_the_event_tells_it():
    """Of both kinds; the balancer stays as it was."""
    cluster = annotate(edge(), healthcheck_interval_seconds="0")
    cluster.patch("service/web", {"metadata": {"annotations": {f"{LB}healthcheck-interval": "-1"}}})
    cluster.run("10s")
    told = " ".join(refusals(cluster))
    assert OUT.format(0, "healthCheckIntervalSeconds") in told
    assert OUT.format(-1, "healthCheckIntervalSeconds") in told
