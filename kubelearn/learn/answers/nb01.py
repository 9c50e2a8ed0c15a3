"""Lesson 01: find out why a Service has nobody behind it."""

from __future__ import annotations

from kubelearn.cluster import Cluster
from kubelearn.learn.checks import ready_pods, troubles, wait_for_ready
from kubelearn.learn.exercise import Exercise
from kubelearn.learn.feedback import NEARLY, RIGHT, WRONG, Feedback
from kubelearn.learn.lesson import Lesson
from kubelearn.learn.quiz import Question, Quiz

STARTER = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 2
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop}
    spec:
      containers:
      - name: web
        image: nginx:1.29
        ports: [{containerPort: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {app: store}
  ports: [{port: 80}]
"""


def _answers(cluster: Cluster) -> Feedback:
    if wait_for_ready(cluster, 1, "60s") is None:
        return Feedback(WRONG, "no pod became Ready within a minute", troubles(cluster))
    cluster.run("10s")
    names = [service["metadata"]["name"] for service in cluster.api.list("services", "default")]
    names.remove("kubernetes")
    if not names:
        return Feedback(WRONG, "there is no Service to ask")
    client = f"pod/{ready_pods(cluster)[0]['metadata']['name']}"
    call = cluster.request(f"http://{names[0]}/", client=client)
    if call.ok:
        return Feedback(RIGHT, f"GET http://{names[0]}/ was answered with {call.status}")
    told = (cluster.why(f"service/{names[0]}").reasons[0].text,)
    return Feedback(NEARLY, f"pods run, but GET http://{names[0]}/ got: {call.error}", told)


LOST_SERVICE = Exercise(
    id="lost-service",
    title="The lost Service",
    prompt="Both objects exist, yet nobody answers at http://shop/. Find the cause and mend it.",
    starter=STARTER,
    hints=(
        "A Service finds its pods by labels: compare its selector with the labels of the pods.",
        'cluster.why("service/shop") names the labels that it looks for.',
    ),
    solution=STARTER.replace("app: store", "app: shop"),
    judge=_answers,
)

QUIZ = Quiz(
    (
        Question(
            "Who chooses the node of a pod?",
            {
                "a": ("The Deployment controller.", "It only decides how many pods there are."),
                "b": ("The scheduler.", "Yes: it filters and scores nodes and writes the name."),
                "c": ("The kubelet.", "It runs pods that already carry the name of its node."),
            },
            right="b",
        ),
        Question(
            "How do the parts of the control plane talk to each other?",
            {
                "a": (
                    "Each calls the next one.",
                    "None knows the others: each watches objects and writes objects.",
                ),
                "b": ("Through the API server only.", "Yes: all they share are its objects."),
            },
            right="b",
        ),
    )
)

LESSON = Lesson("01", "Anatomy", (LOST_SERVICE,), QUIZ)
