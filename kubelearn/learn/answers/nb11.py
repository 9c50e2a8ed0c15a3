"""Lesson 11: why a mesh: paths, sidecars, control and data plane."""

from __future__ import annotations

from kubelearn.learn.hands_on import HandsOn
from kubelearn.learn.mesh_checks import grows_again, is_inside, outside, without_istiod
from kubelearn.learn.plan import Plan
from kubelearn.learn.quiz import Question, Quiz

DOING = '''\
def answer(cluster):
    """What do you do, in which order?"""
'''
LABEL = '    cluster.kubectl("label namespace default istio-injection=enabled")\n'
RESTARTS = """\
    cluster.kubectl("rollout restart deployment/front")
    cluster.kubectl("rollout restart deployment/catalog")
"""
BACK = '    cluster.kubectl("scale deployment/istiod -n istio-system --replicas=1")\n'

MOVE_IN = HandsOn(
    id="move-in",
    title="Everybody inside",
    prompt=(
        "Istio is installed, and the Deployments front and catalog run in the namespace default, "
        "without sidecars. 20 requests come each second. Bring all their pods into the mesh and "
        "lose no request. Write your commands to `cluster` into the function."
    ),
    starter=DOING,
    hints=(
        "A sidecar is added when a pod is made. Who has to know that the namespace wants it?",
        "A label on the namespace; and pods that are there already have to be made anew.",
        'cluster.kubectl("label namespace ..."), then "rollout restart" for each Deployment.',
    ),
    solution=DOING + LABEL + RESTARTS,
    judge=is_inside,
    setting=outside,
)
NO_PILOT = HandsOn(
    id="no-pilot",
    title="Two pods are missing",
    prompt=(
        "catalog was scaled to 4 pods, but only 2 are there. Find out why, and see to it that four "
        "pods with sidecars serve. To look around, write "
        '`print(cluster.why("deployment/catalog"))` into the function.'
    ),
    starter=DOING,
    hints=(
        "The ReplicaSet says in its Events what the API server answered.",
        "Who is asked by the webhook when a pod is made? Does it run?",
        'cluster.kubectl("get deployments -n istio-system") shows it: it has 0 pods.',
    ),
    solution=DOING + BACK,
    judge=grows_again,
    setting=without_istiod,
)

QUIZ = Quiz(
    (
        Question(
            "12 programs may all talk to each other. How many connections are that?",
            {
                "a": ("24", "That is two for each program."),
                "b": ("66", "Yes: 12 × 11 / 2. The number grows with the square."),
                "c": ("4096", "That would be 2 to the power of 12: it does not grow so fast."),
            },
            right="b",
        ),
        Question(
            "You label a namespace istio-injection=enabled. Which pods get a sidecar?",
            {
                "a": (
                    "All pods of the namespace, at once.",
                    "A pod keeps the containers with which it was made: it has to be made anew.",
                ),
                "b": (
                    "Those that are made from now on.",
                    "Yes: the webhook is asked when a pod is made.",
                ),
                "c": (
                    "Those whose Deployment is labelled too.",
                    "The namespace is enough; a pod's own label can only say otherwise.",
                ),
            },
            right="b",
        ),
        Question(
            "istiod is gone. What happens to requests between pods that run?",
            {
                "a": (
                    "They all fail.",
                    "istiod is not on their way: they pass from proxy to proxy.",
                ),
                "b": (
                    "They go on, by what the proxies heard last.",
                    "Yes: only news does not arrive any more, and no pod can join.",
                ),
                "c": (
                    "They go past the proxies, in plain text.",
                    "The redirection into the proxy is in the pod itself, and stays.",
                ),
            },
            right="b",
        ),
        Question(
            "A pod without a sidecar calls one with a sidecar. What happens by default?",
            {
                "a": (
                    "It is refused.",
                    "Only after a PeerAuthentication has asked for mode STRICT.",
                ),
                "b": (
                    "It is served, in plain text.",
                    "Yes: the default mode is PERMISSIVE, so that one can move in step by step.",
                ),
                "c": (
                    "Its node encrypts for it.",
                    "kube-proxy only chooses an address; nobody encrypts here.",
                ),
            },
            right="b",
        ),
        Question(
            "From lesson 02: why do all pods of a Deployment get new names in a restart?",
            {
                "a": (
                    "A new template makes a new ReplicaSet, which makes new pods.",
                    "Yes: and each of them passes admission again, so it gets a sidecar.",
                ),
                "b": ("Kubernetes renames pods.", "A name never changes."),
                "c": ("The nodes are restarted.", "They are not touched."),
            },
            right="a",
        ),
    )
)

PLAN = Plan("11", "Why a mesh", (MOVE_IN, NO_PILOT), QUIZ)
"""The lesson in `notebooks/11-why-a-mesh.ipynb`."""
