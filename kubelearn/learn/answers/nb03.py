"""Lesson 03: the scheduler."""

from __future__ import annotations

from kubelearn.learn.checks import (
    happens,
    pods_become_ready,
    pods_of,
    ready_pods,
    troubles,
)
from kubelearn.learn.exercise import Exercise
from kubelearn.learn.feedback import NEARLY, WRONG
from kubelearn.learn.plan import Plan
from kubelearn.learn.plugin_exercise import PluginExercise
from kubelearn.learn.quiz import Question, Quiz
from kubelearn.learn.scheduling_checks import (
    count_by_zone,
    each_asks_for,
    labelled,
    more_replicas,
    never_together,
    packs_tighter,
    runs_on,
    told,
    with_a_closed_zone,
    with_a_fast_disk,
    with_tenants,
)
from kubelearn.learn.trial import Trial, Unmet

REPORT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: report}
spec:
  replicas: 3
  selector:
    matchLabels: {app: report}
  template:
    metadata:
      labels: {app: report}
    spec:
      containers:
      - name: work
        image: nginx:1.29
        resources:
          requests: {cpu: "3", memory: 1Gi}
"""
NEEDED = 1500
SHOP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 6
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop}
    spec:
      containers:
      - name: web
        image: nginx:1.29
"""
SPREAD = """\
      topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: topology.kubernetes.io/zone
        whenUnsatisfiable: DoNotSchedule
        labelSelector:
          matchLabels: {app: shop}
"""
PLAIN = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: database}
spec:
  replicas: 1
  selector:
    matchLabels: {app: database}
  template:
    metadata:
      labels: {app: database}
    spec:
      containers:
      - name: database
        image: redis:8
        resources:
          requests: {cpu: "1", memory: 1Gi}
"""
BATCH = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: batch}
spec:
  replicas: 4
  selector:
    matchLabels: {app: batch}
  template:
    metadata:
      labels: {app: batch}
    spec:
      containers:
      - name: work
        image: nginx:1.29
        resources:
          requests: {cpu: "1", memory: 500Mi}
"""
APART = """\
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - topologyKey: kubernetes.io/hostname
            labelSelector:
              matchLabels: {app: batch}
"""
CATALOG = """\
apiVersion: v1
kind: Pod
metadata:
  name: catalog
  labels: {app: catalog}
spec:
  nodeSelector: {disktype: ssd}
  containers:
  - name: web
    image: nginx:1.29
"""
CATALOG_SOLUTION = (
    CATALOG.replace("disktype: ssd}", "disk: ssd}")
    + """\
  tolerations:
  - {key: dedicated, operator: Equal, value: shop, effect: NoSchedule}
"""
)
PACKING = '''\
class Packing:
    """Fill the fullest node first."""

    name = "Packing"

    def score(self, pod, node):
        return ...
'''
PACKED = """node.requested.get("cpu", 0) * 100 // node.allocatable["cpu"]"""


def _fits(trial: Trial) -> str:
    pods = pods_become_ready(trial, 3, "60s")
    each_asks_for(pods, NEEDED)
    return "three pods have found room beside what was there"


def _spreads(trial: Trial) -> str:
    trial.note("worker-3 is closed for maintenance")
    trial.cluster.run("60s")
    counts = count_by_zone(trial, pods_of(trial.cluster))
    trial.note(f"pods by zone: {told(counts)}")
    trial.cluster.patch("node/worker-3", {"spec": {"unschedulable": None}})
    trial.note("worker-3 is open again")
    trial.cluster.run("60s")
    ready = ready_pods(trial.cluster)
    counts = count_by_zone(trial, ready)
    trial.note(f"Ready pods by zone: {told(counts)}")
    if len(ready) < 6:
        text = f"{len(ready)} pods are Ready, 6 are wanted"
        raise Unmet(text, NEARLY if ready else WRONG, troubles(trial.cluster))
    if max(counts.values()) - min(counts.values()) > 1:
        text = f"the zones do not carry alike: {told(counts)}; nobody moves a pod that has a node"
        raise Unmet(text)
    return f"whichever zone is lost, four of six pods stay: {told(counts)}"


def _apart(trial: Trial) -> str:
    if not happens(trial.cluster, lambda c: ready_pods(c, "app=database"), "60s"):
        text = "60 s later no pod with the label app: database is Ready"
        raise Unmet(text, WRONG, troubles(trial.cluster))
    if not happens(trial.cluster, lambda c: len(ready_pods(c, "app=batch")) >= 4, "60s"):
        count = len(ready_pods(trial.cluster, "app=batch"))
        text = f"{count} pods with the label app: batch are Ready, 4 are wanted"
        raise Unmet(text, NEARLY, troubles(trial.cluster))
    never_together(trial, "database", "batch")
    more_replicas(trial, "batch", 12)
    trial.cluster.run("60s")
    never_together(trial, "database", "batch")
    waiting = sum(not pod["spec"].get("nodeName") for pod in labelled(trial.cluster, "batch"))
    return f"the database keeps its node to itself; {waiting} batch pods wait for room"


def _found(trial: Trial) -> str:
    pods = pods_become_ready(trial, 1, "60s")
    runs_on(trial, pods, "worker-2", "but the fast disk that it needs is in worker-2")
    return "it has found the node with the fast disk"


