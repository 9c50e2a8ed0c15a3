"""Claims and disks as a frame, a picture and a text, on a database whose node dies."""

import json
import re
from functools import cache

import pytest

from kubelearn.cluster import Cluster
from kubelearn.frames import disks
from kubelearn.frames.disk_tracks import Spans
from kubelearn.frames.html import disks_html
from kubelearn.frames.text import disks_text
from kubelearn.learn.answers.nb10 import CLAIM, FORGETFUL, ON_CLAIM
from kubelearn.sim.clock import SECOND

CLIENT = "node/control-plane"
TAINT = {"key": "node.kubernetes.io/out-of-service", "value": "off", "effect": "NoExecute"}
SHARED = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "shared"},
    "provisioner": "efs.csi.aws.com",
}


def write(cluster, path):
    """The database stores a path."""
    address = cluster.api.get("services", "default", "db")["spec"]["clusterIP"]
    cluster.request(f"http://{address}{path}", method="POST", client=CLIENT)


def with_database(source):
    """Two nodes in each of two zones; the database runs and holds an order."""
    cluster = Cluster(nodes=4, zones=2, seed=7)
    cluster.apply(source)
    cluster.run("30s")
    write(cluster, "/order/1")
    return cluster


@cache
def stuck():
    """The database's node is dead, its replacement waits for the disk."""
    cluster = with_database(ON_CLAIM)
    cluster.fail.node(cluster.api.list("pods", "default")[0]["spec"]["nodeName"])
    cluster.run("370s")
    return cluster


@cache
def freed():
    """The dead node got the taint out-of-service, and the disk has moved."""
    cluster = stuck().fork()
    node = disks(cluster)["volumes"][0]["nodes"][0]["name"]
    taints = cluster.object(f"node/{node}")["spec"]["taints"]
    cluster.patch(f"node/{node}", {"spec": {"taints": [*taints, TAINT]}})
    cluster.run("60s")
    write(cluster, "/order/2")
    return cluster


def spans(frame, number=0):
    """State and node of each span of a track's disk."""
    return [(one["state"], one["node"]) for one in frame["tracks"][number]["spans"]]


# Spans


def test_a_span_lasts_until_the_next_state():
    """The same state again changes nothing; what had no length is no span."""
    course = Spans()
    for time, state in ((1, "a"), (3, "a"), (5, "b"), (5, "c"), (9, "")):
        course.set(time, state)
    assert [(one["start"], one["end"], one["state"]) for one in course.rows] == [
        (1, 5, "a"),
        (5, 9, "c"),
    ]


def test_spans_are_clipped():
    """To the time that is shown; what ended before is left out."""
    course = Spans()
    course.set(1, "a")
    course.set(4, "b")
    assert [(one["start"], one["end"]) for one in course.within(4, 7)] == [(4, 7)]


# Now


def test_a_claim_tells_its_disk_and_its_pods():
    """Phase, class, size and who uses it."""
    frame = disks(with_database(ON_CLAIM))
    [claim], [volume] = frame["claims"], frame["volumes"]
    assert (claim["phase"], claim["class"], claim["asked"], claim["modes"]) == (
        "Bound", "gp3", "1Gi", "RWO")  # fmt: skip
    assert claim["volume"] == volume["key"]
    assert [pod["state"] for pod in claim["pods"]] == ["running"]
    assert (volume["count"], volume["last"]) == (1, ["/order/1"])


def test_a_disk_stands_in_its_zone_on_its_node():
    """The zone is that of the node that it is attached to."""
    frame = disks(with_database(ON_CLAIM))
    [volume] = frame["volumes"]
    [zone] = [zone for zone in frame["zones"] if volume["key"] in zone["volumes"]]
    assert volume["zones"] == [zone["name"]]
    assert volume["nodes"][0]["name"] in [node["name"] for node in zone["nodes"]]


