"""kr8s: list, watch, patch, server-side apply, logs, exec, port-forward, eviction."""

import asyncio
import json
import urllib.request

import pytest

kr8s = pytest.importorskip("kr8s", reason="kr8s is not installed")
import kr8s.asyncio as asynchronous  # noqa: E402
from kr8s.objects import ConfigMap, Deployment, Pod  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:Kubernetes version .* is not supported")


@pytest.fixture
def api(server):
    """The client of the kubeconfig."""
    return kr8s.api(kubeconfig=str(server.kubeconfig))


@pytest.fixture
def one(api, pod):
    """One of the pods."""
    return Pod.get(pod, namespace="default", api=api)


def test_lists(api):
    """Pods by a label."""
    pods = api.get("pods", namespace="default", label_selector={"app": "web"})
    assert [each.status.phase for each in pods] == ["Running", "Running"]


def test_scale_and_watch(api):
    """The watch tells of the pods that come."""
    deployment = Deployment.get("web", namespace="default", api=api)
    deployment.scale(3)
    events = api.watch("deployments", namespace="default")
    ready = next(name for name, found in events if found.status.get("readyReplicas") == 3)
    assert ready == "MODIFIED"


def test_patch(api):
    """Labels by a merge patch."""
    deployment = Deployment.get("web", namespace="default", api=api)
    deployment.label(tier="front")
    found = Deployment.get("web", namespace="default", api=api)
    assert found.labels["tier"] == "front"


def test_create_and_delete(api):
    """An object of its own."""
    made = ConfigMap(
        {"metadata": {"name": "c", "namespace": "default"}, "data": {"a": "1"}}, api=api
    )
    made.create()
    assert made.exists()
    made.delete()
    assert not made.exists()


def test_logs(one):
    """The last line."""
    assert next(iter(one.logs(tail_lines=1))).endswith("listens on 80")


def test_exec(one, pod):
    """What a program prints, and its exit code."""
    done = one.exec(["sh", "-c", "hostname; exit 3"], check=False)
    assert (done.stdout, done.returncode) == (f"{pod}\n".encode(), 3)


def test_port_forward(one, pod):
    """A port of this machine that leads into the pod."""
    with one.portforward(80) as port, urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
        assert answer.read() == f"{pod} answers GET /\n".encode()


def test_eviction(server, one, pod):
    """The pod goes; asked for in an event loop."""
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod}}
    where = {"version": "v1", "namespace": "default", "url": f"pods/{pod}/eviction"}

    async def evict():
        api = await asynchronous.api(kubeconfig=str(server.kubeconfig))
        async with api.call_api("POST", json=body, **where) as answer:
            return answer.status_code

    assert asyncio.run(evict()) == 201
    server.world.run("60s")
    assert not one.exists()


def test_server_side_apply(server):
    """It has no verb of its own for that: the call below its objects; two managers conflict."""
    where = {"version": "v1", "namespace": "default", "url": "configmaps/menu"}
    kind = {"Content-Type": "application/apply-patch+yaml"}
    statuses = []

    async def apply(manager, dish):
        api = await asynchronous.api(kubeconfig=str(server.kubeconfig))
        wanted = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "menu"}}
        text = json.dumps({**wanted, "data": {"dish": dish}})
        how = {"content": text, "headers": kind, "params": {"fieldManager": manager}}
        async with api.call_api("PATCH", raise_for_status=False, **how, **where) as answer:
            statuses.append(answer.status_code)

    for manager, dish in (("kitchen", "soup"), ("kitchen", "stew"), ("waiter", "fish")):
        asyncio.run(apply(manager, dish))
    assert statuses == [201, 200, 409]
    assert server.world.api.get("configmaps", "default", "menu")["data"] == {"dish": "stew"}
