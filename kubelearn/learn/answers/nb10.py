"""Lesson 10: persistent volumes, a database that survives."""

from __future__ import annotations

from kubelearn.cluster import Cluster
from kubelearn.learn.answers.nb10_quiz import QUIZ
from kubelearn.learn.exercise import Exercise
from kubelearn.learn.hands_on import HandsOn
from kubelearn.learn.plan import Plan
from kubelearn.learn.storage_checks import (
    disk_is_freed,
    runs_in_its_zone,
    survives_node,
    survives_zone,
    with_a_stuck_database,
    with_shared_class,
)

CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
---
"""
FORGETFUL = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: db}
spec:
  replicas: 1
  strategy: {type: Recreate}
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
      annotations: {kubelearn.dev/stores: disk}   # it writes to the volume "disk"
    spec:
      containers:
      - name: db
        image: example.com/db:1
        ports: [{containerPort: 80}]
        volumeMounts: [{name: disk, mountPath: /data}]
      volumes:
      - name: disk
        emptyDir: {}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec:
  selector: {app: db}
  ports: [{port: 80}]
"""
FROM_CLAIM = "persistentVolumeClaim: {claimName: data}"
ON_CLAIM = CLAIM + FORGETFUL.replace("emptyDir: {}", FROM_CLAIM)
SHARED = ON_CLAIM.replace(
    "  accessModes: [ReadWriteOnce]\n",
    "  storageClassName: shared\n  accessModes: [ReadWriteMany]\n",
)
EARLY = """\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: ebs.csi.aws.com
volumeBindingMode: Immediate
---
"""
LICENSED = EARLY + ON_CLAIM.replace(
    "  accessModes", "  storageClassName: fast\n  accessModes"
).replace(
    "      containers:",
    "      nodeSelector: {topology.kubernetes.io/zone: us-west-2b}   # as its license says\n"
    "      containers:",
)
DOING = """\
def answer(cluster):
    pods = cluster.api.list("pods", "default", "app=db")
    dead = [pod["spec"]["nodeName"] for pod in pods if "deletionTimestamp" in pod["metadata"]][0]
"""
TAINTING = (
    DOING
    + """\
    off = {"key": "node.kubernetes.io/out-of-service", "value": "nodeshutdown",
           "effect": "NoExecute"}
    taints = cluster.object(f"node/{dead}")["spec"]["taints"]
    cluster.patch(f"node/{dead}", {"spec": {"taints": [*taints, off]}})
"""
)


def _stuck(seed: int) -> Cluster:
    return with_a_stuck_database(ON_CLAIM, seed)


NODE = Exercise(
    id="survives-node",
    title="The node dies, the orders do not",
    prompt=(
        "Three orders are written, then the node under the database dies. A minute later an "
        "operator says that the machine is off. Two and a half minutes after that all orders must "
        "be readable through Service db."
    ),
    starter=FORGETFUL,
    hints=(
        "An emptyDir is part of its pod. Which object holds storage that belongs to no pod?",
        "A PersistentVolumeClaim; the pod names it in volumes, in the place of emptyDir.",
        "Add kind: PersistentVolumeClaim, and persistentVolumeClaim: {claimName: data}.",
    ),
    solution=ON_CLAIM,
    judge=survives_node,
    setting=with_shared_class,
)
FREE = HandsOn(
    id="free-the-disk",
    title="You are the operator",
    prompt=(
        "The node of the database is dead, its power supply burnt out; nobody can repair it today. "
        "The replacement waits for the disk. Give commands so that the orders can be read within "
        "two minutes."
    ),
    starter=DOING,
    hints=(
        "Who holds the disk, and what would prove that nobody writes to it any more?",
        "A pod deleted by force frees the disk after 6 minutes. Which taint says: machine off?",
        "node.kubernetes.io/out-of-service with effect NoExecute, beside the node's other taints.",
    ),
    solution=TAINTING,
    judge=disk_is_freed,
    setting=_stuck,
    seeds=(1, 2),
)
ZONE = Exercise(
    id="survives-zone",
    title="The zone dies, the orders do not",
    prompt=(
        "Now all workers in the zone of the database die, and no operator comes. Within 500 "
        "seconds all orders must be readable again. Beside the default class gp3 the cluster has a "
        "StorageClass named shared: file systems that every zone can reach (efs.csi.aws.com)."
    ),
    starter=ON_CLAIM,
    hints=(
        "In which zones can a disk of class gp3 be attached? Look at its node affinity.",
        "Several disks do not help by themselves: who would copy from one to the other?",
        "storageClassName: shared; such a volume can be used from many nodes: ReadWriteMany.",
    ),
    solution=SHARED,
    judge=survives_zone,
    setting=with_shared_class,
)
PENDING = Exercise(
    id="pending-volume",
    title="A bug hunt: the pod stays Pending",
    prompt=(
        "The license of this database is for zone us-west-2b only. Its pod often stays Pending "
        "for ever, and sometimes it does not. Find out why and make it run every time, in its "
        "zone, with its data on a volume."
    ),
    starter=LICENSED,
    hints=(
        'Apply it to a cluster and ask why("pod/…") and show("disks"): where is the disk?',
        "Immediate: the disk is made before anybody knows where the pod will be.",
        "volumeBindingMode: WaitForFirstConsumer lets the scheduler choose the place first.",
    ),
    solution=LICENSED.replace("Immediate", "WaitForFirstConsumer"),
    judge=runs_in_its_zone,
    setting=with_shared_class,
    seeds=(1, 2, 3, 4),
)

PLAN = Plan("10", "Persistent volumes: a database survives", (NODE, FREE, ZONE, PENDING), QUIZ)
