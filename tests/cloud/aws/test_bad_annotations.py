"""Whatever stands in an annotation of the AWS controller: no run ends by it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cloud.aws.edge import annotate, edge, name_of
from tests.cloud.aws.elb.test_draining import LB

BAD = ("abc", "", "-1", "0", "{", "[]", "200-", "a=b", '{"type": 5}', '[{"HTTP": "x"}]', "[1]",
       "99999999999", "TRUE")  # fmt: skip
ALB = (
    "healthcheck_interval_seconds", "healthcheck_timeout_seconds", "healthy_threshold_count",
    "success_codes", "healthcheck_port", "healthcheck_protocol", "backend_protocol_version",
    "listen_ports", "ssl_redirect", "certificate_arn", "target_type", "scheme", "group.name",
    "group.order", "load_balancer_name", "load_balancer_attributes", "target_group_attributes",
    "conditions.web", "actions.tea", "transforms.web", "auth_type", "jwt_validation",
)  # fmt: skip
NLB = (
    "scheme", "name", "nlb-target-type", "healthcheck-protocol", "healthcheck-interval",
    "healthcheck-healthy-threshold", "healthcheck-success-codes", "ssl-cert", "ssl-ports",
    "attributes", "target-group-attributes", "listener-attributes.TCP-80", "proxy-protocol",
)  # fmt: skip


@settings(max_examples=20)
@given(st.sampled_from(ALB), st.sampled_from(BAD))
def test_of_an_ingress(name, value):
    """The balancer serves on as it was, or as it is said."""
    cluster = annotate(edge(), **{name: value}).run("30s")
    assert cluster.request("http://shop.example.com/tea").finished is not None


@settings(max_examples=20)
@given(st.sampled_from(NLB), st.sampled_from(BAD))
def test_of_a_service(name, value):
    """The same."""
    cluster = edge()
    url = f"http://{name_of(cluster)}/"
    cluster.patch("service/web", {"metadata": {"annotations": {f"{LB}{name}": value}}})
    assert cluster.run("30s").request(url).finished is not None
