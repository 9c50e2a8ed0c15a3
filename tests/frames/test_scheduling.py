"""The scheduler's frames, on real clusters: scores, queue, placement, balance, two balances."""

import json

import pytest

from kubelearn.cluster import Cluster
from kubelearn.frames import balance, balances, placement, queue, scores
from kubelearn.frames.html import (
    balance_html,
    balances_html,
    placement_html,
    queue_html,
    scores_html,
)
from kubelearn.frames.text import (
    balance_text,
    balances_text,
    placement_text,
    queue_text,
    scores_text,
)

DRAWN = {
    "scores": (scores, scores_html, scores_text),
    "queue": (queue, queue_html, queue_text),
    "placement": (placement, placement_html, placement_text),
    "balance": (balance, balance_html, balance_text),
}


def pod(name, cpu, memory="1Gi", **spec):
    """A pod with one container."""
    container = {
        "name": "a",
        "image": "nginx",
        "resources": {"requests": {"cpu": cpu, "memory": memory}},
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
            "spec": {"containers": [container], **spec}}  # fmt: skip


@pytest.fixture(scope="module")
def cluster():
    """Three small pods on three workers, one that is too large, one that is gated."""
    cluster = Cluster(nodes=3, seed=1)
    cluster.apply([pod(f"small-{n}", "1") for n in (1, 2, 3)])
    cluster.run("10s")
    cluster.apply([pod("large", "3500m"), pod("held", "1", schedulingGates=[{"name": "a.com/b"}])])
    cluster.run("10s")
    return cluster


def test_scores_add_up(cluster):
    """The weighted cells of a node make its total; the chosen node is among the best."""
    rows = [row for row in scores(cluster, "default/small-2")["rows"] if row["cells"]]
    assert [sum(row["cells"].values()) for row in rows] == [row["total"] for row in rows]
    chosen = [row["total"] for row in rows if row["verdict"] == "chosen"]
    assert chosen == [max(row["total"] for row in rows)]


def test_refused_nodes_say_who_and_why(cluster):
    """The plugin, the reason to the letter, what would have to change."""
    rows = {row["node"]: row for row in scores(cluster, "default/large")["rows"]}
    assert len(rows) == 4
    worker = rows["worker-1"]
    assert (worker["plugin"], worker["reason"]) == ("NodeResourcesFit", "Insufficient cpu")
    assert "more cpu" in worker["advice"]


def test_scores_without_a_pod_are_of_the_newest_decision(cluster):
    """The large one was tried last; of one that nobody tried there is nothing."""
    assert scores(cluster)["pod"] == "default/large"
    assert scores(cluster, "default/nobody")["rows"] == []
    assert "Nothing has been decided" in scores(cluster, "default/nobody")["summary"]


def test_the_queue_tells_who_waits_for_what(cluster):
    """One that fits nowhere, one behind its gate."""
    rows = {row["pod"]: row for row in queue(cluster)["pods"]}
    assert {name: row["queue"] for name, row in rows.items()} == {
        "large": "unschedulable",
        "held": "gated",
    }
    assert "NodeResourcesFit" in rows["large"]["waitsFor"]
    assert (rows["large"]["attempts"], rows["held"]["attempts"]) == (1, 0)
    assert rows["held"]["next"] == "when the gate opens"


def test_placement_is_what_the_api_says(cluster):
    """Each pod with a node that came after time zero, on that node, in order."""
    frame = placement(cluster)
    there = {
        p["metadata"]["name"]: p["spec"].get("nodeName")
        for p in cluster.api.list("pods", "default")
    }
    landed = {row["pod"]: row["node"] for row in frame["landings"]}
    assert landed == {name: node for name, node in there.items() if node}
    assert [row["at"] for row in frame["landings"]] == sorted(
        row["at"] for row in frame["landings"]
    )
    assert frame["waiting"] == ["held", "large"]


def test_a_pod_that_is_gone_is_marked(cluster):
    """It has landed, and it does not count as there any more."""
    other = cluster.fork()
    other.delete("pod/small-1")
    other.run("60s")
    gone = [row["pod"] for row in placement(other)["landings"] if row["gone"]]
    assert gone == ["small-1"]


def test_balance_counts_requests(cluster):
    """The shares of a node times its size are the requests of its pods."""
    for node in balance(cluster)["nodes"]:
        assert node["total"]["cpu"] == 4000
        assert node["free"]["cpu"] == pytest.approx(4000 * (1 - node["cpu"]), abs=1)
    cpu = sum(round(4000 * node["cpu"]) for node in balance(cluster)["nodes"])
    assert cpu == 3 * 1000 + 2 * 100  # the small ones, and two of coredns


