"""Every exercise: right, other right, untouched and wrong answers; every starter in its lesson."""

import ast
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import nbformat
import pytest

from kubelearn.learn import LESSONS
from kubelearn.learn.answers.nb01_repair import DOING, DRAIN, SCALE
from kubelearn.learn.answers.nb02 import PROBE
from kubelearn.learn.answers.nb03 import APART, BATCH, CATALOG_SOLUTION, PACKED, SPREAD
from kubelearn.learn.feedback import NEARLY, NOT_ATTEMPTED, RIGHT, WRONG
from tests.world.worlds import web_cluster

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
EXERCISES = {one.id: one for plan in LESSONS.values() for one in plan.exercises}
BY_HAND = """\
    cluster.cordon("worker-3")
    for pod in cluster.api.list("pods", "default"):
        if pod["spec"]["nodeName"] == "worker-3":
            cluster.delete(f"pod/{pod['metadata']['name']}")
    cluster.patch("deployment/web", {"spec": {"replicas": 4}})
"""
DAEMON = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: everywhere}
spec:
  selector: {matchLabels: {app: x}}
  template:
    metadata: {labels: {app: x}}
    spec: {containers: [{name: web, image: "nginx:1.29"}]}
"""
BARE = """
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: a, image: nginx}]}
"""
CLAIM = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: nothing}\n"
STATEFUL = DAEMON.replace("Daemon", "Stateful").replace("spec:", "spec:\n  serviceName: x", 1)
BOUND = "nodeSelector: {kubernetes.io/hostname: worker-%d}"
"""How a pod is tied to one node, in the shop's and the database's templates."""


def tied(text, number):
    """The text with each of its pods tied to one worker."""
    return text.replace("      containers:", f"      {BOUND % number}\n      containers:")


def by_hand(text):
    """Six pods as three Deployments of two, one for each worker."""
    plain = text.replace(SPREAD, "").replace("replicas: 6", "replicas: 2")
    parts = [
        tied(plain, n)
        .replace("name: shop", f"name: shop-{n}")
        .replace("app: shop", f"app: shop-{n}")
        for n in (1, 2, 3)
    ]
    return "---\n".join(parts)


PREFERRED = APART.replace("required", "preferred").replace(
    """          - topologyKey: kubernetes.io/hostname
            labelSelector:
              matchLabels: {app: batch}
""",
    """          - weight: 100
            podAffinityTerm:
              topologyKey: kubernetes.io/hostname
              labelSelector: {matchLabels: {app: batch}}