FITS = Exercise(
    id="make-it-fit",
    title="Make it fit",
    prompt=(
        "Three workers of 4 cpu; other pods hold 2 cpu on each. The three pods of report never "
        "find a node. Measurements say that the program needs 1500m cpu. Make all three Ready."
    ),
    starter=REPORT,
    hints=(
        "The scheduler counts requests, not what programs really use. How much is free on a node?",
        "At most 2 cpu a worker, a little less where coredns runs; each pod asks for 3.",
        "Ask for what is needed: requests: {cpu: 1500m, memory: 1Gi}.",
    ),
    solution=REPORT.replace('"3"', "1500m"),
    judge=_fits,
    setting=with_tenants,
)
SPREADS = Exercise(
    id="spread-over-zones",
    title="Never too much in one zone",
    prompt=(
        "Three zones with one worker each; worker-3 is closed for maintenance and opens again "
        "after a minute. When it has, two of the six pods shall run in each zone. Until then "
        "pods may wait."
    ),
    starter=SHOP,
    hints=(
        "Without a rule all six take the two open zones, and a pod that has a node never moves.",
        "spec.template.spec.topologySpreadConstraints: whenUnsatisfiable decides whether to wait.",
        "maxSkew 1, topologyKey topology.kubernetes.io/zone, DoNotSchedule, and a labelSelector.",
    ),
    solution=SHOP + SPREAD,
    judge=_spreads,
    setting=with_a_closed_zone,
    seeds=(1, 2),
)
KEEPS_APART = Exercise(
    id="database-apart",
    title="A quiet node for the database",
    prompt=(
        "Batch work makes the database slow when they share a node. Keep them apart, also when "
        "batch is scaled up to more than fits elsewhere: then batch has to wait. The labels "
        "app: database and app: batch stay."
    ),
    starter=PLAIN + BATCH,
    hints=(
        "What keeps a pod away from other pods, whatever node they are on?",
        "podAntiAffinity. Preferred is only a wish: it gives way when nothing else is free.",
        "requiredDuringSchedulingIgnoredDuringExecution on one side is enough: it holds for both.",
    ),
    solution=PLAIN + APART + BATCH,
    judge=_apart,
    seeds=(1, 2, 3),
)
FINDS = Exercise(
    id="why-pending",
    title="Why is it pending?",
    prompt=(
        "The catalog needs a fast disk. One worker has one, labelled disk=ssd and kept for the "
        "shop by the taint dedicated=shop:NoSchedule. The pod stays Pending. There is more than "
        "one cause."
    ),
    starter=CATALOG,
    hints=(
        "Read the feedback: it counts the nodes by the reason for which they were refused.",
        "The selector asks for a label that no node has. Mend that, check again, and read on.",
        "nodeSelector: {disk: ssd}, and a toleration for dedicated=shop:NoSchedule.",
    ),
    solution=CATALOG_SOLUTION,
    judge=_found,
    setting=with_a_fast_disk,
)
PACKS = PluginExercise(
    id="bin-packing",
    title="Fill the fullest node first",
    prompt=(
        "Eight small pods arrive, then a large one that needs most of a node. The default "
        "scheduler has spread the small ones by then and the large one waits. Write a score that "
        "leaves room for it."
    ),
    starter=PACKING,
    hints=(
        "The highest total wins. Which of two nodes should have the higher score?",
        'node.requested.get("cpu", 0) is what is asked for, node.allocatable["cpu"] what there is.',
        "The requested share in percent, as a whole number: requested * 100 // allocatable.",
    ),
    solution=PACKING.replace("...", PACKED),
    judge=lambda _: "",
    contest=packs_tighter,
    seeds=(1, 2, 3),
)

QUIZ = Quiz(
    (
        Question(
            "A node's programs use 10 % of its cpu; its pods request 95 %. A pod asks for 1 cpu "
            "of 4. What does the scheduler do?",
            {
                "a": ("It places it: the node is idle.", "It never looks at what is really used."),
                "b": ("It refuses the node.", "Yes: it counts requests, whatever is really used."),
                "c": ("It evicts somebody.", "Only for a pod with a higher priority."),
            },
            right="b",
        ),
        Question(
            "A filter refuses a node on which all scores would be best. What happens?",
            {
                "a": ("The scores win.", "Scores only rank nodes that every filter has passed."),
                "b": ("They are weighed.", "Weights are between scores; a filter says yes or no."),
                "c": ("The node is out.", "Yes: first filters, and only then scores."),
            },
            right="c",
        ),
        Question(
            "A pod is unschedulable. When is it tried again?",
            {
                "a": (
                    "When something changes that may help it.",
                    "Yes, once its back-off is over; and after about five minutes in any case.",
                ),
                "b": ("Every second.", "In a large cluster that would be all that it does."),
                "c": ("Never.", "It stays in the queue; look at cluster.show('queue')."),
            },
            right="a",
        ),
        Question(
            "Zones have 3, 3 and 0 pods. You add a spread constraint to the Deployment. What "
            "happens to the old pods?",
            {
                "a": (
                    "They are replaced by new ones under the rule.",
                    "Yes: not the scheduler, but the changed template brings new pods.",
                ),
                "b": (
                    "The scheduler moves some.",
                    "It never moves a pod that has a node.",
                ),
                "c": (
                    "They stay for ever.",
                    "They would if nobody changed the template; a Deployment rolls its change out.",
                ),
            },
            right="a",
        ),
        Question(
            "From lesson 02: a node dies. Who brings its pods to another one?",
            {
                "a": ("The scheduler moves them.", "It has no way to move a pod."),
                "b": (
                    "Nobody: they are deleted, and their ReplicaSet makes new ones.",
                    "Yes, and each of the new ones goes through the scheduler's queue.",
                ),
                "c": ("The kubelet of another node.", "It only runs pods that carry its name."),
            },
            right="b",
        ),
    )
)

PLAN = Plan("03", "The scheduler", (FITS, SPREADS, KEEPS_APART, FINDS, PACKS), QUIZ)
