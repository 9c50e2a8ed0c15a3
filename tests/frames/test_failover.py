"""Failover as a frame, a picture and a text, on a node that dies behind three doors."""

import json
import re
from functools import cache

import pytest

from kubelearn.frames import failover, failovers
from kubelearn.frames.failover_tracks import LOOKS
from kubelearn.frames.html import failover_html, failovers_html
from kubelearn.frames.html.failover import MEANINGS
from kubelearn.frames.text import failover_text, failovers_text
from kubelearn.learn.lost_node import lose_a_node
from kubelearn.sim.clock import SECOND
from kubelearn.world.load import Load
from tests.cloud.aws.edge import edge, name_of
from tests.network.exposed import address, exposed

NAMES = ("port", "nlb", "alb")


@cache
def lost(door):
    """The same accident: `worker-2` dies 20 s after the first request."""
    cluster = edge()
    urls = {
        "port": f"http://{address(cluster, 'worker-2')}:30080/",
        "nlb": f"http://{name_of(cluster)}/",
        "alb": "http://shop.example.com/",
    }
    return lose_a_node(cluster, urls[door])


@pytest.fixture(params=NAMES)
def frame(request):
    """The frame of each door."""
    return failover(lost(request.param))


def track(frame, group, label):
    """States of a row of bars, with the seconds after the fault at which each began."""
    row = next(r for r in frame["tracks"] if (r["group"], r["label"]) == (group, label))
    fault = frame["numbers"]["fault"]
    return [(span["words"], round((span["start"] - fault) / SECOND)) for span in row["spans"]]


def test_every_request_is_in_one_bin(frame):
    """Sent is answered, lost and in flight; the reasons add up; the load says the same."""
    numbers = frame["numbers"]
    assert numbers["sent"] == numbers["answered"] + numbers["lost"] + numbers["flying"]
    assert sum(numbers["reasons"].values()) == numbers["lost"]


@pytest.mark.parametrize("door", NAMES)
def test_numbers_are_those_of_the_load(door):
    """Counted by another way."""
    numbers, totals = failover(lost(door))["numbers"], Load(lost(door), 1).totals()
    assert (numbers["sent"], numbers["answered"]) == (totals["sent"], totals["ok"])
    assert numbers["reasons"] == {name: count for name, count in totals.items()
                                  if name not in ("sent", "ok", "in flight")}  # fmt: skip


@pytest.mark.parametrize("door", NAMES)
def test_recovery_is_the_last_lost_request(door):
    """From the fault; None when the end of the run comes first."""
    numbers = failover(lost(door))["numbers"]
    bad = [sent for _, sent, _, how in Load(lost(door), 1).requests() if how != "ok"]
    if door == "port":
        assert (numbers["recovery"], numbers["recoveryText"]) == (None, "never in this run")
    else:
        assert numbers["recovery"] == bad[-1] - numbers["fault"]


def test_a_balancer_loses_less_than_a_nodes_port():
    """And one on layer 7 with addresses as targets least."""
    found = [failover(lost(door))["numbers"]["lost"] for door in NAMES]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 3


def test_what_noticed_the_fault_and_when():
    """The dead machine counts as Ready for a while; the target falls first, then the endpoint."""
    frame = failover(lost("nlb"))
    node = track(frame, "nodes", "worker-2")
    assert [words for words, _ in node] == ["Ready", "dead, still Ready", "NotReady"]
    assert node[1][1] == 0
    target = track(frame, "targets", "worker-2")
    assert [words for words, _ in target][:2] == ["healthy", "unhealthy"]
    assert 20 < target[1][1] < node[2][1]


def test_dns_follows_the_target_and_the_client_follows_dns():
    """The zone's address leaves the answers; the client learns it when its answer is too old."""
    frame = failover(lost("nlb"))
    public, known = (
        track(frame, "DNS", label) for label in ("public DNS answers", "internet knows")
    )
    assert [words for words, _ in public] == ["3: 2a, 2b, 2c", "2: 2a, 2c"]
    assert public[1][1] == track(frame, "targets", "worker-2")[1][1]
    assert known[1][1] >= public[1][1]


def test_a_client_knows_a_balancer_by_another_name():
    """As the host of an Ingress; all zones stay, for a balancer on layer 7 crosses them."""
    frame = failover(lost("alb"))
    assert track(frame, "DNS", "internet knows")[0][0] == "3: 2a, 2b, 2c"
    assert len(track(frame, "DNS", "public DNS answers")) == 1


