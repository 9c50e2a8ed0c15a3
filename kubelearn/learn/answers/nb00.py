"""Lesson 00: the first application."""

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
metadata:
  name: hello
spec:
  replicas: ____
  selector:
    matchLabels: {app: hello}
  template:
    metadata:
      labels: {app: hello}
    spec:
      containers:
      - name: web
        image: ____
"""


def _three_ready(cluster: Cluster) -> Feedback:
    moment = wait_for_ready(cluster, 3, "60s")
    count = len(ready_pods(cluster))
    if moment is None:
        outcome = NEARLY if count else WRONG
        text = f"after one minute {count} pods are Ready, 3 are wanted"
        return Feedback(outcome, text, troubles(cluster))
    cluster.run("30s")
    count = len(ready_pods(cluster))
    if count > 3:
        return Feedback(NEARLY, f"there are {count} Ready pods, 3 are wanted")
    return Feedback(RIGHT, "three pods of your application run", (f"all Ready at {moment}",))


FIRST_APP = Exercise(
    id="first-app",
    title="Your first application",
    prompt="Fill the two gaps so that three pods of nginx:1.29 become Ready within a minute.",
    starter=STARTER,
    hints=(
        "How many pods do you want? `replicas` takes a number.",
        "`image` names the program and, after a colon, its version: name:version.",
    ),
    solution=STARTER.replace("____", "3", 1).replace("____", "nginx:1.29"),
    judge=_three_ready,
)

QUIZ = Quiz(
    (
        Question(
            "What does `cluster.apply(...)` do?",
            {
                "a": (
                    "It starts containers on a node.",
                    "Nothing is started by the call itself: kubelets do that, a little later.",
                ),
                "b": (
                    "It writes down what should be.",
                    "Yes: the API server stores the wanted state, controllers work towards it.",
                ),
                "c": (
                    "It waits until everything runs.",
                    "It answers at once; time passes only when you let it pass.",
                ),
            },
            right="b",
        ),
        Question(
            "You rewind to 30 s and give other commands. What becomes of the old future?",
            {
                "a": (
                    "It is gone from this cluster.",
                    "Yes: fork first when you want to keep both futures and compare them.",
                ),
                "b": (
                    "Both futures are kept.",
                    "A rewind cuts the future off; a fork would have kept it.",
                ),
            },
            right="a",
        ),
    )
)

LESSON = Lesson("00", "Start", (FIRST_APP,), QUIZ)
