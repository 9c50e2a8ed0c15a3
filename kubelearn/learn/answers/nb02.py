"""Lesson 02: an application that comes back."""

from __future__ import annotations

from kubelearn.api.objects import get_path
from kubelearn.learn.checks import (
    delete_pods,
    lose_node_of,
    node_is_missed,
    own,
    pods_become_ready,
    pods_of,
    replaced,
    scale_up,
)
from kubelearn.learn.exercise import Exercise
from kubelearn.learn.feedback import NEARLY, WRONG
from kubelearn.learn.plan import Plan
from kubelearn.learn.quiz import Question, Quiz
from kubelearn.learn.service_checks import (
    a_client,
    every_request_answered,
    has_endpoints,
    no_gap,
    the_service,
)
from kubelearn.learn.trial import Trial, Unmet, moment
from kubelearn.sim.clock import MINUTE

ALONE = """\
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
KEPT = """\
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
SLOWLY, SLOW_START = "kubelearn.dev/start-time", "8s"
SLOW = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: slow}
spec:
  replicas: 2
  selector:
    matchLabels: {app: slow}
  template:
    metadata:
      labels: {app: slow}
      annotations:
        kubelearn.dev/start-time: 8s   # this program listens 8 s after its start
    spec:
      containers:
      - name: web
        image: nginx:1.29
        ports: [{containerPort: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: slow}
spec:
  selector: {app: slow}
  ports: [{port: 80}]
"""
PROBE = """\
        readinessProbe:
          httpGet: {path: /, port: 80}
          periodSeconds: 2
"""
PATIENCE = """\
      tolerations:
      - key: node.kubernetes.io/not-ready
        operator: Exists
        effect: NoExecute
        tolerationSeconds: 10
      - key: node.kubernetes.io/unreachable
        operator: Exists
        effect: NoExecute
        tolerationSeconds: 10
"""
ALLOWED = 2 * MINUTE
USUAL = 5 * MINUTE
"""What nobody has shortened takes longer than this."""


def _comes_back(trial: Trial) -> str:
    pods_become_ready(trial, 1, "60s")
    old = delete_pods(trial)
    told = "it ran, but a minute after the deletion there was no new pod"
    replaced(trial, old, "60s", told)
    return "your application came back by itself"


def _starts_unseen(trial: Trial) -> str:
    if not _is_slow(trial):
        raise Unmet("the annotation is gone, so the program is not slow any more", NEARLY)
    a_client(trial)
    service = the_service(trial)
    has_endpoints(trial, service, "90s")
    since = trial.cluster.clock.now
    every_request_answered(trial, service, "500ms", 20, failing=WRONG)
    scale_up(trial, 2)
    every_request_answered(trial, service, "500ms", 60)
    no_gap(trial, service, since)
    return "nobody was sent to a program that did not listen yet"


def _is_slow(trial: Trial) -> bool:
    """Whether the Deployments still say that their program is slow."""
    made = own(trial.cluster.api.list("deployments.apps"))
    path = ("spec", "template", "metadata", "annotations", SLOWLY)
    return all(get_path(deployment, *path) == SLOW_START for deployment in made)


def _leaves_node(trial: Trial) -> str:
    pod = pods_become_ready(trial, 1, "60s")[0]
    node = lose_node_of(trial, pod)
    died, old = trial.cluster.clock.now, {one["metadata"]["uid"] for one in pods_of(trial.cluster)}
    node_is_missed(trial, node)
    replaced(trial, old, "400s", f"400 s after {node} died no new pod is Ready")
    taken = trial.cluster.clock.now - died
    text = f"{moment(taken)} after {node} died a new pod was Ready"
    if taken > ALLOWED:
        outcome = NEARLY if taken < USUAL else WRONG
        raise Unmet(f"{text}; {moment(ALLOWED)} are allowed", outcome)
    return text


SURVIVES = Exercise(
    id="survives-deletion",
    title="Back within a minute",
    prompt="Make the application come back within a minute after its pod was deleted.",
    starter=ALONE,
    hints=(
        "Nobody looks after a bare pod. Which object keeps a number of pods?",
        "A Deployment has a template that looks like this pod, and a selector for its labels.",
        "kind: Deployment, apiVersion: apps/v1; the pod's labels and spec go into spec.template.",
    ),
    solution=KEPT,
    judge=_comes_back,
)
STARTS_UNSEEN = Exercise(
    id="starts-unseen",
    title="Nobody sees it start",
    prompt=(
        "The program listens only 8 s after its container was started, and requests that come "
        "earlier fail. Change the Deployment so that no request fails, not even while it is scaled "
        "up. (Leave the annotation: a real program would be slow without it.)"
    ),
    starter=SLOW,
    hints=(
        "Requests go to every pod that is Ready. Who says that a container is ready?",
        "Without a readiness probe a container counts as ready as soon as it runs.",
        "Give the container a readinessProbe with httpGet: {path: /, port: 80}.",
    ),
    solution=SLOW.replace("---\n", PROBE + "---\n"),
    judge=_starts_unseen,
)
LEAVES = Exercise(
    id="leaves-faster",
    title="Leave a dead node sooner",
    prompt="A node dies. Make a replacement Ready within two minutes instead of six.",
    starter=KEPT,
    hints=(
        "Pods tolerate the taints of a dead node for 300 seconds, unless they say otherwise.",
        "They can say so in spec.template.spec.tolerations, by tolerationSeconds.",
        "Two taints (NoExecute): node.kubernetes.io/unreachable, node.kubernetes.io/not-ready.",
    ),
    solution=KEPT + PATIENCE,
    judge=_leaves_node,
)

QUIZ = Quiz(
    (
        Question(
            "A container of a pod crashes. What happens first?",
            {
                "a": (
                    "The pod moves to another node.",
                    "A pod never moves: it stays on its node until it is gone.",
                ),
                "b": (
                    "The ReplicaSet makes a new pod.",
                    "The pod is still there, so the number of pods is right.",
                ),
                "c": (
                    "The kubelet starts the container again, in the same pod.",
                    "Yes: at once the first time, then with growing pauses.",
                ),
            },
            right="c",
        ),
        Question(
            "STATUS says CrashLoopBackOff. What is going on at this moment?",
            {
                "a": (
                    "Nothing: the kubelet waits before it starts the container again.",
                    "Yes: the pause doubles from 10 s up to 300 s while it keeps crashing.",
                ),
                "b": (
                    "The container is being started.",
                    "Not now: that is what comes after the pause.",
                ),
                "c": (
                    "The image cannot be pulled.",
                    "That is called ErrImagePull or ImagePullBackOff.",
                ),
            },
            right="a",
        ),
        Question(
            "A readiness probe fails. What happens to the pod?",
            {
                "a": (
                    "Its container is restarted.",
                    "That is what a failing liveness probe does.",
                ),
                "b": (
                    "It is deleted and replaced.",
                    "It stays; the ReplicaSet still counts it.",
                ),
                "c": (
                    "It goes on running, but its Service sends it no more requests.",
                    "Yes, and it gets requests again as soon as the probe succeeds.",
                ),
            },
            right="c",
        ),
        Question(
            "A node dies. Why are its pods not replaced at once?",
            {
                "a": (
                    "The scheduler is too slow.",
                    "It took milliseconds in the trail, once there was a new pod.",
                ),
                "b": (
                    "Silence may be short: first it must last, then pods tolerate it for a while.",
                    "Yes: some 50 s of silence, then the 300 s of tolerationSeconds.",
                ),
                "c": (
                    "The dead kubelet has to confirm first.",
                    "It never does: the old pods stay Terminating, the new ones come anyway.",
                ),
            },
            right="b",
        ),
        Question(
            "From lesson 01: who made the replacement of a deleted pod, and how did it know?",
            {
                "a": (
                    "The scheduler, which counts pods.",
                    "It only places the pods that others have made.",
                ),
                "b": (
                    "The kubelet, which lost a container.",
                    "It ends and starts containers of pods that exist; it makes no pods.",
                ),
                "c": (
                    "The ReplicaSet controller, which watches the API server.",
                    "Yes: it saw one pod too few for its labels and created another.",
                ),
            },
            right="c",
        ),
    )
)

PLAN = Plan("02", "Pods and self-healing", (SURVIVES, STARTS_UNSEEN, LEAVES), QUIZ)
