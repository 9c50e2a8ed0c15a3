"""Lesson 06: services, DNS, kube-proxy."""

from __future__ import annotations

from kubelearn.learn.answers.nb06_quiz import QUIZ
from kubelearn.learn.exercise import Exercise
from kubelearn.learn.plan import Plan
from kubelearn.learn.reaching_checks import clients_stay, kitchen_is_asked, menu_is_served

BROKEN = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: kitchen}
spec:
  replicas: 2
  selector:
    matchLabels: {app: kitchen}
  template:
    metadata:
      labels: {app: kitchen}
    spec:
      containers:
      - name: stove
        image: example.com/stove:1
        ports: [{name: http, containerPort: 8080}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cellar}
spec:
  replicas: 1
  selector:
    matchLabels: {app: cellar}
  template:
    metadata:
      labels: {app: cellar}
    spec:
      containers:
      - name: barrel
        image: example.com/barrel:1
        ports: [{containerPort: 8080}]
        readinessProbe:
          httpGet: {path: /, port: 8081}
          periodSeconds: 2
---
apiVersion: v1
kind: Service
metadata: {name: tea}
spec:
  selector: {app: kitchen, tier: web}
  ports: [{port: 80, targetPort: http}]
---
apiVersion: v1
kind: Service
metadata: {name: cake}
spec:
  selector: {app: kitchen}
  ports: [{port: 80, targetPort: web}]
---
apiVersion: v1
kind: Service
metadata: {name: wine}
spec:
  selector: {app: cellar}
  ports: [{port: 80, targetPort: 8080}]
"""
REPAIRED = (
    BROKEN.replace(", tier: web", "")
    .replace("targetPort: web", "targetPort: http")
    .replace("port: 8081", "port: 8080")
)
CART = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart}
spec:
  replicas: 3
  selector:
    matchLabels: {app: cart}
  template:
    metadata:
      labels: {app: cart}
    spec:
      containers:
      - name: web
        image: example.com/cart:1
        ports: [{containerPort: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: cart}
spec:
  selector: {app: cart}
  ports: [{port: 80}]
"""
STICKY = CART.replace("spec:\n  selector: {", "spec:\n  sessionAffinity: ClientIP\n  selector: {")
FRONT = """\
apiVersion: v1
kind: Namespace
metadata: {name: kitchen}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: kitchen}
spec:
  replicas: 1
  selector:
    matchLabels: {app: api}
  template:
    metadata:
      labels: {app: api}
    spec:
      containers:
      - name: web
        image: example.com/api:1
        ports: [{containerPort: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: kitchen}
spec:
  selector: {app: api}
  ports: [{port: 80}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: front}
spec:
  replicas: 1
  selector:
    matchLabels: {app: front}
  template:
    metadata:
      labels: {app: front}
      annotations: {kubelearn.dev/calls: "http://api/"}   # whom this program asks
    spec:
      containers:
      - name: web
        image: example.com/front:1
        ports: [{containerPort: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec:
  selector: {app: front}
  ports: [{port: 80}]
"""

MENU = Exercise(
    id="no-endpoints",
    title="Three Services, three reasons",
    prompt=(
        "The pods of kitchen run, yet nobody is served: requests to the Services tea, cake and "
        "wine are refused. Each has a reason of its own. Repair the manifest so that all three "
        "answer."
    ),
    starter=BROKEN,
    hints=(
        "Apply it to a cluster and look: kubectl get endpointslices, and why('service/tea').",
        "No address: do the labels fit? No port (<unset>): is there a port of that name?",
        "wine: its pod runs and is not Ready. Which port does its probe ask, which one listens?",
    ),
    solution=REPAIRED,
    judge=menu_is_served,
    seeds=(1, 2),
)
STAY = Exercise(
    id="same-pod",
    title="Every client to its pod",
    prompt=(
        "The program cart keeps the carts of its users in memory. Change the Service so that a "
        "client that comes back within an hour meets the pod that it met before. There have to be "
        "three pods."
    ),
    starter=CART,
    hints=(
        "By default kube-proxy chooses anew for each connection. Which field changes that?",
        "sessionAffinity: ClientIP; it remembers a client's address for 10,800 s.",
    ),
    solution=STICKY,
    judge=clients_stay,
    seeds=(1, 2),
)
NAMES = Exercise(
    id="other-namespace",
    title="The kitchen next door",
    prompt=(
        "Program front asks http://api/ and answers 503: its pod is in namespace default, the "
        "Service api in namespace kitchen. Change whom it asks; both stay where they are."
    ),
    starter=FRONT,
    hints=(
        "Look into the pod: kubectl exec deploy/front -- cat /etc/resolv.conf. What ends api?",
        "The name of a Service is NAME.NAMESPACE.svc.cluster.local; the search path knows the end.",
    ),
    solution=FRONT.replace("http://api/", "http://api.kitchen/"),
    judge=kitchen_is_asked,
    seeds=(1, 2),
)

PLAN = Plan("06", "Services, DNS, kube-proxy", (MENU, STAY, NAMES), QUIZ)
