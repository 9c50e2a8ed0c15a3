"""Other right answers and typical wrong ones to the exercises of lessons 06 and 07."""

from kubelearn.learn.answers.nb06 import BROKEN
from kubelearn.learn.answers.nb07 import (
    BALANCED,
    CROSSING,
    DIRECT,
    DOING,
    DRAINED,
    EXCLUDED,
    PORT,
    PREFIX,
    PUBLIC,
    QUICK,
)
from kubelearn.learn.feedback import NEARLY, NOT_ATTEMPTED, WRONG

AFFINITY = "sessionAffinity: ClientIP"
SHORT = f"{AFFINITY}\n  sessionAffinityConfig: {{clientIP: {{timeoutSeconds: 60}}}}"
HOUR = f"{AFFINITY}\n  sessionAffinityConfig: {{clientIP: {{timeoutSeconds: 3600}}}}"
BY_KUBECTL = '''
def answer(cluster):
    """With kubectl only."""
    label = "node.kubernetes.io/exclude-from-external-load-balancers=true"
    cluster.kubectl(f"label node worker-2 {label}")
    cluster.kubectl("drain worker-2 --ignore-daemonsets")
    cluster.run("60s")
'''
LOCAL = "type: LoadBalancer\n  externalTrafficPolicy: Local"
KEPT = f"    {PREFIX}-target-group-attributes: preserve_client_ip.enabled=true\n"


def with_annotations(*lines):
    """The balanced Service with more annotations."""
    return BALANCED.replace(PUBLIC, "".join((PUBLIC, *lines)))


ALSO_RIGHT = {
    "no-endpoints": lambda s: (
        BROKEN.replace("labels: {app: kitchen}", "labels: {app: kitchen, tier: web}")
        .replace("targetPort: web", "targetPort: 8080")
        .replace("port: 8081", "port: 8080")
    ),
    "same-pod": lambda s: s.replace(AFFINITY, HOUR),
    "other-namespace": lambda s: s.replace("api.kitchen/", "api.kitchen.svc.cluster.local/"),
    "few-lost": lambda s: with_annotations(CROSSING, QUICK).replace("type: LoadBalancer", LOCAL),
    "leave-unnoticed": lambda s: BY_KUBECTL,
    "who-asks": lambda s: with_annotations(DIRECT, KEPT),
}
"""For each exercise another answer that works."""

SPOILT = {
    "no-endpoints": {
        lambda s: BROKEN.replace(", tier: web", ""): NEARLY,
        lambda s: s.replace(
            "port: 8080}\n          period", "port: 8081}\n          period"
        ): NEARLY,
        lambda s: s.replace("targetPort: http", "targetPort: 80"): NEARLY,
        lambda s: BROKEN.replace("replicas: 2", "replicas: 4"): WRONG,
        lambda s: s.rpartition("---")[0]: NEARLY,
    },
    "same-pod": {
        lambda s: s.replace(f"  {AFFINITY}\n", "  internalTrafficPolicy: Cluster\n"): WRONG,
        lambda s: s.replace(AFFINITY, SHORT): NEARLY,
        lambda s: s.replace("replicas: 3", "replicas: 1"): NEARLY,
        lambda s: s.replace(AFFINITY, "internalTrafficPolicy: Local"): NEARLY,
    },
    "other-namespace": {
        lambda s: s.replace("api.kitchen/", "api.kitchen.cluster.local/"): NEARLY,
        lambda s: s.replace("{name: front}", "{name: front, namespace: kitchen}"): NEARLY,
        lambda s: s.replace("api.kitchen/", "kitchen.api/"): NEARLY,
        lambda s: s.replace('kubelearn.dev/calls: "http://api.kitchen/"', ""): NEARLY,
        lambda s: s.replace(", namespace: kitchen", ""): NEARLY,
    },
    "few-lost": {
        lambda s: PORT.replace("30080", "30081"): WRONG,
        lambda s: BALANCED: WRONG,
        lambda s: with_annotations(DIRECT): NEARLY,
        lambda s: with_annotations(CROSSING, QUICK): NEARLY,
        lambda s: with_annotations(DIRECT, CROSSING): NEARLY,
        lambda s: s.replace("type: LoadBalancer", "type: ClusterIP"): WRONG,
        lambda s: s.replace(PUBLIC, ""): NEARLY,
    },
    "leave-unnoticed": {
        lambda s: DOING + DRAINED: NEARLY,
        lambda s: DOING + EXCLUDED: WRONG,
        lambda s: DOING + "    cluster.cordon(node)\n": WRONG,
        lambda s: DOING + "    cluster.delete(f'node/{node}')\n": WRONG,
        lambda s: DOING + "    print(node)\n": NOT_ATTEMPTED,
    },
    "who-asks": {
        lambda s: s.replace("Policy: Local", "Policy: Cluster"): WRONG,
        lambda s: with_annotations(DIRECT): WRONG,
        lambda s: s.replace("app: shop}\n  ports", "app: shops}\n  ports"): NEARLY,
    },
}
"""For each exercise: how the solution is spoilt → what the learner hears."""
