"""Canary shares beside the weights that were asked for, from what proxies have drawn."""

import json

import pytest

from kubelearn.frames import canary
from kubelearn.frames.canary import NOTHING
from kubelearn.frames.html import lanes_html
from kubelearn.frames.text import lanes_text
from kubelearn.world.load import Load
from tests.frames.mesh_loads import canary_run, istio, mesh, shares
from tests.network.edge.entry import ask, edge, ingress, path
from tests.network.edge.test_gateway_fabric import HTTP, gateway, route, send


def told(frame):
    """The rows of the table for each time of other weights: version → its cells."""
    found = {}
    for since, version, *cells in frame["table"]["rows"]:
        found.setdefault(since, {})[version] = cells
    return list(found.values())


def line(frame, key, name):
    """The values of a band or line of a lane."""
    lane = next(one for one in frame["lanes"] if one["key"] == key)
    row = next(one for one in [*lane["bands"], *lane["lines"]] if one["key"] == name)
    return [value for _, value in row["points"]]


def test_every_request_of_the_load_is_counted():
    """Answered and failed, whoever was drawn."""
    totals, found = Load(canary_run(), 1).totals(), told(canary(canary_run()))
    cells = [row for times in found for row in times.values()]
    assert sum(int(row[2].replace(",", "")) for row in cells) == totals["sent"]
    assert sum(int(row[3]) for row in cells) == totals["500"]


def test_weights_are_those_of_their_time():
    """First none, then 90 to 10, then all for version 1."""
    found = told(canary(canary_run()))
    assert [(row["v1"][0], row["v2"][0]) for row in found] == [
        ("–", "–"), ("90 %", "10 %"), ("100 %", "0 %"),
    ]  # fmt: skip
    assert found[2]["v2"][1:3] == ["0 %", "0"]


def test_shares_are_drawn_beside_what_was_asked_for():
    """In each window answered and failed of all versions make a hundred."""
    frame = canary(canary_run())
    bands = [line(frame, one, band) for one in ("v1", "v2") for band in ("answered", "failed")]
    sums = [sum(each) for each in zip(*bands, strict=True)]
    assert {round(one, 1) for one in sums} == {100.0, 0.0}
    assert {10.0, 0.0} <= set(line(frame, "v2", "asked"))


def test_errors_are_of_their_version():
    """Version 1 has none, of version 2 about four in ten fail."""
    frame = canary(canary_run())
    assert set(line(frame, "errors", "v1")) == {0.0, None}
    assert 25 < max(each for each in line(frame, "errors", "v2") if each is not None) < 65
    assert "% of those to v2" in frame["summary"]


def test_changes_of_the_rule_are_marked():
    """Where the shares change, a mark says why."""
    marks = [one["text"] for one in canary(canary_run())["marks"]]
    assert marks == ["virtualservice/web created", "virtualservice/web changed"]


def test_nothing_asked_nothing_drawn():
    """A sentence that says what to do; also through `show`."""
    assert canary(mesh().fork())["summary"] == NOTHING
    assert mesh().fork().show("canary", "service/web").frame["lanes"] == []


def test_a_subset_that_nobody_defined_fails_by_its_name():
    """The version that a rule names gets the blame, though no pod was asked."""
    cluster = mesh().fork()
    shares(cluster, v1=0, v3=100)
    cluster.load("http://web/", rate=20, duration="5s", client="pod/client")
    cluster.run("6s")
    assert told(canary(cluster))[-1]["v3"][-1] == "100 %"


def test_a_rule_by_header_counts_as_all():
    """Who is chosen by name gets that version for certain."""
    cluster = canary_run().fork()
    rules = [{"match": [{"headers": {"end-user": {"exact": "jason"}}}],
              "route": [{"destination": {"host": "web", "subset": "v2"}}]},
             {"route": [{"destination": {"host": "web", "subset": "v1"}}]}]  # fmt: skip
    istio(cluster, "VirtualService", "web", hosts=["web"], http=rules)
    start = cluster.clock.now
    for headers in ({}, {"end-user": "jason"}, {}):
        cluster.request("http://web/", client="pod/client", headers=headers)
        cluster.run("1s")
    found = told(canary(cluster, start=start))
    assert [(row["v1"][0], row["v2"][0]) for row in found] == [("100 %", "0 %"), ("0 %", "100 %")]


