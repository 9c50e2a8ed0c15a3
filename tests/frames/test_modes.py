"""Sidecars and ambient mode side by side."""

from kubelearn.frames import modes
from kubelearn.frames.html import modes_html
from kubelearn.frames.text import modes_text
from tests.mesh.telemetry.watched import watched_mesh


def by_name(cluster):
    """The rows of the frame."""
    return {row["name"]: row for row in modes(cluster)["modes"]}


def test_ambient_reads_requests_at_a_waypoint_only():
    """Sidecars read them at both ends, ztunnels never."""
    found = {name: row["l7"] for name, row in by_name(watched_mesh()).items()}
    assert found == {"no mesh": 0, "sidecars": 2, "ambient": 0, "ambient with a waypoint": 1}


def test_proxies_are_counted_for_this_cluster():
    """A sidecar for each pod of one's own, a ztunnel for each node."""
    rows = by_name(watched_mesh())
    assert rows["no mesh"]["proxies"] == "no proxy"
    assert rows["sidecars"]["proxies"].startswith("6 sidecars")
    assert rows["ambient"]["proxies"].startswith("4 ztunnels")
    assert rows["ambient with a waypoint"]["proxies"].startswith("4 ztunnels and 1 waypoint:")


def test_between_two_stations_lies_one_wire():
    """And a request ends at the server."""
    for row in by_name(watched_mesh()).values():
        assert len(row["wires"]) == len(row["hops"]) - 1
        assert (row["hops"][0]["name"], row["hops"][-1]["name"]) == ("client", "server")


def test_pictures_say_the_same():
    """A line for each way, and the numbers as a table."""
    frame = modes(watched_mesh())
    html, text = modes_html(frame), modes_text(frame)
    assert html.count("<svg") == 4
    assert html.count("<tr>") == 5
    assert "—[HBONE (mTLS), 15008]→ waypoint (a pod of its own, L7)" in text
    assert "sidecars: 2 L7 proxies; ambient: 2 L4 proxies;" in frame["summary"]


def test_stations_stand_in_their_pods_and_nodes():
    """A sidecar in its program's pod; a ztunnel beside all pods of its node."""
    rows = by_name(watched_mesh())
    ends = {name: [(one["name"], one["first"], one["last"]) for one in row["pods"]]
            for name, row in rows.items()}  # fmt: skip
    assert ends["sidecars"] == [("client's pod", 0, 1), ("server's pod", 2, 3)]
    assert ends["ambient"] == [("client's pod", 0, 0), ("server's pod", 3, 3)]
    nodes = [one["name"] for one in rows["ambient with a waypoint"]["nodes"]]
    assert nodes == ["client's node", "any node", "server's node"]
