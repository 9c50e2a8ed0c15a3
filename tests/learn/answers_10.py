"""Other right answers and typical wrong ones to the exercises of lesson 10."""

from kubelearn.learn.answers.nb10 import CLAIM, FROM_CLAIM
from kubelearn.learn.feedback import NEARLY, NOT_ATTEMPTED, WRONG

ON_CLAIM = f"""      volumes:
      - name: disk
        {FROM_CLAIM}
"""
TEMPLATES = """  volumeClaimTemplates:
  - metadata: {name: disk}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""
MODES = "  accessModes: [ReadWriteOnce]"
TAINT = 'cluster.patch(f"node/{dead}", {"spec": {"taints": [*taints, off]}})'
LICENSE = "      nodeSelector: {topology.kubernetes.io/zone: us-west-2b}   # as its license says\n"


def stateful(text, replicas):
    """The database as a StatefulSet whose replicas have disks of their own."""
    return (
        text.replace("  storageClassName: shared\n  accessModes: [ReadWriteMany]", MODES)
        .replace(CLAIM, "")
        .replace("kind: Deployment", "kind: StatefulSet")
        .replace("strategy: {type: Recreate}", "serviceName: db")
        .replace("replicas: 1", f"replicas: {replicas}")
        .replace(ON_CLAIM, TEMPLATES)
    )


ALSO_RIGHT = {
    "survives-node": lambda s: stateful(s, 1),
    "free-the-disk": lambda s: s.replace(
        TAINT, f"{TAINT}\n    cluster.delete(pods[0], grace=0)\n    cluster.run('1s')"
    ),
    "survives-zone": lambda s: s.replace("ReadWriteMany", "ReadWriteOnce"),
    "pending-volume": lambda s: s.replace("  storageClassName: fast\n", ""),
}
"""For each exercise another answer that works."""

SPOILT = {
    "survives-node": {
        lambda s: s.replace(FROM_CLAIM, "hostPath: {path: /data}"): WRONG,
        lambda s: s.replace("claimName: data", "claimName: date"): WRONG,
        lambda s: s.replace("stores: disk", "stores: disc"): WRONG,
        lambda s: s.replace("annotations: {kubelearn.dev/stores: disk}", ""): NEARLY,
        lambda s: stateful(s, 2): NEARLY,
        lambda s: s.replace("replicas: 1", "replicas: 0"): WRONG,
    },
    "free-the-disk": {
        lambda s: s.replace(TAINT, "cluster.delete(f'node/{dead}')"): WRONG,
        lambda s: s.replace(TAINT, "[cluster.delete(pod, grace=0) for pod in pods]"): NEARLY,
        lambda s: s.replace(TAINT, "cluster.heal.node(dead)"): NEARLY,
        lambda s: s.replace(TAINT, "cluster.scale('deployment/db', 0)"): WRONG,
        lambda s: s.replace(TAINT, "print(off)"): NOT_ATTEMPTED,
    },
    "survives-zone": {
        lambda s: s.replace("storageClassName: shared", "storageClassName: gp3"): WRONG,
        lambda s: s.replace(FROM_CLAIM, "emptyDir: {}"): WRONG,
        lambda s: stateful(s, 1): WRONG,
        lambda s: stateful(s, 3): NEARLY,
    },
    "pending-volume": {
        lambda s: s.replace("WaitForFirstConsumer", "Immediate").replace("1Gi", "2Gi"): WRONG,
        lambda s: s.replace("storageClassName: fast", "storageClassName: faster"): WRONG,
        lambda s: s.replace(FROM_CLAIM, "emptyDir: {}"): WRONG,
        lambda s: s.replace(LICENSE, ""): NEARLY,
    },
}
"""For each exercise: how the solution is spoilt → what the learner hears."""
