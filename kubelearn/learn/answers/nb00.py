"""Lesson 00: the first application."""

from __future__ import annotations

from kubelearn.learn.checks import no_more_pods_than, pods_become_ready, pods_run_image
from kubelearn.learn.exercise import Exercise
from kubelearn.learn.plan import Plan
from kubelearn.learn.quiz import Question, Quiz
from kubelearn.learn.trial import Trial

GAPS = """\
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
MISTAKES = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: menu
spec:
  replica: 2
  selector:
    matchLabels: {app: menu}
  template:
    metadata:
      labels: {app: menu}
    spec:
      containers:
      - name: web
        image: ngnix:1.29
"""


def _three_run(trial: Trial) -> str:
    pods_run_image(pods_become_ready(trial, 3, "60s"), "nginx:1.29")
    no_more_pods_than(trial, 3, "30s")
    return "three pods of your application run"


def _two_run(trial: Trial) -> str:
    pods_become_ready(trial, 2, "60s")
    no_more_pods_than(trial, 2, "30s")
    return "both mistakes are mended, two pods run"


FIRST_APP = Exercise(
    id="first-app",
    title="Your first application",
    prompt="Fill the two gaps so that three pods of nginx:1.29 become Ready within a minute.",
    starter=GAPS,
    hints=(
        "How many pods do you want? `replicas` takes a number.",
        "`image` names the program and, after a colon, its version: name:version.",
    ),
    solution=GAPS.replace("____", "3", 1).replace("____", "nginx:1.29"),
    judge=_three_run,
)
TWO_MISTAKES = Exercise(
    id="two-mistakes",
    title="Two mistakes",
    prompt="Somebody typed this in a hurry: two pods are wanted, none comes. Mend it.",
    starter=MISTAKES,
    hints=(
        "Check it as it is, and read the answer: which field does the cluster not know?",
        "When the cluster takes it, read on: why can the image not be pulled? Mind the letters.",
        "The field is called `replicas`, the program `nginx`.",
    ),
    solution=MISTAKES.replace("replica:", "replicas:").replace("ngnix", "nginx"),
    judge=_two_run,
)

QUIZ = Quiz(
    (
        Question(
            "What does cluster.apply(...) do?",
            {
                "a": (
                    "It writes down what you want.",
                    "Yes: the wish is stored, and the parts of the cluster work towards it.",
                ),
                "b": (
                    "It starts containers on a node.",
                    "Nothing is started by the call itself: that happens a little later.",
                ),
                "c": (
                    "It waits until everything runs.",
                    "It answers at once; time passes only when you let it pass.",
                ),
            },
            right="a",
        ),
        Question(
            "A Deployment asks for three copies. You delete one pod. What is there a minute later?",
            {
                "a": (
                    "Two pods.",
                    "The wish still says three, so something makes up the difference.",
                ),
                "b": (
                    "The same three pods.",
                    "A deleted pod does not come back: its replacement has another name.",
                ),
                "c": (
                    "Three pods, one of them with a new name.",
                    "Yes: the deleted pod is gone for good, a new one took its place.",
                ),
            },
            right="c",
        ),
        Question(
            "You want to compare two futures of the same cluster. What do you use?",
            {
                "a": (
                    "at",
                    "That shows a moment of the past, for reading only.",
                ),
                "b": (
                    "rewind",
                    "A rewind cuts the future off: what came later is forgotten.",
                ),
                "c": (
                    "fork",
                    "Yes: the twin has the same past, and each goes its own way from now on.",
                ),
            },
            right="c",
        ),
        Question(
            "A field in your manifest is misspelt. What happens?",
            {
                "a": (
                    "The cluster ignores the field and takes the rest.",
                    "Then you would wait for ever for what you asked for; it refuses instead.",
                ),
                "b": (
                    "Everything before that line is made.",
                    "A manifest is taken here as a whole or not at all.",
                ),
                "c": (
                    "It is refused, and nothing is changed.",
                    "Yes, and the message names the field and its line.",
                ),
            },
            right="c",
        ),
    )
)

PLAN = Plan("00", "Start", (FIRST_APP, TWO_MISTAKES), QUIZ)
