"""Other right answers and typical wrong ones to the exercises of lesson 09."""

from kubelearn.learn.answers.nb09 import (
    ANCHOR,
    ATTRIBUTES,
    CART,
    DIRECT,
    INGRESS,
    KEPT,
    PUBLIC,
    RULE,
    SHOP_AND_CART,
    STICKY,
)
from kubelearn.learn.feedback import NEARLY, WRONG

LOCAL = "type: LoadBalancer\n  externalTrafficPolicy: Local\n  selector: {app: vote}"
PORTS = "    alb.ingress.kubernetes.io/listen-ports: "
ON_GAME_PORT = f"""{ANCHOR}{PORTS}'[{{"HTTP": 80}}, {{"HTTP": 7777}}]'\n"""
LISTED = "".join(f"    {line}\n" for line in (PUBLIC, DIRECT, KEPT))
GATED = """
apiVersion: v1
kind: Namespace
metadata:
  name: default
  labels: {elbv2.k8s.aws/pod-readiness-gate-inject: enabled}
---
"""
GAME = RULE.format(name="game", port=7777)


def by_node_ports(text):
    """The ALB sends to nodes instead of pods, and kube-proxy to pods."""
    return text.replace("target-type: ip", "target-type: instance").replace(
        "  name: shop\nspec:", "  name: shop\nspec:\n  type: NodePort"
    )


ALSO_RIGHT = {
    "right-balancer": lambda s: s.replace(LISTED, f"    {PUBLIC}\n").replace(
        "type: LoadBalancer\n  selector: {app: vote}", LOCAL
    ),
    "restart-behind-alb": lambda s: GATED + s.replace("seconds: 15", "seconds: 10"),
    "basket": lambda s: s.replace("3600", "600").replace("  sessionAffinity: ClientIP\n", ""),
}
"""For each exercise another answer that works."""

SPOILT = {
    "right-balancer": {
        lambda s: s.replace(f"    {KEPT}\n", ""): NEARLY,
        lambda s: s.replace(CART, ""): NEARLY,
        lambda s: s.replace(f"    {PUBLIC}\n  ", "  "): NEARLY,
        lambda s: s.replace("type: LoadBalancer", "type: NodePort"): NEARLY,
        lambda s: (
            s.replace(ANCHOR, ON_GAME_PORT)
            .replace(SHOP_AND_CART, SHOP_AND_CART + GAME)
            .replace("type: LoadBalancer\n  selector: {app: game}", "selector: {app: game}")
        ): NEARLY,
        lambda s: s.replace(
            "selector: {app: desk}", "type: LoadBalancer\n  selector: {app: desk}"
        ): NEARLY,
    },
    "restart-behind-alb": {
        lambda s: s.replace("seconds: 15", "seconds: 5"): NEARLY,
        lambda s: GATED + s.replace("seconds: 15", "seconds: 1"): NEARLY,
        lambda s: s.replace("stop-time: 0s", "stop-time: 15s"): NEARLY,
        lambda s: s.partition(INGRESS)[0].rstrip("-\n") + "\n": WRONG,
    },
    "basket": {
        lambda s: s.replace(STICKY, f"{ATTRIBUTES}stickiness.enabled=false\n"): WRONG,
        lambda s: s.replace("3600", "30"): NEARLY,
        lambda s: s.replace(
            "stickiness.lb_cookie.duration_seconds=3600", "stickiness.type=app_cookie"
        ): WRONG,
        lambda s: s.replace("replicas: 3", "replicas: 1"): NEARLY,
        lambda s: by_node_ports(s.replace("  sessionAffinity: ClientIP\n", "")): NEARLY,
    },
}
"""For each exercise: how the solution is spoilt → what the learner hears."""
