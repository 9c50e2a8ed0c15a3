"""Lesson 13: resilience."""

from __future__ import annotations

from kubelearn.learn.exercise import Exercise
from kubelearn.learn.plan import Plan
from kubelearn.learn.quiz import Question, Quiz
from kubelearn.learn.resilience_checks import (
    few_fail,
    in_three_zones,
    is_responsive,
    one_hangs,
    one_of_five_is_sick,
    stays_near,
)

RULE = """\
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: catalog}
spec:
  host: catalog
  trafficPolicy:
"""
EJECT = "    outlierDetection: {consecutive5xxErrors: 5, interval: 5s, baseEjectionTime: 30s}\n"
ENOUGH = EJECT.replace("30s}", "30s, maxEjectionPercent: 20}")
WAITING = """\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: advice}
spec:
  hosts: [advice]
  http:
  - route: [{destination: {host: advice}}]
"""
IN_TIME = WAITING + "    timeout: 300ms\n"
BY_PLACE = "    loadBalancer: {localityLbSetting: {enabled: true}}\n"

ONE_SICK = Exercise(
    id="one-sick-pod",
    title="One sick pod of five",
    prompt=(
        "One of the five pods of catalog answers every request with 500. The rule below should "
        "eject it, but does not. See to it that in two minutes less than 3 % of the requests fail."
    ),
    starter=RULE + EJECT,
    hints=(
        "How large a part of the hosts may be ejected at the same time? There is a default.",
        "10 % of five pods is half a pod. One pod of five is how many percent?",
        "maxEjectionPercent: 20",
    ),
    solution=RULE + ENOUGH,
    judge=few_fail,
    setting=one_of_five_is_sick,
)
HANGING = Exercise(
    id="one-hangs",
    title="One that hangs",
    prompt=(
        "For each request front asks advice, which it can do without. But advice hangs: it takes "
        "30 s. See to it that 95 % of the answers of front come within 500 ms, and none fails."
    ),
    starter=WAITING,
    hints=(
        "Who waits for advice, and who could stop waiting?",
        "The rule for the host advice is read by the proxy beside front. What may it take?",
        "timeout: 300ms, beside route.",
    ),
    solution=IN_TIME,
    judge=is_responsive,
    setting=one_hangs,
)
NEAR = Exercise(
    id="stay-near",
    title="Near, but not at any price",
    prompt=(
        "In each of three zones runs a pod of catalog. Requests should stay in the client's zone "
        "as long as a pod serves there, and none may fail when it goes. The rule below asks for "
        "that, yet requests go everywhere. What does it lack?"
    ),
    starter=RULE + BY_PLACE,
    hints=(
        "To leave a zone in time, a proxy has to notice that hosts fail. What notices that?",
        "Istio prefers near hosts only where outlier detection is set.",
        "outlierDetection: {} beside loadBalancer.",
    ),
    solution=RULE + BY_PLACE + ENOUGH,
    judge=stays_near,
    setting=in_three_zones,
)

QUIZ = Quiz(
    (
        Question(
            "Three programs in a row each ask the next up to three times. The last one fails. How "
            "often is it asked for one request?",
            {
                "a": ("3 times.", "That is what one level does."),
                "b": ("9 times.", "Count the levels: the visitor's proxy is one of them."),
                "c": ("27 times.", "Yes: 3 × 3 × 3. Retries at each level multiply."),
            },
            right="c",
        ),
        Question(
            "A 503 has the flag UO. What has happened?",
            {
                "a": ("A host was ejected.", "Then others are asked, or the flag is UH."),
                "b": (
                    "The caller's pool for this service was full.",
                    "Yes: overflow. The request was refused at once and never sent.",
                ),
                "c": ("The time ran out.", "That is 504 with UT."),
            },
            right="b",
        ),
        Question(
            "Five pods, one sick, outlier detection with its defaults. Why is nobody ejected?",
            {
                "a": (
                    "10 % of five is less than one pod.",
                    "Yes: maxEjectionPercent is 10 unless you say more.",
                ),
                "b": ("It takes five minutes.", "Five errors in a row are enough, at once."),
                "c": ("The pod is still Ready.", "Ejection does not ask for readiness."),
            },
            right="a",
        ),
        Question(
            "Nearly all hosts are ejected, and minHealthPercent: 50 is set. What do proxies do?",
            {
                "a": ("They answer 503.", "That is what they do without a panic threshold."),
                "b": (
                    "They ask all hosts again, ejected or not.",
                    "Yes: panic. Some answers are better than none.",
                ),
                "c": ("They wait for new pods.", "Nobody waits for pods."),
            },
            right="b",
        ),
        Question(
            "From lesson 12: what does a timeout of a VirtualService change for the program asked?",
            {
                "a": ("It works faster.", "A timeout makes nothing faster."),
                "b": (
                    "Nothing; its caller stops waiting.",
                    "Yes: the caller's proxy answers 504 (UT) and closes its connection.",
                ),
                "c": ("It is restarted.", "Only probes restart containers."),
            },
            right="b",
        ),
    )
)

PLAN = Plan("13", "Resilience", (ONE_SICK, HANGING, NEAR), QUIZ)
"""The lesson in `notebooks/13-resilience.ipynb`."""
