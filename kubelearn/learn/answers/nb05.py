"""Lesson 05: rolling update and rollback."""

from __future__ import annotations

from kubelearn.learn.exercise import Exercise
from kubelearn.learn.hands_on import HandsOn
from kubelearn.learn.plan import Plan
from kubelearn.learn.quiz import Question, Quiz
from kubelearn.learn.rollout_checks import is_rolled_back, loses_nothing, with_a_bad_release

ABRUPT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 4
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop}
      annotations:
        kubelearn.dev/start-time: 5s   # this program listens 5 s after its start
        kubelearn.dev/stop-time: 0s    # and ends at once when it is asked to
    spec:
      containers:
      - name: web
        image: example.com/shop:1
        ports: [{containerPort: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {app: shop}
  ports: [{port: 80}]
"""
READY = """\
        readinessProbe:
          httpGet: {path: /, port: 80}
          periodSeconds: 2
"""
LATER = """\
        lifecycle:
          preStop: {sleep: {seconds: 5}}
"""
DOING = '''\
def answer(cluster):
    """What do you do, in which order?"""
'''
UNDO = DOING + '    cluster.rollout("undo", "deployment/shop", revision=2)\n'

NOTHING_LOST = Exercise(
    id="nothing-lost",
    title="Nobody notices the update",
    prompt=(
        "All pods are replaced while 100 requests come each second. The program listens 5 s after "
        "its start and ends at once when it is asked to (leave the annotations). Change the "
        "Deployment so that no request is lost."
    ),
    starter=ABRUPT,
    hints=(
        "Requests are lost at both ends of a pod's life. The feedback tells which and when.",
        "At the beginning: who says that a container is ready? At the end: who has to hear of it?",
        "A readinessProbe; and lifecycle.preStop with a sleep, until all nodes know it is leaving.",
    ),
    solution=ABRUPT.replace("---\n", READY + LATER + "---\n"),
    judge=loses_nothing,
)
BACK = HandsOn(
    id="roll-back",
    title="The way back",
    prompt=(
        "Release 2 was fine. Release 3 never becomes ready, and a colleague's repair of it did "
        "not help. Bring back the last good release within a minute and lose no request. The "
        "Deployment is called shop; write your commands to `cluster` into the function."
    ),
    starter=DOING,
    hints=(
        'kubectl rollout undo is cluster.rollout("undo", "deployment/shop") here.',
        "Undo goes back by one. What was the revision before this one: was it good?",
        'cluster.rollout("undo", "deployment/shop", revision=...) goes back to any revision.',
    ),
    solution=UNDO,
    judge=is_rolled_back,
    setting=with_a_bad_release,
)

QUIZ = Quiz(
    (
        Question(
            "10 replicas, maxSurge 25 %, maxUnavailable 25 %. How many pods must be available?",
            {
                "a": ("7", "maxUnavailable is rounded down: 2.5 becomes 2, not 3."),
                "b": (
                    "8",
                    "Yes: 25 % of 10 is 2.5, rounded down to 2. maxSurge is rounded up, to 3.",
                ),
                "c": ("10", "That would be maxUnavailable: 0."),
            },
            right="b",
        ),
        Question(
            "A new release never becomes ready. What happens by itself?",
            {
                "a": (
                    "Kubernetes goes back to the old release after the progress deadline.",
                    "It only says so, in the condition Progressing. Going back is up to you.",
                ),
                "b": (
                    "The rollout stops, and the old pods that are left go on serving.",
                    "Yes: the budget allows no further old pod to go.",
                ),
                "c": (
                    "All old pods are replaced, and users get errors.",
                    "Only as many as the budget allows: the others stay until new ones are ready.",
                ),
            },
            right="b",
        ),
        Question(
            "A pod is deleted. In which order do its program's end and the news reach the nodes?",
            {
                "a": (
                    "First all nodes stop sending, then the program is asked to end.",
                    "Nobody waits for that. It would be safe, which is why people think so.",
                ),
                "b": (
                    "Both begin at the same moment, and either may be first.",
                    "Yes: so let the program wait a little, such as with a preStop sleep.",
                ),
                "c": (
                    "The program ends first, always.",
                    "A program with a slow end outlives the news.",
                ),
            },
            right="b",
        ),
        Question(
            "What does rollout undo do?",
            {
                "a": (
                    "It gives the Deployment an old template again, as a new revision.",
                    "Yes: and then everything is a rolling update as before.",
                ),
                "b": (
                    "It turns back the clock of the cluster.",
                    "Only rewind() does that, and only here.",
                ),
                "c": (
                    "It stops the rollout where it is.",
                    "That is rollout pause.",
                ),
            },
            right="a",
        ),
        Question(
            "From lesson 02: what keeps a new pod from getting requests before it can answer?",
            {
                "a": ("Its liveness probe.", "That one restarts a container that hangs."),
                "b": ("Its readiness probe.", "Yes: and without one it counts as ready at once."),
                "c": ("minReadySeconds.", "That slows the rollout down; requests come anyway."),
            },
            right="b",
        ),
    )
)

PLAN = Plan("05", "Rolling update and rollback", (NOTHING_LOST, BACK), QUIZ)
