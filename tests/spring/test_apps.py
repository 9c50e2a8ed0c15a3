"""Which containers are Spring applications, and what they have read."""

import pytest

from kubelearn.spring.apps import CLIENT, GATEWAY, SERVER, kind_of
from tests.spring.shop import ROUTES, configured, shop, workload

HINT = [{"name": "EUREKA_CLIENT_SERVICEURL_DEFAULTZONE", "value": "http://eureka:8761/eureka"}]
KINDS = [
    ("registry.example.com/a/spring-cloud-gateway:1", None, GATEWAY),
    ("spring-cloud-gateway", None, GATEWAY),
    ("eureka-server:5.0", None, SERVER),
    ("example.com/orders:1", HINT, CLIENT),
    ("example.com/orders:1", None, ""),
    ("example.com/eureka-server-proxy:1", None, ""),
    ("nginx:1.29", HINT, ""),
    ("Not An Image", HINT, ""),
]


@pytest.mark.parametrize(("image", "env", "kind"), KINDS)
def test_kinds(image, env, kind):
    """By the last part of the image's name, or by where it looks for Eureka."""
    assert kind_of({"image": image, "env": env} if env else {"image": image}) == kind


def app_of(cluster):
    """What runs in the gateway's pod."""
    (pod,) = cluster.api.list("pods", "default", "app=gateway")
    return cluster.parts["spring-apps"].running(pod)


def test_each_run_reads_anew():
    """A program that has ended by itself comes back with the file as it is then."""
    cluster = shop()
    first = app_of(cluster)
    cluster.apply(configured(ROUTES.replace("/orders/**", "/new/**")))
    cluster.run("2m")
    assert app_of(cluster) == first
    (pod,) = cluster.api.list("pods", "default", "app=gateway")
    cluster.fail.pod(pod["metadata"]["name"])
    cluster.run("30s")
    assert app_of(cluster).settings.routes[0].predicates[0].args == {"patterns": ("/new/**",)}


def test_what_is_gone_is_forgotten():
    """With the next start of an application."""
    cluster = shop()
    cluster.apply(workload("gateway", replicas=0, image="example.com/none"))
    cluster.run("40s")
    cluster.install("eureka")
    cluster.run("20s")
    assert [app.kind for app in cluster.parts["spring-apps"].every()] == [SERVER]
