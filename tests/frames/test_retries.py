"""Retry storms: tries that multiply from hop to hop, alone and beside another set-up."""

import json
import re

import pytest

import kubelearn as kl
from kubelearn.frames import compared_retries, retries
from kubelearn.frames.html import lanes_html, lanes_side_by_side_html
from kubelearn.frames.retries import NOTHING
from kubelearn.frames.text import lanes_text
from tests.frames.mesh_loads import istio, mesh, storm


def table(frame):
    """Cells by hop."""
    return {name: cells for name, *cells in frame["table"]["rows"]}


@pytest.mark.parametrize("attempts", [0, 2])
def test_each_hop_multiplies(attempts):
    """Three tries at the first hop are nine at the second."""
    sent = storm(attempts).parts["loads"].sent(1)
    found, times = table(retries(storm(attempts))), attempts + 1
    assert found["client → front"][:3] == [f"{sent}", f"{sent * times}", f"{times:.1f}"]
    assert found["front → sick"][:3] == [
        f"{sent * times}", f"{sent * times**2}", f"{times**2:.1f}",
    ]  # fmt: skip


def test_factors_are_of_the_request_that_caused_them():
    """In every window in which visitors have asked, whenever its last try was."""
    lane = next(one for one in retries(storm(2))["lanes"] if one["key"] == "factor")
    seen = {line["label"]: {value for _, value in line["points"]} for line in lane["lines"]}
    assert seen == {"client → front": {3.0, None}, "front → sick": {9.0, None}}


def test_programs_have_had_that_much_work():
    """Counted by another way: what the pods of `sick` have answered."""
    tally = storm(2).metrics("istio_requests_total", by=["destination_app"], reporter="destination")
    done = dict(zip(tally["destination_app"], tally.iloc[:, -1], strict=True))
    assert f"{done['sick']}" == table(retries(storm(2)))["front → sick"][1]


def test_a_limit_stops_the_storm():
    """What was not repeated for it is counted, and the limit is told."""
    cluster = mesh().fork()
    pool = {"connectionPool": {"http": {"maxRetries": 1}}}
    istio(cluster, "DestinationRule", "sick", host="sick", trafficPolicy=pool)
    istio(cluster, "VirtualService", "sick", hosts=["sick"], http=[
        {"retries": {"attempts": 2, "retryOn": "5xx"},
         "route": [{"destination": {"host": "sick"}}]}])  # fmt: skip
    cluster.load("http://sick/", rate=50, duration="5s", client="pod/client")
    cluster.run("10s")
    row = table(retries(cluster))["client → sick"]
    assert row[5] == "1"
    assert int(row[6]) > 0
    assert 1 < float(row[2]) < 3


def test_two_set_ups_share_axis_and_scale():
    """So that bars can be compared; names are the learner's."""
    frame = compared_retries(storm(0), storm(2))
    one, other = frame["sides"]
    assert (one["start"], one["end"]) == (other["start"], other["end"])
    assert [lane["top"] for lane in one["lanes"]] == [lane["top"] for lane in other["lanes"]]
    picture = kl.compare(storm(0), storm(2), ("once", "three times"), "retries")
    told = "For each request: once 1.0 tries at front; three times 9.0 tries at sick."
    assert told in repr(picture)


def test_patterns_of_two_pictures_are_their_own():
    """Each id once, and each fill names one that is there."""
    html = lanes_side_by_side_html(compared_retries(storm(2), storm(2)), ("one", "two"))
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(set(ids)) == len(ids) > 0
    assert set(re.findall(r'fill="url\(#([^)]+)\)"', html)) <= set(ids)


def test_nothing_sent_nothing_drawn():
    """A sentence that says what to do."""
    assert retries(mesh().fork())["summary"] == NOTHING


def test_pictures_say_the_same():
    """The words as HTML and text, and the frame is plain data."""
    frame = retries(storm(2))
    assert "9.0 for each" in frame["summary"]
    assert frame["table"]["note"] in lanes_text(frame)
    assert "front → sick" in lanes_html(frame)
    assert json.loads(json.dumps(frame)) == frame
