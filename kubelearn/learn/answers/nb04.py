"""Lesson 04: scaling."""

from __future__ import annotations

from kubelearn.learn.exercise import Exercise
from kubelearn.learn.plan import Plan
from kubelearn.learn.quiz import Question, Quiz
from kubelearn.learn.scaling_checks import (
    a_day_at_the_shop,
    scales_with_load,
    with_a_shop,
    with_metrics,
)
from kubelearn.learn.trial import Trial

LIMIT = 500
"""Milliseconds that p95 may take in each hour."""
BUDGET = 13.0
"""Replica-hours that are allowed; the best answer known to us needs 11.2."""
UNSCALED = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: 2
  selector:
    matchLabels: {app: api}
  template:
    metadata:
      labels: {app: api}
      annotations:
        kubelearn.dev/service-time: lognormal 20ms 5ms
    spec:
      containers:
      - name: web
        image: nginx:1.29
        ports: [{containerPort: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec:
  selector: {app: api}
  ports: [{port: 80}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 8
  metrics:
  - type: Resource
    resource:
      name: cpu
      target: {type: Utilization, averageUtilization: 60}
"""
ASKED = """\
        resources:
          requests: {cpu: 500m}
"""
PORTS = "        ports: [{containerPort: 80}]\n"
DAY = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  minReplicas: 1
  maxReplicas: 6
  metrics:
  - type: Resource
    resource:
      name: cpu
      target: {type: Utilization, averageUtilization: 90}
"""
CALM = """\
  behavior:
    scaleDown: {stabilizationWindowSeconds: 60}
"""


def _day(trial: Trial) -> str:
    return a_day_at_the_shop(trial, LIMIT, BUDGET)


WHY_NOT = Exercise(
    id="why-no-scaling",
    title="Why does it not scale?",
    prompt=(
        "The api has an autoscaler, and metrics-server runs. Yet it stays at two pods whatever "
        "comes. There is more than one cause. Make it grow with its load."
    ),
    starter=UNSCALED,
    hints=(
        'The autoscaler tells: its conditions, its events, why("hpa/api").',
        "First: whose size is it to change? Look at scaleTargetRef.",
        "Then: a utilisation is a share of what the container requests. It requests nothing.",
    ),
    solution=UNSCALED.replace("name: web}", "name: api}").replace(PORTS, PORTS + ASKED),
    judge=scales_with_load,
    setting=with_metrics,
)
SHOP_DAY = Exercise(
    id="day-at-the-shop",
    title="A day at the shop",
    prompt=(
        f"Choose the settings so that p95 stays under {LIMIT} ms in every hour of the day, with at "
        f"most {BUDGET} replica-hours. An hour is squeezed into five minutes; a request takes "
        "100 ms of cpu on average. Only the autoscaler is yours to change."
    ),
    starter=DAY,
    hints=(
        "Look at the hours marked with !: is the size at its limit there, or does it come late?",
        "A pod that is busy 90 % of the time has a queue. What share leaves room for the rise?",
        "Pods stay for five minutes after the peak: behavior.scaleDown says how long.",
    ),
    solution=DAY.replace("minReplicas: 1", "minReplicas: 2")
    .replace("maxReplicas: 6", "maxReplicas: 16")
    .replace("averageUtilization: 90", "averageUtilization: 60")
    + CALM,
    judge=_day,
    setting=with_a_shop,
    seeds=(1, 2),
)

QUIZ = Quiz(
    (
        Question(
            "4 pods use 90 % of the cpu that they request, the target is 60 %. How many are asked "
            "for?",
            {
                "a": ("5", "That would leave them at 72 %, above the target."),
                "b": ("6", "Yes: 4 × 90/60 = 6, rounded up to a whole pod."),
                "c": ("8", "The autoscaler does not double: it takes the ratio, 1.5."),
            },
            right="b",
        ),
        Question(
            "An autoscaler says: missing request for cpu. What is missing?",
            {
                "a": (
                    "metrics-server.",
                    "Without it the sentence is: the server could not find the requested resource.",
                ),
                "b": (
                    "A cpu request in a container of the pods: a share of nothing is no number.",
                    "Yes: every container of the pod needs one.",
                ),
                "c": (
                    "Requests of users.",
                    "Without users the usage is simply 0 %.",
                ),
            },
            right="b",
        ),
        Question(
            "The load is gone, yet the pods stay for five minutes. Why?",
            {
                "a": (
                    "The highest size that was asked for within the window counts.",
                    "Yes: stabilizationWindowSeconds, 300 s for scaling down unless you say so.",
                ),
                "b": (
                    "The metrics are five minutes old.",
                    "They are some 15 to 45 s old; that delays scaling up too.",
                ),
                "c": (
                    "Each pod gets a grace period of five minutes.",
                    "That is 30 s unless set, and it begins when the size has changed.",
                ),
            },
            right="a",
        ),
        Question(
            "When does the cluster autoscaler order a node?",
            {
                "a": (
                    "When the nodes' cpu usage is high.",
                    "Usage does not count: nodes may be busy as long as all pods have a place.",
                ),
                "b": (
                    "When a pod is pending and would fit on a new node.",
                    "Yes: it simulates the scheduler with a node of each group.",
                ),
                "c": (
                    "Together with each scale-up of an autoscaler of pods.",
                    "They do not know each other: it only sees pods that wait.",
                ),
            },
            right="b",
        ),
        Question(
            "From lesson 03: what does the scheduler count when it looks for room for a new pod?",
            {
                "a": ("What programs use.", "Usage is for autoscalers, not for the scheduler."),
                "b": ("What containers request.", "Yes: requests, whatever is used of them."),
                "c": ("What limits allow.", "Limits may add up to more than the node has."),
            },
            right="b",
        ),
    )
)

PLAN = Plan("04", "Scaling", (WHY_NOT, SHOP_DAY), QUIZ)