def test_who_waits_for_the_disk_says_for_whom():
    """Multi-Attach in the words of the picture."""
    frame = disks(stuck())
    dead = frame["volumes"][0]["nodes"][0]["name"]
    assert frame["claims"][0]["waits"].endswith(f"the disk is still attached to {dead}")
    assert sorted(pod["state"] for pod in frame["claims"][0]["pods"]) == ["ending", "waiting"]
    assert "1 of them waits" in frame["summary"]


def test_a_claim_without_a_pod_says_what_it_waits_for():
    """The newest event about it."""
    cluster = Cluster(nodes=1, seed=1)
    cluster.apply(CLAIM)
    cluster.run("5s")
    assert disks(cluster)["claims"][0]["waits"] == (
        "WaitForFirstConsumer: waiting for first consumer to be created before binding"
    )


def test_a_pod_that_cannot_reach_its_disk_is_told_in_the_schedulers_words():
    """All workers of the zone are closed."""
    cluster = with_database(ON_CLAIM)
    [zone] = [zone for zone in disks(cluster)["zones"] if zone["volumes"]]
    for node in zone["nodes"]:
        cluster.cordon(node["name"])
    cluster.delete("pod/" + cluster.api.list("pods", "default")[0]["metadata"]["name"])
    cluster.run("20s")
    told = disks(cluster)["claims"][0]["waits"]
    assert "2 node(s) didn't match PersistentVolume's node affinity" in told


def test_storage_that_needs_no_attaching_is_in_no_zone():
    """Reachable from everywhere, attached nowhere."""
    cluster = Cluster(nodes=1, seed=1)
    cluster.apply([SHARED])
    cluster.apply(CLAIM.replace("[ReadWriteOnce]", "[ReadWriteMany]\n  storageClassName: shared"))
    cluster.run("10s")
    frame = disks(cluster)
    assert (frame["volumes"][0]["zones"], frame["volumes"][0]["nodes"]) == ([], [])
    assert spans(frame) == [("reachable", "")]
    assert "in any zone, reachable from every node" in frame["summary"]


# Over time


def test_a_disk_moves_after_the_taint():
    """Attached to the dead node, detached, attached to the other one."""
    states = spans(disks(freed()))
    dead, alive = states[0][1], states[-1][1]
    assert states == [
        ("attaching", dead), ("attached", dead), ("detaching", dead),
        ("attaching", alive), ("attached", alive),
    ]  # fmt: skip


def test_spans_are_those_of_the_attachments():
    """At each moment as the API had it."""
    cluster = freed()
    for one in disks(cluster)["tracks"][0]["spans"]:
        middle = (one["start"] + one["end"]) / 2 / SECOND
        [attachment] = cluster.at(middle).api.list("volumeattachments.storage.k8s.io")
        assert attachment["spec"]["nodeName"] == one["node"]


def test_writes_stand_where_they_were_made():
    """Both orders, before and after the loss."""
    entries = disks(freed())["tracks"][0]["entries"]
    assert [one["text"] for one in entries] == ["/order/1", "/order/2"]
    assert entries[0]["time"] == pytest.approx(30 * SECOND, rel=0.01)


def test_the_pods_of_a_disk_stand_below_it():
    """The old one runs, is silent, ends; the new one waits, then runs."""
    old, new = disks(freed())["tracks"][0]["pods"]
    assert [one["state"] for one in old["spans"]] == [
        "unplaced", "waiting", "running", "silent", "ending"]  # fmt: skip
    assert [one["state"] for one in new["spans"]] == ["unplaced", "waiting", "running"]


def test_an_empty_dir_ends_with_its_pod():
    """With a loss at its end, and a mark."""
    cluster = with_database(FORGETFUL)
    cluster.delete("pod/" + cluster.api.list("pods", "default")[0]["metadata"]["name"])
    cluster.run("60s")
    frame = disks(cluster)
    [track] = frame["tracks"]
    assert track["label"].startswith("emptyDir of db-")
    assert len(track["lost"]) == 1
    assert "what was on emptyDir is lost" in [one["text"] for one in frame["marks"]]


