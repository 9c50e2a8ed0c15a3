"""Lesson 01: who does what, and a Service that has lost its pods."""

from __future__ import annotations

from kubelearn.learn.answers.nb01_repair import REPAIR
from kubelearn.learn.checks import pods_become_ready, ready_pods
from kubelearn.learn.exercise import Exercise
from kubelearn.learn.feedback import NEARLY, WRONG
from kubelearn.learn.plan import Plan
from kubelearn.learn.quiz import Question, Quiz
from kubelearn.learn.service_checks import a_client, has_endpoints, service_answers, the_service
from kubelearn.learn.trial import Trial, Unmet

SHOP = """\
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
TEAM = """\
apiVersion: v1
kind: Namespace
metadata: {name: team-a}
---
# your Deployment and your Service come here
"""
TEAM_SOLUTION = """\
apiVersion: v1
kind: Namespace
metadata: {name: team-a}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: team-a}
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: nginx
        image: nginx:1.29
        ports: [{containerPort: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: team-a}
spec:
  selector: {app: web}
  ports: [{port: 80}]
"""
PLACE, NAME = "team-a", "shop"


def _answers(trial: Trial) -> str:
    a_client(trial)
    pods_become_ready(trial, 1, "60s")
    service = the_service(trial)
    name = service["metadata"]["name"]
    if name != NAME:
        raise Unmet(f"the Service is called {name}, and customers ask http://{NAME}/", NEARLY)
    has_endpoints(trial, service, "15s", failing=WRONG)
    service_answers(trial, service)
    return "the Service has found its pods"


def _answers_in_its_place(trial: Trial) -> str:
    a_client(trial)
    pods_become_ready(trial, 2, "60s")
    inside = len(ready_pods(trial.cluster, namespace=PLACE))
    if inside < 2:
        raise Unmet(f"2 Ready pods are wanted in namespace {PLACE}, there are {inside}", NEARLY)
    service = the_service(trial, PLACE)
    has_endpoints(trial, service, "15s")
    service_answers(trial, service)
    return f"clients of other namespaces reach your application in {PLACE}"


LOST_SERVICE = Exercise(
    id="lost-service",
    title="The lost Service",
    prompt="Both objects exist, yet nobody answers at http://shop/. Find the cause and mend it.",
    starter=SHOP,
    hints=(
        "A Service finds its pods by labels. What does it look for, and what do the pods carry?",
        'cluster.why("service/shop") names the labels that it looks for.',
        "Make the selector of the Service equal to the labels in the template of the Deployment.",
    ),
    solution=SHOP.replace("app: store", "app: shop"),
    judge=_answers,
)
OWN_PLACE = Exercise(
    id="own-place",
    title="A place of its own",
    prompt=(
        "Team A gets a namespace team-a. Put an application of two pods with a Service into it, "
        "so that a client in another namespace gets an answer from the Service. "
        "Names and labels are up to you."
    ),
    starter=TEAM,
    hints=(
        "An object says where it lives: metadata: {name: web, namespace: team-a}.",
        "Take the Deployment and the Service of this lesson and add the namespace to both.",
        "A Service only finds pods of its own namespace, so both must say team-a.",
    ),
    solution=TEAM_SOLUTION,
    judge=_answers_in_its_place,
)

QUIZ = Quiz(
    (
        Question(
            "Who chooses the node of a pod?",
            {
                "a": (
                    "The Deployment controller.",
                    "It only makes ReplicaSets; it never looks at nodes.",
                ),
                "b": (
                    "The scheduler.",
                    "Yes: it writes a node's name into the pod, as the trail shows.",
                ),
                "c": ("The kubelet.", "It starts the pods that already carry its node's name."),
            },
            right="b",
        ),
        Question(
            "How does the scheduler tell a kubelet about a new pod?",
            {
                "a": (
                    "It calls the kubelet.",
                    "The two never speak to each other.",
                ),
                "b": (
                    "Through the Deployment.",
                    "The Deployment says nothing of nodes. Look at the pod's own fields.",
                ),
                "c": (
                    "Not at all: the kubelet watches the API server.",
                    "Yes: all that the parts share are the objects in the API server.",
                ),
            },
            right="c",
        ),
        Question(
            "spec.replicas is 5, status.readyReplicas is 3. What does that tell you?",
            {
                "a": (
                    "Five are wanted, three are there so far.",
                    "Yes: spec is the wish, status is what is. Look again a little later.",
                ),
                "b": (
                    "Something is broken.",
                    "Perhaps, but for some seconds this is what every change looks like.",
                ),
                "c": (
                    "Two pods crashed.",
                    "They may also be on their way; the status does not say why they are missing.",
                ),
            },
            right="a",
        ),
        Question(
            "All pods are Running, but the Service answers nobody. What do you look at first?",
            {
                "a": (
                    "The logs of the pods.",
                    "They may be fine: a pod that gets no request has nothing to say.",
                ),
                "b": (
                    "The nodes.",
                    "They run the pods, as the word Running says.",
                ),
                "c": (
                    "Whether the Service's selector fits the pods' labels.",
                    "Yes: no fitting label, no endpoint, no answer, and no error anywhere.",
                ),
            },
            right="c",
        ),
        Question(
            "From lesson 00: what does cluster.fork() give you?",
            {
                "a": (
                    "A second cluster with the same past.",
                    "Yes: what happens in one from now on does not touch the other.",
                ),
                "b": (
                    "The same cluster at an earlier time.",
                    "That is cluster.rewind(...).",
                ),
                "c": (
                    "A picture of the cluster as it was.",
                    "That is cluster.at(...), and it is for reading only.",
                ),
            },
            right="a",
        ),
    )
)

PLAN = Plan("01", "Anatomy", (LOST_SERVICE, OWN_PLACE, REPAIR), QUIZ)
