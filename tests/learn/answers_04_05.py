"""Other right answers and typical wrong ones to the exercises of lessons 04 and 05."""

from kubelearn.learn.answers.nb04 import ASKED, CALM, UNSCALED
from kubelearn.learn.answers.nb05 import LATER, READY
from kubelearn.learn.feedback import NEARLY, NOT_ATTEMPTED, WRONG

EXEC = '          preStop: {exec: {command: [sleep, "10"]}}\n'
UNDO = 'cluster.rollout("undo", "deployment/shop", revision=2)'
PATCH = (
    'cluster.patch("deployment/shop", {"spec": {"template": {"metadata": {"annotations": '
    '{"kubelearn.dev/listens": "80"}}, "spec": {"containers": [{"name": "web", "image": '
    '"example.com/shop:2"}]}}}})'
)
DELETE = 'cluster.delete("deployment/shop")'
WORKER = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: web, image: "nginx:1.29", resources: {requests: {cpu: "4"}}}]}
---
"""

ALSO_RIGHT = {
    "why-no-scaling": lambda s: s.replace("averageUtilization: 60", "averageUtilization: 80"),
    "day-at-the-shop": lambda s: s.replace("Seconds: 60", "Seconds: 30").replace(
        "Utilization: 60", "Utilization: 63"
    ),
    "nothing-lost": lambda s: s.replace(LATER, "        lifecycle:\n" + EXEC),
    "roll-back": lambda s: s.replace(UNDO, PATCH),
}

SPOILT = {
    "why-no-scaling": {
        lambda s: s.replace("name: api}\n  minReplicas", "name: web}\n  minReplicas"): WRONG,
        lambda s: s.replace(ASKED, ""): WRONG,
        lambda s: s.replace("cpu: 500m", "memory: 500Mi"): WRONG,
        lambda s: s.replace("cpu: 500m", "cpu: 3500m"): NEARLY,
        lambda s: s.replace("maxReplicas: 8", "maxReplicas: 2"): NEARLY,
        lambda s: UNSCALED.rpartition("---")[0]: WRONG,
    },
    "day-at-the-shop": {
        lambda s: s.replace("averageUtilization: 60", "averageUtilization: 66"): NEARLY,
        lambda s: s.replace("averageUtilization: 60", "averageUtilization: 90"): WRONG,
        lambda s: s.replace(CALM, ""): NEARLY,
        lambda s: s.replace("minReplicas: 2", "minReplicas: 10"): NEARLY,
        lambda s: s.replace("maxReplicas: 16", "maxReplicas: 4"): WRONG,
        lambda s: s.replace("name: shop}\n  minReplicas", "name: shops}\n  minReplicas"): WRONG,
        lambda s: WORKER + s: NEARLY,
    },
    "nothing-lost": {
        lambda s: s.replace(READY, ""): NEARLY,
        lambda s: s.replace(LATER, ""): NEARLY,
        lambda s: s.replace(READY, "").replace("spec:", "spec:\n  minReadySeconds: 10", 1): NEARLY,
        lambda s: s.replace("spec:", "spec:\n  strategy: {type: Recreate}", 1): WRONG,
        lambda s: s.replace("stop-time: 0s ", "stop-time: 9s "): NEARLY,
    },
    "roll-back": {
        lambda s: s.replace(", revision=2", ""): WRONG,
        lambda s: s.replace("revision=2", "revision=1"): NEARLY,
        lambda s: s.replace("revision=2", "revision=7"): WRONG,
        lambda s: s.replace(UNDO, 'cluster.rollout("pause", "deployment/shop")'): WRONG,
        lambda s: s.replace(UNDO, DELETE): WRONG,
        lambda s: s.replace(UNDO, "pass"): NOT_ATTEMPTED,
    },
}
