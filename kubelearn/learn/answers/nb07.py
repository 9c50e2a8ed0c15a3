"""Lesson 07: NodePort versus LoadBalancer, and what a lost node costs."""

from __future__ import annotations

from kubelearn.learn.answers.nb07_quiz import QUIZ
from kubelearn.learn.edge_checks import (
    MOST_LOST,
    SPREAD,
    client_is_seen,
    leaves_unnoticed,
    loses_few,
    with_a_leaving_node,
    with_balancers,
)
from kubelearn.learn.exercise import Exercise
from kubelearn.learn.hands_on import HandsOn
from kubelearn.learn.plan import Plan

PORT = (
    SPREAD
    + """\
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  type: NodePort
  selector: {app: shop}
  ports: [{port: 80, nodePort: 30080}]
"""
)
PREFIX = "service.beta.kubernetes.io/aws-load-balancer"
PUBLIC = f"    {PREFIX}-scheme: internet-facing\n"
DIRECT = f"    {PREFIX}-nlb-target-type: ip\n"
CROSSING = f"    {PREFIX}-attributes: load_balancing.cross_zone.enabled=true\n"
QUICK = f"""\
    {PREFIX}-healthcheck-interval: "5"
    {PREFIX}-healthcheck-unhealthy-threshold: "2"
"""
BALANCED = PORT.replace("  name: shop\nspec:\n  type: NodePort", "  name: shop\n  annotations:\n"
                        f"{PUBLIC}spec:\n  type: LoadBalancer").replace(
    "port: 80, nodePort: 30080", "port: 80")  # fmt: skip
FEW = BALANCED.replace(PUBLIC, PUBLIC + DIRECT + CROSSING + QUICK)
DOING = """\
def answer(cluster):
    node = "worker-2"
"""
EXCLUDED = """\
    label = {"node.kubernetes.io/exclude-from-external-load-balancers": "true"}
    cluster.patch(f"node/{node}", {"metadata": {"labels": label}})
    cluster.run("30s")
"""
DRAINED = """\
    cluster.drain(node, ignore_daemonsets=True)
    cluster.run("60s")
"""

LOST = Exercise(
    id="few-lost",
    title="A node dies, and hardly anybody notices",
    prompt=(
        "About 3,200 requests come from the internet, 20 each second. After 20 s worker-2 dies. "
        f"Change the Service so that at most {MOST_LOST} of them are lost, counting those that "
        "are lost because the client still holds an address that nobody serves."
    ),
    starter=PORT,
    hints=(
        "Who can take a dead node out of the way, when users hold the address of one node?",
        "type: LoadBalancer, internet-facing. Then read the time line: which loss lasts longest?",
        "Targets ip (or policy Local), cross-zone, interval 5 with unhealthy-threshold 2.",
    ),
    solution=FEW,
    judge=loses_few,
    setting=with_balancers,
)
LEAVE = HandsOn(
    id="leave-unnoticed",
    title="The planned farewell",
    prompt=(
        "worker-2 gets a new power supply: half a minute after your last command somebody pulls "
        "the plug. 20 requests come each second through the NLB (instance targets, policy "
        "Cluster). Give commands so that not one is lost and three pods are Ready at the end."
    ),
    starter=DOING,
    hints=(
        "Two things lead requests to worker-2: it is a target, and a pod of shop runs on it.",
        "The label node.kubernetes.io/exclude-from-external-load-balancers ends the first one.",
        "Then cluster.drain(node, ignore_daemonsets=True), and time until other pods are Ready.",
    ),
    solution=DOING + EXCLUDED + DRAINED,
    judge=leaves_unnoticed,
    setting=with_a_leaving_node,
    seeds=(1, 2),
)
SEEN = Exercise(
    id="who-asks",
    title="Who is asking?",
    prompt=(
        "The shop has to write down the address of each customer, but all that its pods see is "
        "an address of the cluster. Change the Service so that they see the customer's own."
    ),
    starter=BALANCED,
    hints=(
        "Look at the path of a request: which hop replaces the sender's address, and why?",
        "kube-proxy does, as the pod may be on another node. externalTrafficPolicy: Local",
    ),
    solution=BALANCED.replace(
        "  type: LoadBalancer", "  type: LoadBalancer\n  externalTrafficPolicy: Local"
    ),
    judge=client_is_seen,
    setting=with_balancers,
    seeds=(1, 2),
)

PLAN = Plan("07", "NodePort versus LoadBalancer: failover", (LOST, LEAVE, SEEN), QUIZ)
