"""Lesson 09: NLB versus ALB."""

from __future__ import annotations

from kubelearn.learn.answers.nb09_quiz import QUIZ
from kubelearn.learn.balancer_checks import (
    baskets_are_kept,
    needs_are_met,
    nothing_is_lost_behind_it,
    with_five_programs,
)
from kubelearn.learn.edge_checks import with_balancers
from kubelearn.learn.exercise import Exercise
from kubelearn.learn.plan import Plan

BACKEND = "backend: {{service: {{name: {name}, port: {{number: {port}}}}}}}"
RULE = f"""\
  - host: {{name}}.example.com
    http:
      paths:
      - {{{{path: /, pathType: Prefix, {BACKEND}}}}}
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: doors
  annotations:
    alb.ingress.kubernetes.io/scheme: internet-facing
    alb.ingress.kubernetes.io/target-type: ip
spec:
  ingressClassName: alb
  rules:
"""
CART = f"      - {{{{path: /cart, pathType: Prefix, {BACKEND}}}}}\n".format(name="cart", port=80)
PUBLIC = "service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing"
DIRECT = "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip"
GROUP = "service.beta.kubernetes.io/aws-load-balancer-target-group-attributes"
KEPT = f"{GROUP}: preserve_client_ip.enabled=true"


def _ports(*pairs: tuple[str, int]) -> str:
    return "".join(RULE.format(name=name, port=port) for name, port in pairs)


def _service(name: str, port: int, *annotations: str) -> str:
    """A Service; with annotations one of type LoadBalancer."""
    lines = "".join(f"    {line}\n" for line in annotations)
    head = f"metadata:\n  name: {name}\n"
    noted = f"  annotations:\n{lines}" if annotations else ""
    kind = "  type: LoadBalancer\n" if annotations else ""
    rest = f"{kind}  selector: {{app: {name}}}\n  ports: [{{port: {port}}}]\n"
    return f"---\napiVersion: v1\nkind: Service\n{head}{noted}spec:\n{rest}"


ALL_BY_ALB = (
    INGRESS
    + _ports(("shop", 80), ("game", 7777), ("vote", 80), ("desk", 80))
    + _service("game", 7777)
    + _service("vote", 80)
    + _service("desk", 80)
)
SHOP_RULE = RULE.format(name="shop", port=80)
SHOP_AND_CART = SHOP_RULE.replace("      paths:\n", f"      paths:\n{CART}")
CHOSEN = (
    INGRESS
    + SHOP_AND_CART
    + _ports(("desk", 80))
    + _service("game", 7777, PUBLIC)
    + _service("vote", 80, PUBLIC, DIRECT, KEPT)
    + _service("desk", 80)
)

CHOICE = Exercise(
    id="right-balancer",
    title="The right balancer for each",
    prompt=(
        "Somebody has put four programs behind one ALB. Their users need five things: (1) "
        "shop.example.com/cart is served by cart, all else there by shop (both have a Service "
        "already); (2) game speaks a protocol of its own over TCP at port 7777; (3) pods of vote "
        "see the voter's address as the sender of the packets; (4) at night desk has no pods, and "
        "whoever asks still gets an HTTP status; (5) at most three load balancers are paid for."
    ),
    starter=ALL_BY_ALB,
    hints=(
        "Which of these needs somebody who reads HTTP, and which needs that nobody does?",
        f"Services game and vote: type LoadBalancer, {PUBLIC}; the Ingress: a path /cart.",
        f"vote: {DIRECT} and {KEPT}; or externalTrafficPolicy: Local.",
    ),
    solution=CHOSEN,
    judge=needs_are_met,
    setting=with_five_programs,
    seeds=(1, 2),
)

PAUSE = "          preStop: {sleep: {seconds: 3}}\n"
SHOP = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: shop}}
spec:
  replicas: 3
  selector:
    matchLabels: {{app: shop}}
  template:
    metadata:
      labels: {{app: shop}}
      annotations: {{kubelearn.dev/stop-time: 0s}}
    spec:
      containers:
      - name: web
        image: example.com/shop:1
        ports: [{{containerPort: 80}}]
        readinessProbe:
          httpGet: {{path: /, port: 80}}
          periodSeconds: 2
        lifecycle:
{PAUSE}{_service("shop", 80)}---
{INGRESS}{SHOP_RULE}"""

RESTART = Exercise(
    id="restart-behind-alb",
    title="A restart that nobody notices",
    prompt=(
        "Inside the cluster a pause of three seconds before the program ends is enough. Behind "
        "the ALB requests are lost when all pods are replaced. The program itself ends at once "
        "when it is asked to, and cannot be changed. Lose no request."
    ),
    starter=SHOP,
    hints=(
        "Who learns of a pod that goes, in which order, and who learns last?",
        "The controller takes the pod out of the target group; the ALB goes by that 5 s later.",
        "A preStop of 10 or 15 s, and terminationGracePeriodSeconds above that (30 s as it is).",
    ),
    solution=SHOP.replace("seconds: 3}}\n---", "seconds: 15}}\n---"),
    judge=nothing_is_lost_behind_it,
    setting=with_balancers,
)

TRIED = _service("shop", 80).replace("spec:\n", "spec:\n  sessionAffinity: ClientIP\n")
BASKET = SHOP.replace(_service("shop", 80), TRIED)
ATTRIBUTES = "    alb.ingress.kubernetes.io/target-group-attributes: "
STICKY = f"{ATTRIBUTES}stickiness.enabled=true,stickiness.lb_cookie.duration_seconds=3600\n"
ANCHOR = "    alb.ingress.kubernetes.io/target-type: ip\n"

SAME_POD = Exercise(
    id="basket",
    title="The basket in memory",
    prompt=(
        "Each pod of shop keeps baskets in its own memory. A client that comes back within a few "
        "minutes, over a new connection and with its cookies, has to meet the same pod; other "
        "clients are shared by all three pods. Somebody has tried sessionAffinity, to no avail."
    ),
    starter=BASKET,
    hints=(
        "With ip targets the ALB sends to pods itself. Who would act on sessionAffinity?",
        "The ALB can set a cookie that names the target: an attribute of the target group.",
        f"{ATTRIBUTES.strip()} stickiness.enabled=true and stickiness.lb_cookie.duration_seconds",
    ),
    solution=BASKET.replace(ANCHOR, ANCHOR + STICKY),
    judge=baskets_are_kept,
    setting=with_balancers,
    seeds=(1, 2),
)

PLAN = Plan("09", "NLB versus ALB", (CHOICE, RESTART, SAME_POD), QUIZ)
