"""Quotas count what is created and refuse what would be too much."""

import pytest

from kubelearn.api.admission.quota_usage import scope_matches, usage_of
from kubelearn.api.errors import Forbidden
from kubelearn.sim.clock import SECOND
from tests.api.fresh import fresh, make, pod, service


def with_quota(hard, used=None):
    """An API server with a quota whose status is settled."""
    api = fresh()
    api.create(make("v1", "ResourceQuota", "q", spec={"hard": hard}))
    status = {"hard": hard, "used": used or dict.fromkeys(hard, "0")}
    api.patch_status("resourcequotas", "default", "q", status)
    return api


def test_a_create_is_counted_at_once():
    """Without waiting for the controller."""
    api = with_quota({"pods": "2"})
    api.create(pod())
    assert api.get("resourcequotas", "default", "q")["status"]["used"] == {"pods": "1"}


def test_too_much_is_refused():
    """The sentence lists only what is exceeded."""
    api = with_quota({"pods": "1", "requests.cpu": "9"}, {"pods": "1", "requests.cpu": "0"})
    resources = {"requests": {"cpu": "1"}}
    text = "exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1"
    with pytest.raises(Forbidden, match=text):
        api.create(pod(containers=[{"name": "a", "image": "x", "resources": resources}]))


def test_bounded_resources_must_be_named():
    """By every container."""
    with pytest.raises(Forbidden, match=r"failed quota: q: must specify limits\.memory for: app"):
        with_quota({"limits.memory": "1Gi"}).create(pod())


def test_a_quota_without_status_bounds_nothing():
    """Its controller has not looked at it yet."""
    api = fresh()
    api.create(make("v1", "ResourceQuota", "q", spec={"hard": {"pods": "0"}}))
    assert api.create(pod())["metadata"]["name"] == "web"


def resize(api, cpu):
    """Ask for another cpu request of the running pod."""
    container = {"name": "a", "resources": {"requests": {"cpu": cpu}}}
    patch = {"spec": {"containers": [container]}}
    api.patch("pods", "default", "web", patch, style="strategic", subresource="resize")


def test_a_resize_counts_by_what_it_adds():
    """And is refused when that is too much; asking for less always passes."""
    api = with_quota({"requests.cpu": "2"})
    resources = {"requests": {"cpu": "1"}}
    api.create(pod(containers=[{"name": "a", "image": "x", "resources": resources}]))
    text = "exceeded quota: q, requested: requests.cpu=1500m, used: requests.cpu=1, limited: "
    with pytest.raises(Forbidden, match=text):
        resize(api, "2500m")
    resize(api, "1500m")
    assert api.get("resourcequotas", "default", "q")["status"]["used"] == {"requests.cpu": "1500m"}
    resize(api, "500m")


def test_node_ports_cost():
    """One for each port, and the load balancer."""
    found = usage_of("services", service(type="LoadBalancer"))
    texts = {name: str(amount) for name, amount in found.items()}
    assert (texts["services.nodeports"], texts["services.loadbalancers"]) == ("1", "1")


@pytest.mark.parametrize(
    ("scope", "spec", "matches"),
    [
        ("BestEffort", {}, True),
        ("NotBestEffort", {}, False),
        ("Terminating", {"activeDeadlineSeconds": 5}, True),
        ("NotTerminating", {"activeDeadlineSeconds": 5}, False),
        ("PriorityClass", {"priorityClassName": "high"}, True),
    ],
)
def test_scopes(scope, spec, matches):
    """A quota with scopes looks at some pods only."""
    quota = {"spec": {"scopes": [scope]}}
    assert scope_matches(quota, "pods", pod(**spec)) is matches


def test_a_pod_that_should_long_be_gone_is_only_an_object():
    """Once its grace period has passed twice, as on a node that is lost."""
    stuck = pod()
    marks = {"deletionTimestamp": "2026-01-01T00:01:00Z", "deletionGracePeriodSeconds": 30}
    stuck["metadata"] = {**stuck["metadata"], **marks}
    assert "pods" in usage_of("pods", stuck, 90 * SECOND)
    assert list(usage_of("pods", stuck, 91 * SECOND)) == ["count/pods"]