""",
)

OTHERS = tuple(
    import_module(f"tests.learn.{one.name}")
    for one in iter_modules([str(Path(__file__).parent)])
    if one.name.startswith("answers_")
)
"""The answers to the exercises of the later lessons."""

ALSO_RIGHT = {
    "first-app": lambda s: s.replace("hello", "bonjour"),
    "two-mistakes": lambda s: s.replace("menu", "carte"),
    "lost-service": lambda s: s.replace("{app: shop}", "{shop: open}"),
    "own-place": lambda s: s.replace("port: 80}", "port: 8080, targetPort: 80}"),
    "survives-deletion": lambda s: DAEMON,
    "repair": lambda s: DOING + BY_HAND,
    "starts-unseen": lambda s: s.replace("readinessProbe", "startupProbe").replace(
        "periodSeconds: 2", "periodSeconds: 2\n          failureThreshold: 10"
    ),
    "leaves-faster": lambda s: s.replace("tolerationSeconds: 10", "tolerationSeconds: 0"),
    "make-it-fit": lambda s: s.replace("1500m", "1800m"),
    "spread-over-zones": by_hand,
    "database-apart": lambda s: (
        s.replace("{app: batch}", "{app: database}")
        .replace(APART.replace("{app: batch}", "{app: database}"), "")
        .replace(
            BATCH.replace("{app: batch}", "{app: database}"),
            BATCH.replace(
                "      containers:",
                APART.replace("{app: batch}", "{app: database}") + "      containers:",
            ),
        )
    ),
    "why-pending": lambda s: s.replace("operator: Equal, value: shop, ", "operator: Exists, "),
    "bin-packing": lambda s: s.replace(
        PACKED, "min(100, sum(p.requests.get('cpu', 0) for p in node.pods) // 40)"
    ),
}
for others in OTHERS:
    ALSO_RIGHT |= others.ALSO_RIGHT
"""For each exercise another answer that works."""

SPOILT = {
    "first-app": {
        lambda s: s.replace("replicas: 3", "replicas: 2"): NEARLY,
        lambda s: s.replace("replicas: 3", "replicas: 5"): NEARLY,
        lambda s: s.replace("nginx:1.29", "httpd:2.4"): NEARLY,
        lambda s: s.replace("nginx:1.29", "nginx:1.28"): NEARLY,
        lambda s: s.replace("1.29", "1.255"): WRONG,
        lambda s: s.replace("replicas: 3", "replicas: three"): WRONG,
        lambda s: s.replace("labels: {app: hello}", "labels: {app: hallo}"): WRONG,
        lambda s: s.replace("replicas: 3", "replicas: ____"): WRONG,
    },
    "two-mistakes": {
        lambda s: s.replace("replicas:", "replica:"): WRONG,
        lambda s: s.replace("nginx", "ngnix"): WRONG,
        lambda s: s.replace("replicas: 2", "replicas: 1"): NEARLY,
    },
    "lost-service": {
        lambda s: s.replace("[{port: 80}]", "[{port: 80, targetPort: 8081}]"): NEARLY,
        lambda s: s.replace("selector: {app: shop}", "selector: {app: shops}"): WRONG,
        lambda s: s.replace(
            "Service\nmetadata: {name: shop}", "Service\nmetadata: {name: shops}"
        ): NEARLY,
        lambda s: s.partition("---")[0]: NEARLY,
    },
    "own-place": {
        lambda s: s.replace(", namespace: team-a", ""): NEARLY,
        lambda s: s.replace("name: web, namespace: team-a", "name: web", 1): NEARLY,
        lambda s: s.rpartition("---")[0]: NEARLY,
        lambda s: s.replace("selector: {app: web}", "selector: {app: wep}"): NEARLY,
    },
    "repair": {
        lambda s: s.replace(DRAIN, ""): NEARLY,
        lambda s: s.replace(SCALE, ""): WRONG,
        lambda s: s.replace("drain worker-3 --ignore-daemonsets", "cordon worker-3"): NEARLY,
        lambda s: s.replace(" --ignore-daemonsets", ""): NEARLY,
        lambda s: DOING + SCALE + '    cluster.kubectl("delete node worker-3")\n': NEARLY,
        lambda s: s + '    cluster.kubectl("uncordon worker-3")\n': NEARLY,
    },
    "survives-deletion": {
        lambda s: s.replace("replicas: 1", "replicas: 0"): WRONG,
        lambda s: BARE: WRONG,
    },
    "starts-unseen": {
        lambda s: s.replace(PROBE, "").replace("replicas: 2", "replicas: 4"): WRONG,
        lambda s: s.replace(PROBE, "").replace("spec:", "spec:\n  minReadySeconds: 20", 1): WRONG,
        lambda s: s.replace("readinessProbe", "livenessProbe"): WRONG,
        lambda s: s.replace("path: /, port: 80", "path: /, port: 8080"): NEARLY,
        lambda s: s.replace("kubelearn.dev/start-time: 8s", "kubelearn.dev/start-time: 0s"): NEARLY,
        lambda s: BARE: NEARLY,
    },
    "leaves-faster": {
        lambda s: s.replace("tolerationSeconds: 10", "tolerationSeconds: 200"): NEARLY,
        lambda s: s.replace("unreachable", "unreached"): WRONG,
        lambda s: s.replace("replicas: 1", "replicas: 0"): WRONG,
    },
    "make-it-fit": {
        lambda s: s.replace("1500m", "100m"): NEARLY,
        lambda s: s.replace("1500m", "2500m"): WRONG,
        lambda s: s.replace("replicas: 3", "replicas: 2"): NEARLY,
    },
    "spread-over-zones": {
        lambda s: s.replace("DoNotSchedule", "ScheduleAnyway"): WRONG,
        lambda s: s.replace("maxSkew: 1", "maxSkew: 3"): WRONG,
        lambda s: s.replace("kubernetes.io/zone", "kubernetes.io/zones"): WRONG,
        lambda s: s.replace("replicas: 6", "replicas: 3"): NEARLY,
    },
    "database-apart": {
        lambda s: s.replace(APART, PREFERRED): WRONG,
        lambda s: s.replace("kubernetes.io/hostname", "example.com/rack"): WRONG,
        lambda s: s.replace(APART, APART.replace("app: batch", "app: batches")): WRONG,
        lambda s: s.partition("---")[0]: NEARLY,
    },
    "why-pending": {
        lambda s: s.replace("disk: ssd", "disktype: ssd"): WRONG,
        lambda s: s.partition("  tolerations")[0]: WRONG,
        lambda s: s.replace("  nodeSelector: {disk: ssd}\n", ""): NEARLY,
    },
    "bin-packing": {
        lambda s: s.replace(PACKED, "50"): WRONG,
        lambda s: s.replace(PACKED, f"100 - {PACKED}"): WRONG,
        lambda s: s.replace(PACKED, PACKED.replace("100", "1000")): WRONG,
        lambda s: s.replace(PACKED, PACKED.replace("//", "/")): WRONG,
        lambda s: s.replace("allocatable", "allocated"): WRONG,
        lambda s: s.replace("def score", "def scores"): WRONG,
    },
}
for others in OTHERS:
    SPOILT |= others.SPOILT
"""For each exercise: how the solution is spoilt → what the learner hears."""

NONSENSE = [BARE, CLAIM, STATEFUL, DAEMON, {"kind": "Pod"}, 7, "nowhere.yaml", "a: [", "---\n"]


@pytest.fixture(params=EXERCISES.values(), ids=EXERCISES)
def exercise(request):
    """Each exercise of each lesson."""
    return request.param


def test_the_solution_is_right(exercise):
    """Each solution passes its own check, and the story of it is told."""
    feedback = exercise.check(exercise.solution)
    assert feedback.outcome == RIGHT, feedback
    assert feedback.timeline


def test_another_answer_that_works_is_right(exercise):
    """Behaviour decides, not text."""
    answer = ALSO_RIGHT[exercise.id](exercise.solution)
    assert answer != exercise.solution
    assert exercise.check(answer).outcome == RIGHT, exercise.check(answer)


@pytest.mark.parametrize("blank", ["starter", "spaces", None, ..., ""])
def test_what_is_untouched_is_not_attempted(exercise, blank):
    """White space does not count, nor does nothing at all."""
    texts = {"starter": exercise.starter, "spaces": exercise.starter.replace("\n", "\n\n") + " "}
    assert exercise.check(texts.get(blank, blank)).outcome == NOT_ATTEMPTED


def test_who_hands_in_nothing_hears_where_to_begin(exercise):
    """The starter is not in every cell."""
    assert f'lesson.exercise("{exercise.id}").starter' in exercise.check(...).text


def test_typical_wrong_answers_hear_why(exercise):
    """At least two each; the text says what was seen."""
    assert len(SPOILT[exercise.id]) >= 2
    for spoil, outcome in SPOILT[exercise.id].items():
        answer = spoil(exercise.solution)
        assert answer != exercise.solution
        feedback = exercise.check(answer)
        assert feedback.outcome == outcome, f"{answer}\n{feedback}"
        assert len(feedback.text) > 20


@pytest.mark.parametrize("answer", NONSENSE, ids=str)
def test_nonsense_gets_an_answer_too(exercise, answer):
    """Whatever is handed in, there is a feedback and no error."""
    assert exercise.check(answer).outcome in (WRONG, NEARLY, RIGHT)


def test_equal_answers_get_equal_feedback(exercise):
    """The cluster of a check begins from the same seed each time."""
    assert exercise.check(exercise.solution) == exercise.check(exercise.solution)


@pytest.mark.parametrize("host", ["api.kitchen.svc", "api.kitchen.svc.cluster.local."])
@pytest.mark.parametrize("seed", range(1, 6))
def test_a_program_that_has_just_started_gets_time(host, seed):
    """The kitchen may be later than who asks it: that is no fault of the answer."""
    exercise = replace(EXERCISES["other-namespace"], seeds=(seed,))
    answer = exercise.solution.replace("http://api.kitchen/", f"http://{host}/")
    assert exercise.check(answer).outcome == RIGHT


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("starts-unseen", "path: /, port: 80", "path: /, port: 8080", "Readiness probe failed"),
        ("other-namespace", "http://api.kitchen/", "api.kitchen", "is not an address"),
        ("why-no-scaling", "cpu: 500m", "cpu: 9", "Insufficient cpu"),
        ("few-lost", '"5"', '"1"', "greater than or equal to 5"),
    ],
)
def test_the_cause_is_in_the_feedback(name, old, new, words):
    """In the words of the part that knows it: a kubelet, the scheduler, a controller."""
    feedback = EXERCISES[name].check(EXERCISES[name].solution.replace(old, new))
    assert feedback.outcome in (WRONG, NEARLY)
    assert words in "\n".join(feedback.timeline)


def test_mistakes_in_a_manifest_come_with_their_line():
    """What the cluster refuses is told in its words, with the line."""
    spoilt = EXERCISES["first-app"].solution.replace("replicas:", "replicaz:")
    feedback = EXERCISES["first-app"].check(spoilt)
    assert 'unknown field "spec.replicaz"' in feedback.text
    assert feedback.timeline == ("in line 6",)
    assert "line 2" in EXERCISES["first-app"].check("a: 1\n\tb: 2\n").text


def test_a_gap_that_is_left_is_named():
    """With its line."""
    half = EXERCISES["first-app"].starter.replace("____", "3", 1)
    assert "line 15" in EXERCISES["first-app"].check(half).text


def test_the_story_says_what_happened_and_when():
    """The node's death, who noticed, the replacement."""
    feedback = EXERCISES["leaves-faster"].check(EXERCISES["leaves-faster"].solution)
    told = "\n".join(feedback.timeline)
    assert "dies" in told
    assert "the node controller marks" in told
    assert "is Ready on worker-" in told