def test_endpoints_are_those_of_the_service(frame):
    """Three pods, named with their nodes; one of them is taken out with its node."""
    rows = [row for row in frame["tracks"] if row["group"] == "endpoints"]
    assert sorted(row["label"].split(" on ")[1] for row in rows) == [
        "worker-1", "worker-2", "worker-3",
    ]  # fmt: skip
    dead = next(row for row in rows if row["label"].endswith("worker-2"))
    assert [span["words"] for span in dead["spans"]] == ["ready", "not ready"]


def test_bars_are_inside_the_frame(frame):
    """Of positive length, in order."""
    for row in frame["tracks"]:
        edges = [edge for span in row["spans"] for edge in (span["start"], span["end"])]
        assert edges == sorted(edges)
        assert frame["start"] <= edges[0] <= edges[-1] <= frame["end"]
    assert json.loads(json.dumps(frame)) == frame


def test_a_fork_gives_the_same_frame():
    """And the fork's future does not change the past's picture."""
    twin = lost("nlb").fork()
    before = failover(twin)
    twin.heal.node("worker-2")
    twin.run("30s")
    assert failover(lost("nlb")) == before
    assert [one["text"] for one in failover(twin)["marks"]] == [
        "worker-2 dies", "worker-2 is repaired",
    ]  # fmt: skip


@pytest.mark.parametrize("seconds", [10, 27, 90])
def test_the_past_is_drawn_as_it_was(seconds):
    """As in a run that ended there, with what was in flight then."""
    world = lost("nlb")
    start = failover(world)["start"]
    moment = start + seconds * SECOND
    then = failover(world.at(f"{moment}ns"))
    twin = world.fork().rewind(f"{moment}ns")
    assert then["numbers"] == failover(twin)["numbers"]
    assert then["tracks"] == failover(twin)["tracks"]


def test_without_a_load_it_says_how():
    """Also as a picture."""
    frame = failover(edge())
    assert "load(...)" in failover_text(frame)
    assert 'data-kl="failover"' in failover_html(frame)


def test_without_a_fault_nothing_is_blamed():
    """All answered, nothing broken."""
    cluster = edge()
    cluster.load(f"http://{name_of(cluster)}/", rate=5, duration="10s")
    cluster.run("20s")
    frame = failover(cluster)
    assert (frame["numbers"]["lost"], frame["numbers"]["recoveryText"]) == (0, "no fault")
    assert "nothing was broken" in frame["summary"]


@pytest.mark.parametrize("host", ["web", "web.default", "web.default.svc.cluster.local"])
def test_a_service_is_found_by_its_names(host):
    """In the namespace of whoever asks, unless the name says another."""
    cluster = exposed()
    cluster.load(f"http://{host}/", rate=5, duration="5s", client="pod/client")
    cluster.run("6s")
    assert {row["group"] for row in failover(cluster)["tracks"]} == {"nodes", "endpoints"}


# Side by side


def test_set_ups_share_axis_and_scale():
    """The same start, end and tops for all."""
    frame = failovers(*map(lost, NAMES))
    for key in ("start", "end"):
        assert len({side[key] for side in frame["sides"]}) == 1
    tops = [[one["top"] for one in side["lanes"]] for side in frame["sides"]]
    assert tops[0] == tops[1] == tops[2]
    assert json.loads(json.dumps(frame)) == frame


def test_the_table_compares_the_numbers():
    """A row for each set-up with what it lost and how long."""
    frame = failovers(*map(lost, NAMES))
    html = failovers_html(frame, NAMES)
    head = html.partition("<details")[0]
    for side in frame["sides"]:
        assert f">{side['numbers']['lost']:,}<" in head
        assert side["numbers"]["recoveryText"] in head
    assert f"nlb lost {frame['sides'][1]['numbers']['lost']:,} (" in head


def test_patterns_of_one_page_are_their_own():
    """Each id once, also where two set-ups went the same way; each fill names one."""
    html = failovers_html(failovers(lost("nlb"), lost("nlb")), ("one", "two"))
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(set(ids)) == len(ids) > 0
    assert set(re.findall(r'fill="url\(#([^)]+)\)"', html)) <= set(ids)


def test_every_state_has_a_look_that_is_explained():
    """In the legend, too."""
    assert {look for look, _ in LOOKS.values()} == set(MEANINGS)


def test_the_texts_say_the_same(frame):
    """Each bar with its beginning."""
    text = failover_text(frame)
    assert frame["summary"] in text
    for row in frame["tracks"]:
        assert f"{row['group']} {row['label']}: {row['spans'][0]['words']}" in text


def test_the_text_of_several_names_each():
    """In their order."""
    text = failovers_text(failovers(*map(lost, NAMES)), NAMES)
    assert [text.index(f"== {name} ==") for name in NAMES] == sorted(
        text.index(f"== {name} ==") for name in NAMES
    )
