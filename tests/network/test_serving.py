"""The pod's part of a request: work, calls to others, and what happens when it goes."""

import pytest

from kubelearn.network.verdict import NO_ANSWER, NO_ROUTE, RESET
from kubelearn.sim.clock import MILLISECOND
from tests.network.small import shop

BACK = "http://back:9080/"


@pytest.fixture
def cluster():
    """Where web (20 ms) calls back (10 ms)."""
    return shop()


def send(cluster, url, timeout=None):
    """Start a call of the client; returns its number."""
    options = {} if timeout is None else {"timeout": timeout}
    return cluster.parts["requests"].send(url, client="pod/client", **options)


def ended(cluster, number):
    """The call when it has ended."""
    cluster.run("20s")
    return cluster.parts["requests"].take(number)


def slow_back(cluster, **annotations):
    """Let back take five seconds."""
    cluster.delete("pod/back", grace=0)
    cluster.run("1s")
    said = {"kubelearn.dev/service-time": "fixed 5s", **annotations}
    metadata = {"name": "back", "labels": {"app": "back"}, "annotations": said}
    container = {"name": "b", "image": "example.com/b", "ports": [{"containerPort": 9080}]}
    spec = {"nodeName": "worker-2", "containers": [container]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    cluster.run("30s")


def test_the_body_tells_who_answered(cluster):
    """And what it was asked."""
    assert cluster.request(BACK, client="pod/client").body == "back answers GET /\n"


def test_a_call_to_another_service_is_part_of_the_trace(cluster):
    """One level deeper, between the work and the answer."""
    call = cluster.request("http://web/", client="pod/client")
    assert (call.status, max(step.level for step in call.trace)) == (200, 1)
    assert call.latency > 0.030
    assert "asks http://back:9080/x" in str(call)


def test_a_program_fails_when_the_one_that_it_asks_gives_no_answer(cluster):
    """With 503, and the reason one level deeper."""
    cluster.delete("service/back")
    cluster.run("2s")
    call = cluster.request("http://web/", client="pod/client")
    assert call.status == 503
    assert "no such host: back" in str(call)


def test_time_that_is_left_is_passed_on(cluster):
    """Nobody works for a client that has given up."""
    slow_back(cluster)
    number = send(cluster, "http://web/", timeout=1000 * MILLISECOND)
    cluster.run("1s")
    call = cluster.parts["requests"].take(number)
    assert (call.error, call.latency) == (NO_ANSWER, 1.0)
    assert not cluster.parts["requests"].calls


def test_a_program_that_crashes_resets_the_connection(cluster):
    """Although it runs again when the answer was due."""
    slow_back(cluster)
    number = send(cluster, BACK)
    cluster.run("1s")
    cluster.fail.pod("back")
    assert ended(cluster, number).error == RESET


def test_a_pod_that_is_killed_resets_the_connection(cluster):
    """Its grace period is over before the answer is due."""
    slow_back(cluster)
    number = send(cluster, BACK)
    cluster.delete("pod/back", grace=1)
    assert ended(cluster, number).error == RESET


def test_a_pod_that_drains_answers(cluster):
    """It finishes its work before it stops."""
    slow_back(cluster, **{"kubelearn.dev/stop-time": "8s"})
    number = send(cluster, BACK)
    cluster.run("1s")
    cluster.delete("pod/back")
    assert ended(cluster, number).status == 200


def test_a_machine_that_dies_leaves_the_client_waiting(cluster):
    """Nobody is there to reset anything."""
    slow_back(cluster)
    number = send(cluster, BACK)
    cluster.run("1s")
    cluster.fail.node("worker-2")
    call = ended(cluster, number)
    assert (call.error, call.latency) == (NO_ANSWER, 10.0)


def test_an_answer_does_not_pass_a_cut_link(cluster):
    """The request did."""
    slow_back(cluster)
    number = send(cluster, BACK)
    cluster.run("1s")
    cluster.fail.link("worker-2", "worker-3")
    assert ended(cluster, number).error == NO_ANSWER


def test_a_client_that_dies_gets_nothing(cluster):
    """Its pod was deleted while it waited."""
    slow_back(cluster)
    number = send(cluster, BACK)
    cluster.delete("pod/client", grace=0)
    call = ended(cluster, number)
    assert (call.status, call.error) == (0, "pod/client itself is gone")


def test_a_pod_that_is_gone_on_arrival(cluster):
    """Its address has no owner any more."""
    address = cluster.object("pod/back")["status"]["podIP"]
    cluster.delete("pod/back", grace=0)
    cluster.run("5s")
    call = cluster.request(f"http://{address}:9080/", client="pod/client")
    assert (call.error, call.latency) == (NO_ROUTE, 3.0)


def test_an_address_that_cannot_be_asked_for_is_told(cluster):
    """A tcp address needs a port; the program answers 503."""
    slow_back(
        cluster, **{"kubelearn.dev/calls": "tcp://redis", "kubelearn.dev/service-time": "fixed 1ms"}
    )
    call = cluster.request(BACK, client="pod/client")
    assert call.status == 503
    assert "write tcp://redis:PORT" in str(call)


def test_a_service_that_calls_itself_ends_at_the_deadline(cluster):
    """With as many calls as fit."""
    slow_back(cluster, **{"kubelearn.dev/calls": BACK, "kubelearn.dev/service-time": "fixed 900ms"})
    call = cluster.request(BACK, client="pod/client")
    assert (call.error, call.latency) == (NO_ANSWER, 10.0)
    assert not cluster.parts["requests"].calls


def asker(cluster, calls):
    """A pod that asks others so for each request, and passes on one header."""
    said = {"kubelearn.dev/calls": calls, "kubelearn.dev/forwards": "x-request-id"}
    metadata = {"name": "asker", "annotations": said}
    container = {"name": "a", "image": "example.com/a", "ports": [{"containerPort": 80}]}
    spec = {"nodeName": "worker-1", "containers": [container]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    cluster.run("30s")
    address = cluster.object("pod/asker")["status"]["podIP"]
    headers = {"X-Request-Id": "7", "x-other": "8"}
    return cluster.request(f"http://{address}:80/", client="pod/client", headers=headers)


def test_what_is_optional_may_fail(cluster):
    """The program answers without it, and says so."""
    call = asker(cluster, "http://nosuch:1 optional,http://back:9080")
    assert call.status == 200
    assert "without nosuch, which failed" in call.body
    assert [step.decision for step in call.trace if step.hop == "pod" and not step.level][-1] == (
        "answers 200, without nosuch"
    )


def test_patience_and_tries_of_a_call(cluster):
    """Twice half a second for an answer that takes five."""
    slow_back(cluster)
    call = asker(cluster, "http://back:9080 timeout=500ms tries=2 optional")
    assert call.status == 200
    assert call.latency == pytest.approx(1.0, abs=0.05)
    assert sum("asks http://back:9080" in step.decision for step in call.trace) == 2


def test_headers_that_a_program_passes_on(cluster):
    """Those that it knows of, whatever their case; no others."""
    requests = cluster.parts["requests"]
    seen = []
    send, requests.send = requests.send, lambda *a, **k: seen.append(k["headers"]) or send(*a, **k)
    try:
        asker(cluster, "http://back:9080")
    finally:
        del requests.send
    assert seen[-1] == {"X-Request-Id": "7"}
