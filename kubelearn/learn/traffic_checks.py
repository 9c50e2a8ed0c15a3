"""Settings and checks of the exercises on Istio's traffic management: two versions of a program."""

from __future__ import annotations

from kubelearn.api.objects import get_path
from kubelearn.cluster import Cluster
from kubelearn.learn.feedback import NEARLY
from kubelearn.learn.load_checks import nothing_is_lost
from kubelearn.learn.mesh_checks import meshed, program, service, versions
from kubelearn.learn.trial import Trial, Unmet
from kubelearn.world.load import Load

CATALOG = "http://catalog/"
ASKED = 300
"""Requests that are counted for shares."""
LOW, HIGH = 0.06, 0.14
"""Ten percent of 300 requests lie between these shares, but for one time in a hundred."""
JASON = {"end-user": "jason"}
SUBSETS = """\
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: catalog}
spec:
  host: catalog
  subsets:
  - {name: v1, labels: {version: v1}}
  - {name: v2, labels: {version: v2}}
"""
CANARY = """\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: catalog}
spec:
  hosts: [catalog]
  http:
  - route:
    - {destination: {host: catalog, subset: v1}, weight: 90}
    - {destination: {host: catalog, subset: v2}, weight: 10}
"""
BROKEN = "40%"
"""How many requests the bad version fails."""


def two_versions(seed: int) -> Cluster:
    """Two versions of catalog in the mesh, and no rule: each gets its half."""
    return meshed(seed, program("catalog"), program("catalog", "v2"), service("catalog"))


def is_a_canary(trial: Trial) -> str:
    """About ten percent of the requests are answered by v2, the others by v1."""
    trial.cluster.run("5s")
    found = versions(trial, CATALOG, ASKED)
    share = found["v2"] / ASKED
    trial.note(f"of {ASKED} requests v1 answered {found['v1']}, v2 answered {found['v2']}")
    if share == 0:
        raise Unmet("v2 answers nobody: its share is nothing", NEARLY)
    if not LOW <= share <= HIGH:
        raise Unmet(f"v2 answers {share:.0%} of the requests, not about 10 %", NEARLY)
    return f"v2 answers {share:.0%} of the requests: few users meet it, and you can watch"


def with_a_bad_canary(seed: int) -> Cluster:
    """Ten percent go to a version that fails, under load."""
    bad = program("catalog", "v2", fails=BROKEN)
    cluster = meshed(seed, program("catalog"), bad, service("catalog"))
    cluster.apply(SUBSETS + "---\n" + CANARY)
    cluster.run("5s")
    cluster.load(CATALOG, rate=20, duration="2m", client="pod/client")
    return cluster.run("20s")


def is_taken_back(trial: Trial) -> str:
    """From 5 s later on nobody meets the bad version, and its pods are still there to look at."""
    cluster = trial.cluster
    cluster.run("5s")
    since = cluster.clock.now
    cluster.run("20s")
    nothing_is_lost(trial, Load(cluster, 1), since, "after your change")
    found = versions(trial, CATALOG, 60)
    if found["v2"]:
        raise Unmet(f"v2 still answers {found['v2']} of 60 requests", NEARLY)
    pods = cluster.api.list("pods", "default", "app=catalog,version=v2")
    if not pods:
        raise Unmet("the pods of v2 are gone: nobody can find out what is wrong with it", NEARLY)
    return "users are safe within seconds, and v2 is still there for those who look for the reason"


def for_jason_only(trial: Trial) -> str:
    """Requests with the header of jason go to v2, all others to v1."""
    trial.cluster.run("5s")
    for headers, wanted in ((JASON, "v2"), ({"end-user": "anna"}, "v1"), ({}, "v1")):
        found = versions(trial, CATALOG, 30, headers)
        who = headers.get("end-user", "nobody in particular")
        trial.note(f"as {who}: " + ", ".join(f"{v} answered {n}" for v, n in sorted(found.items())))
        if set(found) != {wanted}:
            raise Unmet(f"requests of {who} should all be answered by {wanted}", NEARLY)
    return "jason sees the new version, everybody else the old one"


def rules_are_there(trial: Trial) -> None:
    """The learner has not simply taken the rules away."""
    rule = trial.cluster.api.find("virtualservices.networking.istio.io", "default", "catalog")
    if rule is None or not get_path(rule, "spec", "http"):
        raise Unmet("the VirtualService catalog is gone, and with it the rule", NEARLY)


def finds_its_subset(trial: Trial) -> str:
    """The rule for jason works again: the subset has pods."""
    rules_are_there(trial)
    return for_jason_only(trial)
