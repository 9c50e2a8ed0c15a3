"""Views over time, on real clusters: a rollout, an autoscaler, the capacity of the cluster."""

import json
import re

import pytest

from kubelearn.cluster import Cluster
from kubelearn.frames import autoscaling, cluster_capacity, rollout
from kubelearn.frames.html import lanes_html
from kubelearn.frames.lanes import Course, at, lane, mark, merged, over_time, series
from kubelearn.frames.text import lanes_text
from kubelearn.sim.clock import HOUR, SECOND
from kubelearn.world.load import Load
from tests.frames.scaled import grown, rolled

FRAMES = {
    "rollout": lambda: rollout(rolled(), "default/shop"),
    "autoscaling": lambda: autoscaling(grown(), "default/shop"),
    "capacity": lambda: cluster_capacity(grown()),
}


@pytest.fixture(params=FRAMES)
def frame(request):
    """Each of the frames."""
    return FRAMES[request.param]()


def courses(frame, number):
    """The bands and lines of a lane by their keys."""
    found = frame["lanes"][number]
    return {row["key"]: row["points"] for row in [*found["bands"], *found["lines"]]}


def value(points, seconds):
    """The value of a course at a moment."""
    return at(points, [point[0] for point in points], round(seconds * SECOND))


def lanes_of(frame):
    """The keys of the lanes."""
    return [each["key"] for each in frame["lanes"]]


# The shape


def test_a_course_notes_changes_only():
    """The same value again is no point; two values of one moment are one."""
    course = Course()
    for time, number in ((5, 1), (6, 1), (7, 2), (7, 3)):
        course.set(time, number)
    assert course.points[1:] == [[5, 1], [7, 3]]


def test_lanes_are_clipped_to_the_frame():
    """What held at the beginning, what changed inside, what holds at the end."""
    lines = [series("a", "a", "ink solid", [[0, 1], [4, 2], [9, 3]])]
    frame = over_time("x", 5, 8, [lane("l", "l", "", lines=lines)], [], "")
    assert frame["lanes"][0]["lines"][0]["points"] == [[5, 2], [8, 2]]


def test_the_axis_ends_at_a_round_number_above_all():
    """Of the sums of the bands and of the lines."""
    bands = [series(str(n), "", "ink ready", [[0, 6]]) for n in range(2)]
    frame = over_time("x", 0, 9, [lane("l", "l", "", bands)], [], "")
    assert frame["lanes"][0]["top"] == 12
    lines = [series("a", "a", "ink solid", [[0, 1001]])]
    assert (
        over_time("x", 0, 9, [lane("l", "l", "", lines=lines)], [], "")["lanes"][0]["top"] == 1200
    )