def test_there_are_hints(exercise):
    """Two at least, and a clear sentence beyond the last."""
    assert len(exercise.hints) >= 2
    for number in (99, 0, "1"):
        with pytest.raises(ValueError, match=f"no hint {number!r}: there are hints 1 to"):
            exercise.hint(number)


def test_an_exercise_can_be_read(exercise):
    """As text and as HTML."""
    assert exercise.title in str(exercise)
    assert "<pre>" in exercise._repr_html_()


@pytest.mark.parametrize("number", LESSONS)
def test_the_lesson_begins_where_its_exercises_do(number):
    """Each exercise has its cell, and what stands there counts as untouched."""
    cells = nbformat.read(next(NOTEBOOKS.glob(f"{number}-*.ipynb")), 4).cells
    texts = [cell.source for cell in cells if "exercise" in cell.metadata.get("tags", ())]
    for exercise in LESSONS[number].exercises:
        source = next(text for text in texts if f'check("{exercise.id}"' in text)
        assert exercise.check(given(source)).outcome == NOT_ATTEMPTED


def given(source):
    """What a cell hands in as it stands: a text, what it defines, or else the cluster."""
    body = ast.parse(source).body
    kinds = (ast.ClassDef, ast.FunctionDef)
    classes = [ast.get_source_segment(source, one) for one in body if isinstance(one, kinds)]
    answers = [one for one in body if isinstance(one, ast.Assign)]
    if classes:
        return classes[-1]
    return ast.literal_eval(answers[-1].value) if answers else web_cluster()