def test_what_happened_is_marked():
    """The node is missed, the pod evicted, the disk refused, the taint set."""
    told = " ".join(one["text"] for one in disks(freed())["marks"])
    assert re.search(
        r"worker-\d is NotReady TaintManagerEviction: \S+ FailedAttachVolume: \S+ .*"
        r"worker-\d gets the taint out-of-service",
        told,
    )


def test_growing_is_marked():
    """The claim first, then its volume."""
    cluster = with_database(ON_CLAIM)
    cluster.patch("pvc/data", {"spec": {"resources": {"requests": {"storage": "2Gi"}}}})
    cluster.run("20s")
    told = [one["text"] for one in disks(cluster)["marks"]]
    assert "claim data is 2Gi now" in told
    assert any(re.fullmatch(r"volume pvc-\S+ is 2Gi now", one) for one in told)


def test_the_past_has_its_own_data():
    """What was written later is not there, and what was lost since is."""
    past = disks(freed().at("40s"))
    assert past["volumes"][0]["last"] == ["/order/1"]
    assert past["end"] == 40 * SECOND
    assert freed().at("10s").disk("pvc/data") == []
    cluster = with_database(FORGETFUL)
    pod = cluster.api.list("pods", "default")[0]["metadata"]
    cluster.delete(f"pod/{pod['name']}")
    cluster.run("60s")
    past = cluster.at("31s").parts["disks"]
    assert past.contents == {f"emptyDir/{pod['uid']}/disk": ("/order/1",)}


def test_the_beginning_can_be_chosen():
    """Nothing before it is drawn."""
    frame = disks(freed(), 60 * SECOND)
    assert frame["tracks"][0]["spans"][0]["start"] == 60 * SECOND
    assert [one["text"] for one in frame["tracks"][0]["entries"]] == ["/order/2"]
    assert min(one["time"] for one in frame["marks"]) >= 60 * SECOND


# Pictures


@pytest.mark.parametrize("make", [stuck, freed])
def test_pictures_carry_their_words(make):
    """Summary, claims, marks and writes stand in both; no script; a fork draws the same."""
    frame = disks(make())
    html, text = disks_html(frame), disks_text(frame)
    assert "<script" not in html
    assert text.startswith(frame["summary"])
    words = [one["text"] for one in frame["marks"]] + [frame["claims"][0]["name"], "/order/1"]
    assert [word for word in words if word not in html or word not in text] == []
    assert disks(make().fork()) == frame


def test_frames_are_data():
    """They survive JSON."""
    frame = disks(stuck())
    assert json.loads(json.dumps(frame)) == frame


def test_an_empty_cluster_can_be_drawn():
    """No claim, no volume, no worker."""
    frame = disks(Cluster(nodes=0, zones=1))
    assert "There is no claim" in disks_html(frame)
    assert disks_text(frame).startswith("Claims and disks at 0s: 0 claims")


def test_a_volume_that_is_kept_is_shown_without_its_claim():
    """Released, attached nowhere, with all that is on it."""
    cluster = with_database(ON_CLAIM)
    name = cluster.object("pvc/data")["spec"]["volumeName"]
    cluster.patch(f"pv/{name}", {"spec": {"persistentVolumeReclaimPolicy": "Retain"}})
    cluster.delete("deployment/db")
    cluster.delete("pvc/data")
    cluster.run("90s")
    frame = disks(cluster)
    assert "attached nowhere, Released" in disks_html(frame)
    assert "(Released, Retain) : /order/1" in disks_text(frame)


def test_names_are_escaped():
    """What was written may look like HTML."""
    cluster = with_database(ON_CLAIM)
    write(cluster, "/<b>")
    assert "/<b>" not in disks_html(disks(cluster))
    assert "/&lt;b&gt;" in disks_html(disks(cluster))
