"""lightkube: list, watch, patch, apply, logs, exec, eviction."""

import pytest

lightkube = pytest.importorskip("lightkube", reason="lightkube is not installed")
from lightkube.models.meta_v1 import ObjectMeta  # noqa: E402
from lightkube.resources.apps_v1 import Deployment  # noqa: E402
from lightkube.resources.core_v1 import ConfigMap, Pod  # noqa: E402
from lightkube.types import PatchType  # noqa: E402


@pytest.fixture
def api(server):
    """The client of the kubeconfig."""
    made = lightkube.Client(lightkube.KubeConfig.from_file(str(server.kubeconfig)))
    yield made
    made.close()


def test_lists(api):
    """Pods by a label."""
    found = api.list(Pod, namespace="default", labels={"app": "web"})
    assert [pod.status.phase for pod in found] == ["Running", "Running"]


def test_patch_and_watch(api):
    """Until the status has followed."""
    api.patch(Deployment, "web", {"spec": {"replicas": 1}}, patch_type=PatchType.MERGE)
    for _, found in api.watch(Deployment, namespace="default", server_timeout=20):
        if found.status.replicas == 1:
            break
    assert found.status.readyReplicas == 1


def test_server_side_apply(api):
    """With a field manager; the second manager's conflict is an error."""
    made = ConfigMap(metadata=ObjectMeta(name="c", namespace="default"), data={"a": "1"})
    assert api.apply(made, field_manager="one").data == {"a": "1"}
    other = ConfigMap(metadata=ObjectMeta(name="c", namespace="default"), data={"a": "2"})
    with pytest.raises(lightkube.ApiError, match='conflict with "one"'):
        api.apply(other, field_manager="two")


def test_logs(api, pod):
    """The last line."""
    assert next(iter(api.log(pod, tail_lines=1))).endswith("listens on 80\n")


def test_exec(api, pod):
    """What a program prints, and its exit code."""
    done = api.exec(pod, command=["sh", "-c", "hostname; exit 3"], stdout=True, stderr=True,
                    raise_on_error=False)  # fmt: skip
    assert (done.stdout.strip(), done.exit_code) == (pod, 3)


def test_eviction(server, api, pod):
    """The pod goes."""
    api.create(Pod.Eviction(metadata=ObjectMeta(name=pod)), pod)
    server.world.run("60s")
    assert pod not in [each.metadata.name for each in api.list(Pod, namespace="default")]
