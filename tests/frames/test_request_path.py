"""The path of a request: what each hop could see, out and back, as frame, picture and text."""

import json
import re

import pytest

from kubelearn.frames import request_path
from kubelearn.frames.html import request_path_html
from kubelearn.frames.request_path import HIDDEN
from kubelearn.frames.text import request_path_text
from tests.cloud.aws.edge import edge, name_of
from tests.mesh.telemetry.watched import watched_mesh
from tests.network.edge.entry import edge as proxied
from tests.network.edge.entry import ingress, path
from tests.network.exposed import address, exposed


def through_nlb(path=""):
    """From the internet through a network load balancer, with a cookie."""
    cluster = edge()
    url = f"http://{name_of(cluster)}/{path}"
    return request_path(cluster, cluster.request(url, headers={"Cookie": "a=b"}))


def through_alb():
    """From the internet through an application load balancer, with a cookie."""
    cluster = edge()
    headers = {"Host": "shop.example.com", "Cookie": "a=b"}
    return request_path(
        cluster, cluster.request(f"http://{name_of(cluster, 'ingress/shop')}/", headers=headers)
    )


def inside(host="web"):
    """From a pod to a Service."""
    cluster = exposed()
    return request_path(cluster, cluster.request(f"http://{host}/", client="pod/client"))


def at_the_edge():
    """From a pod over TLS through ingress-nginx."""
    cluster = proxied("ingress-nginx")
    ingress(cluster, "all", path("shop"))
    service = cluster.object("service/ingress-nginx-controller", "ingress-nginx")
    call = cluster.request(
        "https://shop.example.com/cart?x=1", client="pod/client", insecure=True,
        resolve={"*:443": service["spec"]["clusterIP"]}, headers={"Cookie": "a=b"},
    )  # fmt: skip
    return request_path(cluster, call)


FRAMES = {"nlb": through_nlb, "alb": through_alb, "inside": inside, "edge": at_the_edge,
          "refused": lambda: inside("nobody"), "dropped": lambda: inside("web:81")}  # fmt: skip


@pytest.fixture(params=FRAMES)
def frame(request):
    """Each of the paths."""
    return FRAMES[request.param]()


def hops(frame, way="out"):
    """Hop and layer in order, without repetition."""
    found = [(hop["hop"], hop["layer"]) for hop in frame["hops"] if hop["way"] == way]
    return list(dict.fromkeys(found))


def seen(frame, hop):
    """What the first hop of a kind has seen."""
    return next(dict(map(tuple, one["sees"])) for one in frame["hops"] if one["hop"] == hop)


def test_hops_out_and_back():
    """The answer passes the same hops in turn, each once."""
    frame = through_nlb()
    assert hops(frame) == [("client", "client"), ("resolver", "name"), ("balancer", "L4"),
                           ("kube-proxy", "L4"), ("pod", "L7")]  # fmt: skip
    assert [hop for hop, _ in hops(frame, "back")] == ["kube-proxy", "balancer", "client"]


def test_layer_4_sees_the_flow_and_nothing_else():
    """The sender's address and the one that was asked for; the rest is named as hidden."""
    frame = through_nlb("cart?x=1")
    for hop in ("balancer", "kube-proxy"):
        assert set(seen(frame, hop)) == {"from", "to"}
    hidden = {hop["hop"]: hop["hidden"] for hop in frame["hops"] if hop["way"] == "out"}
    assert {name for name, text in hidden.items() if text == HIDDEN} == {"balancer", "kube-proxy"}


def test_a_handshake_shows_the_name_only():
    """The proxy at the edge reads the request when the connection stands, on its own port."""
    frame = at_the_edge()
    assert seen(frame, "tls") == {"name": "shop.example.com"}
    found = seen(frame, "edge")
    assert (found["host"], found["path"], found["header"]) == (
        "shop.example.com", "/cart?x=1", "Cookie: a=b",
    )  # fmt: skip
    assert found["to"].endswith(":443")
    assert ("tls", "name") in hops(frame)


def test_layer_7_sees_the_request():
    """Method, host, path and headers; what a balancer adds is seen behind it only."""
    frame = through_alb()
    found = seen(frame, "balancer")
    assert (found["method"], found["host"], found["path"]) == ("GET", "shop.example.com", "/")
    told = {hop["hop"]: json.dumps(hop["sees"]) for hop in frame["hops"] if hop["sees"]}
    assert ["X-Forwarded-For" in told[hop] for hop in ("client", "balancer", "pod")] == [
        False, False, True,
    ]  # fmt: skip
    assert all("Cookie: a=b" in told[hop] for hop in ("client", "balancer", "pod"))


def test_addresses_are_those_of_the_hops():
    """The pod sees the address that kube-proxy put in the client's place."""
    cluster = exposed()
    url = f"http://{address(cluster, 'worker-3')}:30080/"
    frame = request_path(cluster, cluster.request(url))
    assert seen(frame, "kube-proxy")["from"] == "203.0.113.10"
    assert seen(frame, "pod")["from"] == address(cluster, "worker-3")
    back = next(h for h in frame["hops"] if (h["hop"], h["way"]) == ("kube-proxy", "back"))
    assert address(cluster, "worker-3") in back["decided"]


