"""Lesson 14: security and sight."""

from __future__ import annotations

from kubelearn.learn.answers.nb12 import DOING
from kubelearn.learn.exercise import Exercise
from kubelearn.learn.hands_on import HandsOn
from kubelearn.learn.plan import Plan
from kubelearn.learn.quiz import Question, Quiz
from kubelearn.learn.security_checks import (
    a_bookshop,
    a_desk,
    is_repaired,
    only_editors_pass,
    only_productpage_calls,
    somebody_fails,
)

PAGE = "cluster.local/ns/default/sa/productpage"
GAP = """\
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: reviews}
spec:
  selector: {matchLabels: {app: reviews}}
  action: ALLOW
  rules:
  - from: [{source: {principals: ["____"]}}]
"""
ANYBODY = """\
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: desk}
spec:
  selector: {matchLabels: {app: desk}}
  action: ALLOW
  rules:
  - from: [{source: {requestPrincipals: ["*"]}}]
"""
EDITOR = '    when: [{key: "request.auth.claims[role]", values: [editor]}]\n'
UNDO = '    cluster.kubectl("rollout undo deployment/stock")\n'

ONLY_PAGE = Exercise(
    id="only-productpage",
    title="Only the productpage",
    prompt=(
        "productpage, reviews and details run in the mesh, each as a service account of its own "
        "name in the namespace default. Fill the gap so that productpage may ask reviews, and "
        "nobody else."
    ),
    starter=GAP,
    hints=(
        "A principal is the name in the caller's certificate, without spiffe://.",
        "Trust domain, namespace, service account: cluster.local/ns/…/sa/…",
        "cluster.local/ns/default/sa/productpage",
    ),
    solution=GAP.replace("____", PAGE),
    judge=only_productpage_calls,
    setting=a_bookshop,
)
EDITORS = Exercise(
    id="editors-only",
    title="Editors only",
    prompt=(
        "The proxy of desk knows the issuer https://auth.example.com, and the policy below admits "
        "every valid token. Only tokens whose claim role is editor are to pass."
    ),
    starter=ANYBODY,
    hints=(
        "A rule may have conditions beside from: when, with a key and values.",
        "The key of a claim is request.auth.claims[NAME].",
        'when: [{key: "request.auth.claims[role]", values: [editor]}]',
    ),
    solution=ANYBODY + EDITOR,
    judge=only_editors_pass,
    setting=a_desk,
)
WHO_FAILS = HandsOn(
    id="who-fails",
    title="Who fails?",
    prompt=(
        "front asks catalog and advice, catalog asks prices and stock. All five were rolled out an "
        "hour ago; since then some requests to front fail. Find out by metrics, logs or the graph "
        "which program began it, and undo its rollout. Leave the others alone."
    ),
    starter=DOING,
    hints=(
        "print(cluster.metrics()) in the function: whose answers are 500?",
        "An error goes up from caller to caller. Who answers 500 without asking anybody?",
        'cluster.kubectl("rollout undo deployment/stock")',
    ),
    solution=DOING + UNDO,
    judge=is_repaired,
    setting=somebody_fails,
)

QUIZ = Quiz(
    (
        Question(
            "mTLS is PERMISSIVE. A pod without a sidecar asks one with a sidecar. What happens?",
            {
                "a": ("It is refused.", "That is what STRICT does."),
                "b": (
                    "It is served in plain text.",
                    "Yes: PERMISSIVE takes both, so that pods can move in one by one.",
                ),
                "c": ("Its node encrypts the request.", "Nobody on its side could do that."),
            },
            right="b",
        ),
        Question(
            "A workload has a RequestAuthentication and no policy. A request without a token?",
            {
                "a": (
                    "It passes.",
                    "Yes: bad tokens are refused, missing ones are not. A policy demands them.",
                ),
                "b": ("401.", "That is for a token that is bad."),
                "c": ("403.", "Only with a policy that asks for a principal of the request."),
            },
            right="a",
        ),
        Question(
            "One request, two proxies. How often is it in istio_requests_total?",
            {
                "a": ("Once.", "Both proxies count what they pass on."),
                "b": (
                    "Twice, with reporter source and destination.",
                    "Yes: so always choose one of the two when you count.",
                ),
                "c": ("Once for each header.", "Headers are no labels."),
            },
            right="b",
        ),
        Question(
            "A trace ends at a program, although it asks others. Why?",
            {
                "a": ("Its proxy is too old.", "Both proxies of it have reported their spans."),
                "b": (
                    "The program does not copy the trace's headers into its own requests.",
                    "Yes: only the program knows which request it makes for which.",
                ),
                "c": ("The others are not in the mesh.", "Its own proxy would report the request."),
            },
            right="b",
        ),
        Question(
            "From lesson 13: which flag does a 503 have when the pool of a proxy is full?",
            {
                "a": ("UF", "That is a connection that did not come about."),
                "b": ("UH", "Then no host is left that may be asked."),
                "c": ("UO", "Yes: overflow. Nobody was asked."),
            },
            right="c",
        ),
    )
)

PLAN = Plan("14", "Security and sight", (ONLY_PAGE, EDITORS, WHO_FAILS), QUIZ)
"""The lesson in `notebooks/14-security-and-sight.ipynb`."""
