"""Lesson 12: Istio traffic management."""

from __future__ import annotations

from kubelearn.learn.exercise import Exercise
from kubelearn.learn.hands_on import HandsOn
from kubelearn.learn.plan import Plan
from kubelearn.learn.quiz import Question, Quiz
from kubelearn.learn.traffic_checks import (
    CANARY,
    SUBSETS,
    finds_its_subset,
    is_a_canary,
    is_taken_back,
    two_versions,
    with_a_bad_canary,
)

EVEN = SUBSETS + "---\n" + CANARY.replace("weight: 90", "weight: ____").replace("10}", "____}")
DOING = '''\
def answer(cluster):
    """What do you do, in which order?"""
'''
ROUTE = "[{destination: {host: catalog, subset: v1}}]"
BACK = (
    "    rule = " + repr(f"spec: {{http: [{{route: {ROUTE}}}]}}") + "\n"
    "    cluster.kubectl(f\"patch virtualservice catalog --type=merge -p '{rule}'\")\n"
)
RULES = """\
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: catalog}
spec:
  hosts: [catalog]
  http:
  - route: [{destination: {host: catalog, subset: v1}}]
  - match: [{headers: {end-user: {exact: jason}}}]
    route: [{destination: {host: catalog, subset: v2}}]
"""
JASON = SUBSETS.replace("version: v2}", 'version: "2"}') + RULES
FOR_ALL = "  - route: [{destination: {host: catalog, subset: v1}}]\n"

TEN_PERCENT = Exercise(
    id="ten-percent",
    title="Ten percent",
    prompt=(
        "Two versions of catalog run in the mesh, labelled version: v1 and version: v2. Without a "
        "rule each gets half of the requests. Fill the gaps so that about 10 % of them go to v2."
    ),
    starter=EVEN,
    hints=(
        "Weights are shares: together they should make 100.",
        "Which destination is the old one?",
        "weight: 90 for v1, weight: 10 for v2.",
    ),
    solution=SUBSETS + "---\n" + CANARY,
    judge=is_a_canary,
    setting=two_versions,
)
TAKE_BACK = HandsOn(
    id="take-back",
    title="Errors rise",
    prompt=(
        "10 % of the requests go to version v2 of catalog, and 40 % of those fail. Take v2 out of "
        "the traffic at once, but leave its pods alone, so that somebody can look for the reason. "
        "Write your commands to `cluster` into the function."
    ),
    starter=DOING,
    hints=(
        "Who decides which share v2 gets? It is an object; change it.",
        "Taking the VirtualService away is not enough: what do the proxies do without a rule?",
        'One route with one destination: subset v1. kubectl("patch virtualservice catalog ...").',
    ),
    solution=DOING + BACK,
    judge=is_taken_back,
    setting=with_a_bad_canary,
)
JASON_ONLY = Exercise(
    id="jason-only",
    title="Only jason",
    prompt=(
        "User jason (header end-user: jason) should get v2 of catalog, everybody else v1. The "
        "rules below were meant to do that. Two things are wrong with them: find and repair them."
    ),
    starter=JASON,
    hints=(
        "Rules are read from top to bottom, the first that matches is taken. Which matches all?",
        "When jason's rule is reached he gets 503. Which label do the pods of v2 have?",
        "jason's rule first; and subset v2 has labels: {version: v2}.",
    ),
    solution=JASON.replace('"2"', "v2").replace(FOR_ALL, "") + FOR_ALL,
    judge=finds_its_subset,
    setting=two_versions,
)

QUIZ = Quiz(
    (
        Question(
            "Two versions behind one Service, no VirtualService. What share does each get?",
            {
                "a": (
                    "That of its pods among all pods of the Service.",
                    "Yes: proxies balance over all endpoints; who has more pods gets more.",
                ),
                "b": ("The newest version gets all.", "Proxies do not know what is newer."),
                "c": ("Half each, always.", "Only when both have equally many pods."),
            },
            right="a",
        ),
        Question(
            "A rule sends 10 % to a subset that no DestinationRule defines. What do users see?",
            {
                "a": (
                    "Nothing: all go to the other subset.",
                    "Weights are kept, whatever is behind them.",
                ),
                "b": (
                    "503 for about 10 % of the requests.",
                    "Yes: the proxy has no such cluster (flag NC), and says so at once.",
                ),
                "c": ("10 % wait until it is defined.", "Nobody waits for a rule."),
            },
            right="b",
        ),
        Question(
            "Where is it decided which version a request goes to?",
            {
                "a": ("In istiod, for each request.", "istiod is never on the way of a request."),
                "b": (
                    "In the proxy beside the program that asks.",
                    "Yes: that is why the caller needs a sidecar.",
                ),
                "c": (
                    "In the Service, by kube-proxy.",
                    "Behind a sidecar the Service's address is only a name for its endpoints.",
                ),
            },
            right="b",
        ),
        Question(
            "A rule without match stands first, one for jason second. What does jason get?",
            {
                "a": (
                    "His own rule, as it is more precise.",
                    "Precision does not count; order does.",
                ),
                "b": ("The first rule.", "Yes: it matches everybody, so the second is never read."),
                "c": ("An error.", "Both are valid; one of them is unreachable."),
            },
            right="b",
        ),
        Question(
            "From lesson 05: what does a canary by weights have that a rolling update has not?",
            {
                "a": (
                    "Its share does not depend on the number of pods.",
                    "Yes: 1 % is possible with two pods, and going back takes no new pod.",
                ),
                "b": ("It needs no second version.", "It needs both running at the same time."),
                "c": ("It repairs the new version.", "It only limits who meets it."),
            },
            right="a",
        ),
    )
)

PLAN = Plan("12", "Istio traffic management", (TEN_PERCENT, TAKE_BACK, JASON_ONLY), QUIZ)
"""The lesson in `notebooks/12-istio-traffic.ipynb`."""
