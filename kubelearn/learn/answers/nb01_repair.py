"""Lesson 01, exercise in the terminal: a machine goes to repair."""

from __future__ import annotations

from kubelearn.cluster import Cluster
from kubelearn.learn.checks import happens, ready_pods
from kubelearn.learn.feedback import NEARLY
from kubelearn.learn.own_cluster import OwnCluster
from kubelearn.learn.trial import Trial, Unmet

NODE, WANTED = "worker-3", 4
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: nginx, image: "nginx:1.29"}]
"""
DOING = '''\
def answer(cluster):
    """What do you do, in which order?"""
'''
SCALE = '    cluster.kubectl("scale deployment web --replicas=4")\n'
DRAIN = '    cluster.kubectl("drain worker-3 --ignore-daemonsets")\n'


def three_copies(seed: int) -> Cluster:
    """Three copies of a web server that run on three workers."""
    cluster = Cluster(nodes=3, zones=3, seed=seed)
    cluster.apply(WEB)
    return cluster.run("30s")


def is_emptied(trial: Trial) -> str:
    """The worker is there, empty and closed, and four copies run on the others."""
    cluster = trial.cluster
    node = cluster.api.find("nodes", None, NODE)
    if node is None:
        raise Unmet(f"{NODE} is gone: it should come back after its repair", NEARLY)
    if not happens(cluster, lambda c: len(ready_pods(c, "app=web")) >= WANTED, "60s"):
        count = len(ready_pods(cluster, "app=web"))
        raise Unmet(f"{WANTED} Ready pods of web are wanted, there are {count}")
    happens(cluster, lambda c: not _left(c), "60s")
    left = _left(cluster)
    for pod in cluster.api.list("pods", "default", "app=web"):
        trial.note(f"{pod['metadata']['name']} is on {pod['spec'].get('nodeName', 'no node yet')}")
    if left:
        raise Unmet(f"{', '.join(left)} still on {NODE}", NEARLY)
    if not node["spec"].get("unschedulable"):
        raise Unmet(f"{NODE} is empty, but the scheduler may choose it again at any time", NEARLY)
    return f"{NODE} can go to repair: nothing of yours runs there, and nothing new comes"


def _left(cluster: Cluster) -> list[str]:
    """The pods of the web server on the worker."""
    pods = cluster.api.list("pods", "default", "app=web")
    return [pod["metadata"]["name"] for pod in pods if pod["spec"].get("nodeName") == NODE]


REPAIR = OwnCluster(
    id="repair",
    title="A machine goes to repair",
    prompt=(
        "worker-3 gets new memory this afternoon. Until then four copies of web are to run on the "
        "other machines, and nothing new may come to worker-3. Do it with kubectl in a terminal."
    ),
    starter=DOING,
    hints=(
        "Two wishes: another number of copies, and a node without pods. kubectl help lists verbs.",
        "`kubectl scale` changes the number; `kubectl drain` closes a node and moves its pods.",
        "kubectl drain worker-3 refuses at first: read what it says about DaemonSets.",
    ),
    solution=DOING + SCALE + DRAIN,
    judge=is_emptied,
    setting=three_copies,
)