def test_unsent_requests_are_told():
    """What an injected fault has answered was sent to no version."""
    cluster = canary_run().fork()
    abort = {"abort": {"httpStatus": 503, "percentage": {"value": 50}}}
    istio(cluster, "VirtualService", "web", hosts=["web"], http=[
        {"fault": abort, "route": [{"destination": {"host": "web", "subset": "v1"}}]}])  # fmt: skip
    load = cluster.load("http://web/", rate=20, duration="10s", client="pod/client")
    cluster.run("11s")
    lost = load.totals()["503"]
    assert f"{lost} more were sent to no pod ({lost} 503)" in canary(cluster)["summary"]


def test_backends_of_a_gateway_are_versions():
    """Of an HTTPRoute, by the names of their Services; asked for a backend, too."""
    cluster = edge("gateway-api")
    gateway(cluster, HTTP)
    backends = [{"name": "shop", "port": 80, "weight": 3}, {"name": "cart", "port": 80}]
    route(cluster, {"backendRefs": backends})
    cluster.run("20s")
    for _ in range(40):
        send(cluster, "http://shop.example.com/")
    frame = canary(cluster)
    (found,) = told(frame)
    assert {name: row[0] for name, row in found.items()} == {"cart": "25 %", "shop": "75 %"}
    assert sum(int(row[2]) for row in found.values()) == 40
    assert canary(cluster, "default/cart")["summary"] == frame["summary"]


def test_a_canary_of_ingress_nginx_is_a_version():
    """Its weight is what was asked for; a request that asks for it by header has no share."""
    cluster = edge("ingress-nginx")
    ingress(cluster, "shop", path("shop"))
    ingress(cluster, "new", path("cart"), canary="true", canary_weight="30",
            canary_by_header="x-new")  # fmt: skip
    for _ in range(40):
        ask(cluster, "http://")
    (found,) = told(canary(cluster))
    assert {name: row[0] for name, row in found.items()} == {"cart": "30 %", "shop": "70 %"}
    assert sum(int(row[2]) for row in found.values()) == 40
    sure = cluster.fork()
    call = ask(sure, "http://", headers={"x-new": "always"})
    assert call.status == 200
    newest = list(sure.parts["tries"].noted)[-1]
    assert (newest.cluster.split("/")[1], newest.shares) == ("cart", ())


def test_subsets_of_a_tcp_route_are_versions():
    """Connections that no proxy reads are divided by weights too."""
    cluster = mesh().fork()
    subsets = [{"name": name, "labels": {"version": name}} for name in ("v1", "v2")]
    istio(cluster, "DestinationRule", "web", host="web", subsets=subsets)
    route = [{"destination": {"host": "web", "subset": name}, "weight": weight}
             for name, weight in (("v1", 60), ("v2", 40))]  # fmt: skip
    port = cluster.object("service/web")["spec"]["ports"][0]
    tcp = {**port, "name": "tcp-web", "appProtocol": "tcp"}
    cluster.patch("service/web", {"spec": {"ports": [tcp]}}, style="merge")
    istio(cluster, "VirtualService", "web", hosts=["web"], tcp=[{"route": route}])
    cluster.load(f"tcp://web:{port['port']}/", rate=20, duration="10s", client="pod/client")
    cluster.run("11s")
    (found,) = told(canary(cluster))
    assert {name: row[0] for name, row in found.items()} == {"v1": "60 %", "v2": "40 %"}


@pytest.mark.parametrize("seconds", [120, 140])
def test_the_past_is_drawn_as_it_was(seconds):
    """As in a run that ended there."""
    past = canary(canary_run().at(f"{seconds}s"))
    assert past == canary(canary_run().fork().rewind(f"{seconds}s"))


def test_pictures_say_the_same():
    """The table as HTML and as text, and the frame is plain data."""
    frame = canary(canary_run())
    html, text = lanes_html(frame), lanes_text(frame)
    for row in frame["table"]["rows"]:
        assert row[1] in text
        assert f'<th scope="row">{row[0]}</th>' in html
    assert frame["table"]["note"] in text
    assert json.loads(json.dumps(frame)) == frame
