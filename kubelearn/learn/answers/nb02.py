"""Lesson 02: an application that comes back."""

from __future__ import annotations

from kubelearn.cluster import Cluster
from kubelearn.learn.checks import ready_pods, troubles, wait_for_ready
from kubelearn.learn.exercise import Exercise
from kubelearn.learn.feedback import NEARLY, RIGHT, WRONG, Feedback
from kubelearn.learn.lesson import Lesson
from kubelearn.learn.quiz import Question, Quiz
from kubelearn.sim.duration import format_duration

STARTER = """\
apiVersion: v1
kind: Pod
metadata:
  name: alone
  labels: {app: alone}
spec:
  containers:
  - name: web
    image: nginx:1.29
"""
SOLUTION = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: alone}
spec:
  replicas: 1
  selector:
    matchLabels: {app: alone}
  template:
    metadata:
      labels: {app: alone}
    spec:
      containers:
      - name: web
        image: nginx:1.29
"""
FASTER = SOLUTION + """\
      tolerations:
      - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 10}
      - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 10}
"""  # noqa: E501 - as one would write it


def _comes_back(cluster: Cluster) -> Feedback:
    moment = wait_for_ready(cluster, 1, "60s")
    if moment is None:
        return Feedback(WRONG, "no pod became Ready within a minute", troubles(cluster))
    lines = [f"{moment}: the first pod is Ready"]
    for pod in ready_pods(cluster):
        cluster.delete(pod)
    lines.append(f"{format_duration(cluster.clock.now)}: all pods were deleted")
    back = wait_for_ready(cluster, 1, "60s")
    if back is None:
        return Feedback(NEARLY, "it ran, but nobody made a new pod within a minute", tuple(lines))
    return Feedback(RIGHT, "your application came back", (*lines, f"{back}: a new pod is Ready"))


def _leaves_node(cluster: Cluster) -> Feedback:
    if wait_for_ready(cluster, 1, "60s") is None:
        return Feedback(WRONG, "no pod became Ready within a minute", troubles(cluster))
    pod = ready_pods(cluster)[0]
    node, died = pod["spec"]["nodeName"], cluster.clock.now
    cluster.fail.node(node)
    cluster.run("1s")
    lost = {p["metadata"]["uid"] for p in cluster.api.list("pods", "default")}
    try:
        cluster.run("400s", until=lambda c: _elsewhere(c, lost))
    except TimeoutError:
        return Feedback(WRONG, f"400 s after {node} died no new pod is Ready")
    taken = format_duration(cluster.clock.now - died)
    if cluster.clock.now - died > 120 * 10**9:
        return Feedback(NEARLY, f"it took {taken} until a new pod was Ready; 2m are allowed")
    return Feedback(RIGHT, f"{taken} after {node} died a new pod was Ready")


def _elsewhere(cluster: Cluster, lost: set[str]) -> bool:
    return any(pod["metadata"]["uid"] not in lost for pod in ready_pods(cluster))


SURVIVES = Exercise(
    id="survives-deletion",
    title="Back within a minute",
    prompt="Make the application come back within a minute after its pod was deleted.",
    starter=STARTER,
    hints=(
        "Nobody looks after a bare pod. Which object keeps a number of pods?",
        "A Deployment has a template that looks like this pod, and a selector for its labels.",
    ),
    solution=SOLUTION,
    judge=_comes_back,
)
LEAVES = Exercise(
    id="leaves-faster",
    title="Leave a dead node sooner",
    prompt="A node dies. Make a replacement Ready within two minutes instead of six.",
    starter=SOLUTION,
    hints=(
        "Pods tolerate the taints of a dead node for 300 seconds, unless they say otherwise.",
        "Tolerations for node.kubernetes.io/unreachable and not-ready can have tolerationSeconds.",
    ),
    solution=FASTER,
    judge=_leaves_node,
)

QUIZ = Quiz(
    (
        Question(
            "A container of a pod crashes. What happens first?",
            {
                "a": ("The pod gets a new node.", "A pod never moves; it stays until it is gone."),
                "b": (
                    "The kubelet restarts the container.",
                    "Yes: at once the first time, then with growing pauses.",
                ),
                "c": (
                    "The ReplicaSet makes a new pod.",
                    "The pod is still there, so the number of pods is right.",
                ),
            },
            right="b",
        ),
        Question(
            "A node dies. Why do its pods stay in the list for minutes?",
            {
                "a": (
                    "Nobody can know at once that it will not come back.",
                    "Yes: first silence, then NotReady, then the time that pods tolerate.",
                ),
                "b": (
                    "Deleting pods takes that long.",
                    "It takes seconds on a node that lives; a dead one never confirms.",
                ),
            },
            right="a",
        ),
    )
)

LESSON = Lesson("02", "Pods and self-healing", (SURVIVES, LEAVES), QUIZ)
