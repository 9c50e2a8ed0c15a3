"""Time stamps at the edge: which move, which stay, and that they come back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.times import timestamp
from kubelearn.cluster import Cluster
from kubelearn.server.http import Server, server
from kubelearn.server.http.stamps import arriving, difference, moved, positions
from kubelearn.sim.clock import SECOND

HOUR = 3600 * SECOND
OLD, NEW = "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"


def pod(stamp, note=OLD):
    """A pod with times in several places, and an annotation that looks like one."""
    state = {"name": "c", "state": {"running": {"startedAt": stamp}}}
    condition = {"type": "Ready", "status": "True", "lastTransitionTime": stamp}
    metadata = {"name": "p", "creationTimestamp": stamp, "annotations": {"at": note}}
    metadata["managedFields"] = [{"manager": "m", "time": stamp}]
    status = {"startTime": stamp, "containerStatuses": [state], "conditions": [condition]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "status": status}


def test_all_times_of_an_object_move():
    """And annotations stay: they are the client's own."""
    assert moved(pod(OLD), HOUR) == pod(NEW)


def test_the_object_itself_stays():
    """It is the one in the store."""
    stored = pod(OLD)
    moved(stored, HOUR)
    assert stored == pod(OLD)


def test_lists_tables_and_events():
    """Wherever an object stands."""
    whole = {"apiVersion": "v1", "kind": "PodList", "items": [pod(OLD)]}
    assert moved(whole, HOUR)["items"] == [pod(NEW)]
    table = {"kind": "Table", "rows": [{"cells": ["p", OLD], "object": pod(OLD)}]}
    assert moved(table, HOUR)["rows"] == [{"cells": ["p", OLD], "object": pod(NEW)}]
    event = {"type": "ADDED", "object": pod(OLD)}
    assert moved(event, HOUR) == {"type": "ADDED", "object": pod(NEW)}


def test_micro_times_keep_their_six_digits():
    """Leases and Events have them."""
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "spec": {
        "renewTime": "2026-01-01T00:00:00.250000Z"}}  # fmt: skip
    assert moved(lease, HOUR)["spec"]["renewTime"] == "2026-01-01T01:00:00.250000Z"


def test_custom_objects():
    """Metadata and conditions; nothing is known of the rest."""
    given = {"apiVersion": "example.com/v1", "kind": "Gizmo", "spec": {"at": OLD},
             "metadata": {"creationTimestamp": OLD}}  # fmt: skip
    found = moved(given, HOUR)
    assert (found["metadata"]["creationTimestamp"], found["spec"]["at"]) == (NEW, OLD)


@pytest.mark.parametrize("body", ["ok", None, [1], {"paths": {}}, {"kind": 5}, {"kind": "Status"}])
def test_what_is_no_object_stays(body):
    """Texts, documents and refusals."""
    assert moved(body, HOUR) == body


@pytest.mark.parametrize("text", ["yesterday", "9999-12-31T23:59:59Z", "", None, 5])
def test_what_is_no_time_stays(text):
    """The API server has its own words for it."""
    given = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"creationTimestamp": text}}
    assert moved(given, HOUR) == given


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**9))
def test_there_and_back(by, seconds):
    """What a client read and sends again is what was stored."""
    stored = pod(timestamp(seconds * SECOND), note="none")
    sent = json.dumps(moved(stored, by * SECOND)).encode()
    assert json.loads(arriving(sent, by * SECOND)) == stored


def test_an_object_keeps_its_creation_time_however_late_it_comes_back():
    """The clocks may have moved apart since it was read."""
    sent = json.dumps(pod("2026-01-01T07:07:07Z", note="none")).encode()
    found = json.loads(arriving(sent, HOUR, created=OLD))
    assert found["metadata"]["creationTimestamp"] == OLD


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"2026-01-01T00:00:00Z"', b"\xff" * 9])
def test_bodies_without_an_object_stay_as_they_are(body):
    """Byte for byte."""
    assert arriving(body, HOUR) == body


def test_types_without_times_have_no_positions():
    """So nothing of them is looked at."""
    assert positions("io.k8s.api.core.v1.Container") == {}


def test_the_difference_is_in_whole_seconds():
    """Otherwise stamps of one second would differ from each other."""
    assert difference(wall=1000.9, epoch=100.0, now=int(1.5 * SECOND)) == 899 * SECOND


def test_a_connection_keeps_its_difference(monkeypatch):
    """While it is right to three seconds: an object that is read twice tells the same times."""
    with Server(Cluster(nodes=1), time="frozen", environment=False) as served:
        wall = 2e9
        monkeypatch.setattr(server.time, "time", lambda: wall)
        first = served.difference()
        wall += 2
        assert served.difference(first) == first < served.difference()
        wall += 2
        assert first + 4 * SECOND == served.difference(first)