def test_the_same_words_are_marked_once():
    """Unless a minute has passed."""
    told = merged(mark(time * SECOND, "again") for time in (0, 30, 60, 180))
    assert [one["time"] // SECOND for one in told] == [0, 180]


def test_points_are_in_order_and_inside(frame):
    """Every course begins at the start and ends at the end."""
    for each in frame["lanes"]:
        for row in [*each["bands"], *each["lines"]]:
            times = [point[0] for point in row["points"]]
            assert times == sorted(times)
            assert (times[0], times[-1]) == (frame["start"], frame["end"])


def test_nothing_is_above_the_axis(frame):
    """Stacked bands and lines fit in."""
    for each in frame["lanes"]:
        stacks = zip(*([p[1] for p in band["points"]] for band in each["bands"]), strict=True)
        assert all(sum(stack) <= each["top"] for stack in stacks)
        lines = [p[1] for line in each["lines"] for p in line["points"] if p[1] is not None]
        assert all(number <= each["top"] for number in lines)


def test_frames_are_data(frame):
    """They survive JSON, and a fork gives the same."""
    assert json.loads(json.dumps(frame)) == frame


def test_equal_worlds_give_equal_frames():
    """Also after a fork."""
    assert rollout(rolled().fork(), "default/shop") == FRAMES["rollout"]()
    assert autoscaling(grown().fork(), "default/shop") == FRAMES["autoscaling"]()


# Rollout


def test_pods_of_a_rollout_are_those_of_the_api():
    """At the end: four of the second release, no other."""
    points = courses(FRAMES["rollout"](), 0)
    last = {key.split()[-1]: rows[-1][1] for key, rows in points.items() if rows[-1][1]}
    assert last == {"ready": 4, "least": 3, "wanted": 4, "most": 5}


def test_the_budget_is_kept():
    """Never fewer ready than there must be once they were, never more than may exist."""
    points = courses(FRAMES["rollout"](), 0)
    bands = {key: rows for key, rows in points.items() if " " in key}
    for moment in range(20, 180):
        ready = sum(value(rows, moment) for key, rows in bands.items() if key.endswith("ready"))
        starting = sum(value(rows, moment) for k, rows in bands.items() if k.endswith("starting"))
        assert ready >= value(points["least"], moment)
        assert ready + starting <= value(points["most"], moment)


def test_a_bad_release_is_marked():
    """New templates, the deadline, the way back."""
    told = [one["text"] for one in FRAMES["rollout"]()["marks"]]
    assert "new template: nginx:1.27" in told
    assert told.index("new template: nginx:1.27") < told.index("ProgressDeadlineExceeded")
    assert told.count("new template: nginx:1.28") == 2


def test_the_old_template_comes_back_with_a_new_number():
    """Revision 2 is called 4 after the undo."""
    rows = FRAMES["rollout"]()["revisions"]
    assert [(row["first"], row["revision"]) for row in rows] == [(1, 1), (2, 4), (3, 3)]


def test_lost_requests_stand_below_the_rollout():
    """As many as the load counts."""
    frame = FRAMES["rollout"]()
    assert lanes_of(frame) == ["pods", "load", "failed", "p95"]
    lost = int(re.search(r"(\d+) failed", frame["summary"])[1])
    totals = Load(rolled(), 1).totals()
    assert lost == totals["sent"] - totals["ok"] - totals["in flight"] > 0


def test_without_a_name_it_is_the_newest_rollout():
    """Of the learner's own."""
    assert rollout(rolled())["subject"] == "default/shop"
    assert rollout(Cluster(nodes=1), "default/nobody")["lanes"] == []


def test_the_past_has_its_own_picture():
    """Nothing of what came later is in it."""
    past = rollout(rolled().at("90s"), "default/shop")
    assert past["end"] == 90 * SECOND
    assert "ProgressDeadlineExceeded" not in [one["text"] for one in past["marks"]]
    assert past["summary"].startswith("Deployment shop at 1m30s")


# Autoscaler


def test_lanes_of_an_autoscaler():
    """Load, failures, p95, the metric, sizes."""
    assert lanes_of(FRAMES["autoscaling"]()) == ["load", "p95", "metric 0", "replicas"]


def test_sizes_are_those_of_the_status():
    """Desired as the autoscaler wrote it, at each moment of its log."""
    points = courses(FRAMES["autoscaling"](), 3)
    cluster = grown()
    for second in (60, 240, 300, 540):
        status = cluster.at(f"{second}s").object("hpa/shop")["status"]
        assert value(points["desired"], second) == status["desiredReplicas"]


def test_replica_hours_are_the_area_under_the_pods():
    """Two pods for 9 minutes are 0.3 hours."""
    cluster = Cluster(nodes=1, seed=7)
    from tests.frames.scaled import SCALER, SHOP

    cluster.apply(SHOP)
    cluster.apply(SCALER)
    cluster.run("9m")
    measured = autoscaling(cluster)["measures"]["replicaHours"]
    assert measured == pytest.approx(2 * 540 * SECOND / HOUR, rel=0.01)


def test_the_window_says_what_holds_the_size():
    """The metrics ask for less, the window remembers more."""
    window = FRAMES["autoscaling"]()["window"]
    assert window["seconds"] == 300
    assert window["highest"] > window["last"]
    assert "the window of 300 s remembers" in FRAMES["autoscaling"]()["summary"]


def test_p95_is_the_one_of_the_report():
    """Window by window, as `Load.report` has it."""
    from kubelearn.world.load import Load

    cluster = grown()
    points = courses(FRAMES["autoscaling"](), 1)["p95"]
    report = Load(cluster, 1).report("10s")
    told = dict(zip(report["time"], report["p95"], strict=True))
    for moment in (70.0, 100.0, 400.0):
        assert value(points, moment) == pytest.approx(told[moment], abs=0.06)


# Capacity


def test_capacity_counts_workers_and_requests():
    """What pods wait for comes with the next node."""
    frame = FRAMES["capacity"]()
    nodes, cpu = courses(frame, 0), courses(frame, 1)
    assert (nodes["ready"][0][1], nodes["ready"][-1][1]) == (1, 2)
    assert max(point[1] for point in cpu["waiting"]) >= 1
    assert cpu["given"][-1][1] == 8


def test_requests_never_exceed_what_ready_workers_have():
    """The scheduler sees to it."""
    cpu = courses(FRAMES["capacity"](), 1)
    for moment in range(0, 540, 5):
        assert value(cpu["placed"], moment) <= value(cpu["given"], moment)


def test_orders_and_nodes_are_marked():
    """Ordered, there, Ready."""
    told = " ".join(one["text"] for one in FRAMES["capacity"]()["marks"])
    assert re.search(r"TriggeredScaleUp: workers 0->1.* added: workers-.* Ready: workers-", told)


# Pictures


def test_pictures_carry_their_words(frame):
    """The summary, all labels and all marks stand in the HTML and in the text; no script."""
    html, text = lanes_html(frame), lanes_text(frame)
    assert "<script" not in html
    assert text.startswith(frame["summary"])
    for one in [*frame["marks"], *frame["lanes"]]:
        words = one.get("label", one.get("text"))
        assert words in text
        assert words.replace(">", "&gt;") in html


def test_an_empty_cluster_can_be_drawn():
    """No workload, no autoscaler, no worker."""
    cluster = Cluster(nodes=0, zones=1)
    for make in (rollout, autoscaling, cluster_capacity):
        assert lanes_html(make(cluster))
        assert lanes_text(make(cluster))


def test_names_are_escaped():
    """Whatever stands in a label is text."""
    frame = over_time("x", 0, 9, [lane("l", "<b>", "", lines=[
        series("a", "<i>", "ink solid", [[0, 1]])])], [mark(1, "<u>")], "<s>")  # fmt: skip
    assert not re.search("<[bius]>", lanes_html(frame).replace("<b>1</b>", ""))