def test_the_rules_of_the_packet_are_told():
    """The chains that it went through on the node."""
    chains = next(h["chains"] for h in inside()["hops"] if h["hop"] == "kube-proxy")
    assert [chain.rpartition("-")[0] for chain in chains[1:]] == ["KUBE-SVC", "KUBE-SEP"]
    assert chains[0] == "KUBE-SERVICES"


def test_what_is_dropped_never_comes_back():
    """Nobody answers but the client's own clock; a refusal does come back."""
    dropped, refused = FRAMES["dropped"](), FRAMES["refused"]()
    assert (dropped["arrived"], dropped["ok"]) == (False, False)
    assert [hop for hop, _ in hops(dropped, "back")] == ["client"]
    assert (refused["arrived"], refused["ok"]) == (True, False)


def test_hops_are_numbered_and_stations_are_theirs(frame):
    """From 1 on; each hop is at one of the stations."""
    assert [hop["number"] for hop in frame["hops"]] == [*range(1, len(frame["hops"]) + 1)]
    assert {hop["station"] for hop in frame["hops"]} == {one["key"] for one in frame["stations"]}
    assert json.loads(json.dumps(frame)) == frame


def test_the_picture_tells_every_hop(frame):
    """A card each, a stop for each station, and a cross where it ended badly."""
    html = request_path_html(frame)
    assert html.count("<li class=") == len(frame["hops"])
    assert html.count('<g transform="translate') == len(frame["stations"])
    assert ('class="kl-cross"' in html) is not frame["ok"]
    assert "<script" not in html


def test_nothing_moves_for_those_who_want_no_motion(frame):
    """All animations stand behind the question."""
    own = request_path_html(frame).partition('<div class="kl-path')[2]
    before, _, after = own.partition("@media(prefers-reduced-motion:no-preference)")
    assert "animation:" not in before
    assert "animation:" in after


def test_the_packet_visits_the_hops_in_order():
    """One rest for each, over the whole time."""
    frame = inside()
    steps = re.findall(r"([\d.]+)%,([\d.]+)%\{transform", request_path_html(frame))
    assert len(steps) == len(frame["hops"])
    times = [float(time) for pair in steps for time in pair]
    assert times == sorted(times)


def test_two_pictures_keep_their_own_motion():
    """Names of keyframes differ from request to request."""
    names = {re.search(r"@keyframes (\S+)-go", request_path_html(f()))[1] for f in FRAMES.values()}
    assert len(names) == len(FRAMES)


def test_the_text_tells_every_hop(frame):
    """With what was seen and decided."""
    text = request_path_text(frame)
    for hop in frame["hops"]:
        assert f"{hop['number']}. {hop['afterText']} {hop['hop']}" in text
        assert hop["decided"] in text


def corners_of(html):
    """The points of the only line that turns."""
    lines = [line.split("L") for line in re.findall(r'd="M([^"l]+)"', html)]
    (turning,) = [line for line in lines if len(line) == 3]
    return [tuple(float(number) for number in point.split()) for point in turning]


def test_calls_of_a_program_are_a_level_deeper():
    """What a pod asks for on its own stands below it."""
    cluster = exposed()
    caller = {"kubelearn.dev/calls": "http://web/"}
    cluster.apply({"apiVersion": "v1", "kind": "Pod",
                   "metadata": {"name": "front", "annotations": caller},
                   "spec": {"containers": [{"name": "a", "image": "example.com/front",
                                            "ports": [{"containerPort": 80}]}]}})  # fmt: skip
    cluster.run("30s")
    ip = cluster.object("pod/front")["status"]["podIP"]
    frame = request_path(cluster, cluster.request(f"http://{ip}/", client="pod/client"))
    assert {hop["level"] for hop in frame["hops"]} == {0, 1}
    html = request_path_html(frame)
    assert "› kube-proxy" in html
    # The way back goes up and then along the upper line, past the names between.
    (x, y), (turn_x, turn_y), (_, end_y) = corners_of(html)
    assert (turn_x, turn_y) == (x, end_y)
    assert turn_y < y
    assert f"transform:translate({turn_x}px,{turn_y:g}px)" in html


def test_in_a_mesh_the_answer_leaves_the_far_proxy_first():
    """The near proxy tells in the trace that it passes the answer on, and keeps its place."""
    cluster = watched_mesh()
    frame = request_path(cluster, cluster.request("http://back/", client="pod/client"))
    assert [hop for hop, _ in hops(frame, "back")] == ["inbound", "outbound", "client"]


def test_without_a_request_it_says_how():
    """As every view does that needs something."""
    assert 'cluster.request("http://web/")' in request_path_text(request_path(exposed()))
