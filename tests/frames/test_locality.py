"""From zone to zone: who answered whom, what was lost, and when the near ones were not enough."""

import json

import pytest

from kubelearn.frames import locality
from kubelearn.frames.html import lanes_html
from kubelearn.frames.locality import NOTHING
from kubelearn.frames.text import lanes_text
from kubelearn.sim.clock import SECOND
from kubelearn.world.load import Load
from tests.frames.mesh_loads import istio, lost_zone, mesh


def band(frame, lane, name):
    """A course as {moment: value}."""
    found = next(one for one in frame["lanes"] if one["key"] == lane)
    row = next(one for one in [*found["bands"], *found["lines"]] if one["key"] == name)
    return dict(map(tuple, row["points"]))


def table(frame):
    """Numbers by the head of the row and of the column."""
    heads = frame["table"]["heads"][1:]
    return {name: dict(zip(heads, cells, strict=True)) for name, *cells in frame["table"]["rows"]}


def test_the_numbers_are_those_of_the_load():
    """Answered in all zones and lost, with what came to no proxy, are all that were sent."""
    totals, frame = Load(lost_zone(), 1).totals(), locality(lost_zone())
    row = table(frame)["zone 2a"]
    answered = sum(int(row[f"answered in {zone}"]) for zone in ("2a", "2b", "2c"))
    assert answered == totals["ok"]
    rest = totals["sent"] - answered - int(row["lost"])
    assert f"{rest} more were sent to no pod" in frame["summary"]


def test_the_loss_of_the_zone_is_marked():
    """The machine, and that it was the last of its zone; then who was ejected."""
    marks = [one["text"] for one in locality(lost_zone(), "default/web")["marks"]]
    assert marks[:2] == ["worker-1 dies", "zone 2a is lost"]
    assert marks[2].startswith("client ejects web-")


def test_near_before_far_after():
    """Before the fault all stay; when the near hosts are ejected nothing does."""
    frame = locality(lost_zone(), "default/web")
    fault = frame["marks"][0]["time"]
    home, near = band(frame, "from 2a", "2a"), band(frame, "near", "went")
    assert min(value for time, value in home.items() if time < fault - SECOND) > 0
    late = [time for time, value in near.items() if time > fault + 5 * SECOND and value is not None]
    assert {near[time] for time in late} == {0.0}
    assert {home[time] for time in late} == {0.0}


def test_what_goes_near_follows_the_rule():
    """In each window about as many as 1.4 times the healthy share."""
    frame = locality(lost_zone())
    went, rule = (band(frame, "near", name) for name in ("went", "rule"))
    pairs = [(went[time], rule[time]) for time in went if went[time] is not None]
    assert max(abs(one - other) for one, other in pairs) < 20
    assert {100.0, 0.0} <= {other for _, other in pairs}


def test_endpoints_leave_later_than_requests():
    """The control plane needs its time to notice."""
    frame = locality(lost_zone())
    course = band(frame, "endpoints", "2a")
    gone = next(time for time, value in course.items() if value == 0)
    assert gone > frame["marks"][0]["time"] + 20 * SECOND


def test_failed_tries_are_told_by_their_zone():
    """Repeated ones too: they were at the dead hosts."""
    row = table(locality(lost_zone()))["tries that failed there"]
    assert int(row["answered in 2a"]) > 0
    assert row["answered in 2b"] == row["answered in 2c"] == "0"


def test_spill_over_priorities():
    """One of three near hosts is ejected: 1.4 × 2/3 = 93 % stay."""
    cluster = mesh().fork()
    near = {"nodeSelector": {"kubernetes.io/hostname": "worker-1"}}
    cluster.patch("deployment/web-v2", {"spec": {"template": {"spec": near}}})
    cluster.run("40s")
    policy = {
        "outlierDetection": {
            "interval": "1s",
            "baseEjectionTime": "300s",
            "maxEjectionPercent": 100,
            "consecutive5xxErrors": 1,
        }
    }
    istio(cluster, "DestinationRule", "web", host="web", trafficPolicy=policy)
    cluster.load("http://web/", rate=100, duration="30s", client="pod/client")
    cluster.run("31s")
    rule = band(locality(cluster), "near", "rule")
    assert list(rule.values())[5:25] == [93.0] * 20


def test_nothing_asked_nothing_drawn():
    """A sentence that says what to do."""
    assert locality(mesh().fork())["summary"] == NOTHING


def test_pictures_say_the_same():
    """The table as HTML and text, and the frame is plain data."""
    frame = locality(lost_zone())
    html, text = lanes_html(frame), lanes_text(frame)
    assert "answered in 2b" in html
    assert "tries that failed there" in text
    assert json.loads(json.dumps(frame)) == frame


def test_it_is_of_a_service():
    """A pod is in one zone only."""
    with pytest.raises(TypeError, match="Service"):
        lost_zone().show("locality", "pod/client")