def test_a_plugin_is_handed_in_as_a_class():
    """The class that the learner's cell has defined; its stub is no attempt."""
    packing = EXERCISES["bin-packing"]
    names = {"__name__": __name__}
    exec(packing.solution, names)  # as the cell does
    globals()["Packing"] = names["Packing"]  # a cell's class can be found again in its module
    assert packing.check(names["Packing"]).outcome == RIGHT
    exec(packing.starter, names)
    assert packing.check(names["Packing"]).outcome == NOT_ATTEMPTED


def test_a_pending_pod_is_explained_in_the_schedulers_words():
    """Which nodes were refused for which reason, as in the event."""
    exercise = EXERCISES["why-pending"]
    feedback = exercise.check(CATALOG_SOLUTION.partition("  tolerations")[0])
    assert "2 node(s) had untolerated taint(s)" in " ".join(feedback.timeline)


def test_packing_is_told_beside_the_default():
    """Both clusters are in the story, with the share of each node."""
    told = EXERCISES["bin-packing"].check(EXERCISES["bin-packing"].solution).timeline
    assert ["default scheduler" in line for line in told] == [True, False]


def test_what_was_done_in_a_terminal_counts():
    """The learner's own cluster is judged, and stays as it is; before that nothing was tried."""
    exercise = EXERCISES["repair"]
    cluster = exercise.setting(1)
    assert exercise.check(cluster).outcome == NOT_ATTEMPTED
    cluster.kubectl("scale deployment web --replicas=4")
    assert exercise.check(cluster).outcome == NEARLY
    cluster.kubectl("drain worker-3 --ignore-daemonsets")
    before = cluster.fingerprint()
    assert exercise.check(cluster).outcome == RIGHT
    assert cluster.fingerprint() == before
