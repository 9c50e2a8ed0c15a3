"""The same script gives the same log, on any string hash."""

import subprocess
import sys

SCRIPT = """
from tests.world.worlds import web_cluster
cluster = web_cluster()
pod = cluster.api.list("pods", "default")[0]["metadata"]["name"]
cluster.request("http://web/", client=f"pod/{pod}")
cluster.fail.zone("us-west-2b")
cluster.run("400s")
cluster.heal.zone("us-west-2b")
cluster.scale("deployment/web", 6)
cluster.run("120s")
print(cluster.fingerprint())
"""

STORM = """
from kubelearn.cluster import Cluster
from tests.world.test_storms import APPS, WEB
cluster = Cluster(nodes=4, zones=2, seed=3, node={"memory": "2Gi"})
cluster.apply(WEB + APPS)
for name, memory in (("a", "900Mi"), ("b", "800Mi"), ("c", "700Mi")):
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name,
           "annotations": {"kubelearn.dev/memory": memory}}}
    container = {"name": "c", "image": "nginx:1.29", "resources": {"requests": {"cpu": "1"}}}
    volumes = [{"name": "v", "configMap": {"name": "cfg"}}]
    cluster.apply([{**pod, "spec": {"nodeName": "worker-2", "containers": [container],
                                    "volumes": volumes}}])
config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cfg"}}
cluster.apply({**config, "data": {"x": "1"}})
cluster.run("40s")
wanted = [{"name": "c", "resources": {"requests": {"cpu": "2"}}}]
for name in "abc":
    cluster.patch(f"pod/{name}", {"spec": {"containers": wanted}}, subresource="resize")
cluster.drain("worker-1", ignore_daemonsets=True, wait="7s")
cluster.apply({**config, "data": {"x": "2"}})
cluster.fail.node("worker-3")
cluster.rollout("restart", "deployment/web")
cluster.run("500s")
cluster.heal.node("worker-3")
cluster.uncordon("worker-1")
cluster.run("300s")
assert [pod for pod in cluster.api.list("pods") if pod["status"].get("reason") == "Evicted"]
print(cluster.fingerprint())
"""


def fingerprint_with(hash_seed, script=SCRIPT):
    """The hash that a process of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONHASHSEED": hash_seed, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_two_hash_seeds_give_one_history():
    """Sets and dicts of strings decide nothing."""
    assert fingerprint_with("1") == fingerprint_with("4242") != ""


def test_two_hash_seeds_give_one_storm():
    """Nor in drains, evictions under pressure, resizes and files that follow."""
    assert fingerprint_with("1", STORM) == fingerprint_with("4242", STORM) != ""


def test_another_seed_gives_another_history():
    """The fingerprint is no constant."""
    from tests.world.worlds import web_cluster

    assert web_cluster(seed=1).fingerprint() != web_cluster(seed=2).fingerprint()