def test_balance_over_time_begins_before_the_pods(cluster):
    """The first point is without them, the last is now."""
    node = balance(cluster)["nodes"][0]
    assert node["points"][0][0] == 0
    assert node["points"][0][1] < node["points"][-1][1] == node["cpu"]
    assert node["points"][-1][0] == cluster.clock.now


def test_what_is_left_beside_a_used_up_resource_is_stranded():
    """A node whose cpu is gone: all its free memory."""
    cluster = Cluster(nodes=1, seed=1)
    cluster.apply(pod("large", "3600m", "1Gi"))
    cluster.run("10s")
    frame = balance(cluster)
    assert frame["measures"]["stranded"]["memory"] == frame["nodes"][0]["freeText"]["memory"]
    assert frame["measures"]["stranded"]["cpu"] == "0"


def test_two_worlds_differ_in_what_differs(cluster):
    """A fork is equal until something else happens in it."""
    other = cluster.fork()
    assert balances(cluster, other)["summary"] == "No difference."
    other.delete("pod/large")
    other.run("1s")
    assert "pods that wait: 2 and 1" in balances(cluster, other)["summary"]


def test_a_short_history_is_enough_for_the_present():
    """Pods older than the kept log count from the beginning."""
    cluster = Cluster(nodes=2, seed=1, history="none")
    cluster.apply([pod("one", "1"), pod("two", "1")])
    cluster.run("60s")
    assert sum(round(4000 * node["cpu"]) for node in balance(cluster)["nodes"]) == 2200


@pytest.mark.parametrize("name", DRAWN)
def test_frames_are_data(cluster, name):
    """They survive JSON, and equal worlds give equal frames."""
    frame = DRAWN[name][0](cluster)
    assert json.loads(json.dumps(frame)) == frame
    assert frame["kind"] == name
    assert DRAWN[name][0](cluster.fork()) == frame


@pytest.mark.parametrize("name", DRAWN)
def test_pictures_carry_their_words(cluster, name):
    """The summary stands in the HTML and in the text; a figure needs no script."""
    make, html, text = DRAWN[name]
    frame = make(cluster)
    assert "<figcaption>" in html(frame)
    assert "<script" not in html(frame)
    assert text(frame).startswith(frame["summary"])


@pytest.mark.parametrize("name", DRAWN)
def test_an_empty_cluster_can_be_drawn(name):
    """No node, no pod, no error."""
    make, html, text = DRAWN[name]
    frame = make(Cluster(nodes=0, zones=1))
    assert html(frame)
    assert text(frame)


def test_what_is_stranded_is_told_everywhere(cluster):
    """With its amounts and what the word means, in the picture and in its text."""
    for html, text in ((balance_html, balance_text), (balances_html, balances_text)):
        frame = balance(cluster) if html is balance_html else balances(cluster, cluster.fork())
        for drawn in (html(frame), text(frame)):
            assert "stranded memory (cpu used up)" in drawn
            assert "Stranded: free on nodes where 90 % or more" in drawn


def test_names_are_escaped(cluster):
    """What a learner calls a cluster is text."""
    html = balances_html(balances(cluster, cluster.fork()), ("<b>", "two"))
    assert "<b><b>" not in html
    assert "&lt;b&gt;" in html
    assert "<b>" in balances_text(balances(cluster, cluster.fork()), ("<b>", "two"))


def test_negative_totals_stand_before_refused_nodes():
    """A weight may be negative: the best is first all the same, and its total is shown."""
    enabled = [{"name": "NodeResourcesFit", "weight": -3}]
    point = {"disabled": [{"name": "*"}], "enabled": enabled}
    cluster = Cluster(nodes=2, scheduler={"profiles": [{"plugins": {"score": point}}]})
    cluster.apply(pod("a", "1"))
    cluster.run("1s")
    frame = scores(cluster, "default/a")
    best, other, refused = frame["rows"]
    assert (best["verdict"], refused["verdict"]) == ("chosen", "refused")
    assert 0 > best["total"] >= other["total"]
    html = scores_html(frame).replace("\u2060", "").replace("\u200b", "")
    assert "NodeResourcesFit (-300–0)" in html
    assert html.count(f">{best['total']}<") >= 1
    assert str(best["total"]) in scores_text(frame)
