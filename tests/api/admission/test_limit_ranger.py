"""Defaults and bounds of a namespace's LimitRanges."""

import pytest

from kubelearn.api.admission.limit_ranger import ANNOTATION
from kubelearn.api.errors import Forbidden
from tests.api.fresh import fresh, make, pod


def limited(kind="Container", **limit):
    """An API server with one LimitRange in the namespace default."""
    api = fresh()
    api.create(make("v1", "LimitRange", "lr", spec={"limits": [{"type": kind, **limit}]}))
    return api


def asking(**resources):
    """A pod whose container asks for these resources."""
    return pod(containers=[{"name": "app", "image": "x:1", "resources": resources}])


def test_defaults_are_written_and_told():
    """An annotation says what was set."""
    stored = limited(default={"cpu": "500m"}).create(pod())
    resources = {"limits": {"cpu": "500m"}, "requests": {"cpu": "500m"}}
    assert stored["spec"]["containers"][0]["resources"] == resources
    note = "LimitRanger plugin set: cpu request for container app; cpu limit for container app"
    assert stored["metadata"]["annotations"] == {ANNOTATION: note}


@pytest.mark.parametrize(
    ("limit", "resources", "text"),
    [
        ({"max": {"cpu": "1"}}, {"limits": {"cpu": "2"}},
         "maximum cpu usage per Container is 1, but limit is 2"),
        ({"min": {"cpu": "1"}}, {"requests": {"cpu": "500m"}},
         "minimum cpu usage per Container is 1, but request is 500m"),
        ({"maxLimitRequestRatio": {"cpu": "2"}},
         {"requests": {"cpu": "1"}, "limits": {"cpu": "3"}},
         "cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000"),
    ],
)  # fmt: skip
def test_bounds(limit, resources, text):
    """Each with upstream's sentence."""
    with pytest.raises(Forbidden) as caught:
        limited(**limit).create(asking(**resources))
    assert str(caught.value) == f'pods "web" is forbidden: {text}'


def test_a_resize_is_bound_too():
    """Other updates of a pod are not."""
    api = limited(max={"cpu": "1"})
    api.create(asking(requests={"cpu": "500m"}, limits={"cpu": "1"}))
    container = {"name": "app", "resources": {"limits": {"cpu": "2"}}}
    patch = {"spec": {"containers": [container]}}
    with pytest.raises(Forbidden, match="maximum cpu usage per Container is 1, but limit is 2"):
        api.patch("pods", "default", "web", patch, style="strategic", subresource="resize")


def test_a_pod_is_bound_as_a_whole():
    """The sum of its containers counts."""
    containers = [{"name": name, "image": "x:1", "resources": {"limits": {"cpu": "600m"}}}
                  for name in ("a", "b")]  # fmt: skip
    with pytest.raises(Forbidden, match="maximum cpu usage per Pod is 1, but limit is 1200m"):
        limited("Pod", max={"cpu": "1"}).create(pod(containers=containers))


def test_broken_bounds_are_told_by_resource():
    """In the order of the alphabet."""
    given = asking(limits={"memory": "2Gi", "cpu": "2"})
    with pytest.raises(Forbidden) as caught:
        limited(max={"memory": "1Gi", "cpu": "1"}).create(given)
    assert str(caught.value).endswith(
        "[maximum cpu usage per Container is 1, but limit is 2, "
        "maximum memory usage per Container is 1Gi, but limit is 2Gi]"
    )
