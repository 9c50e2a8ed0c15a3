"""Who moves time: a watch, a repeated question, a ticker, or nobody."""

import http.client
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from kubelearn.cluster import Cluster
from kubelearn.server.http import Server
from tests.server.http.streams.client import message, websocket

PODS = "/api/v1/namespaces/default/pods"


def until(condition):
    """Wait for something that other threads do; a failure after ten seconds."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "that did not happen"
        time.sleep(0.005)


@contextmanager
def served(**options):
    """A small cluster with a server."""
    cluster = Cluster(nodes=1)
    with Server(cluster, environment=False, **options) as server:
        yield cluster, server


def open_request(server, path):
    """A connection with an answer that has begun."""
    url = urlsplit(server.url)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=30)
    connection.request("GET", url.path + path)
    return connection, connection.getresponse()


def get(server, path):
    """Read something once."""
    connection, answer = open_request(server, path)
    answer.read()
    connection.close()


def test_on_demand_an_open_watch_moves_time():
    """And nothing moves it when the client has gone."""
    with served(time="on demand", speed=100) as (cluster, server):
        assert cluster.time == 0
        connection, _ = open_request(server, f"{PODS}?watch=true")
        until(lambda: cluster.time > 1)
        connection.close()
        until(lambda: server.pace._open == 0)


def test_on_demand_a_moment_passes_between_requests():
    """A second at most: whoever looks once does not wait."""
    with served(time="on demand", speed=1000) as (cluster, server):
        server.pace._last -= 3600
        get(server, PODS)
        assert cluster.time == 1


def test_on_demand_the_same_question_again_moves_time():
    """As `kubectl drain` asks every second whether a pod has gone."""
    with served(time="on demand", speed=1000) as (cluster, server):
        get(server, PODS)
        server.pace._last -= 2
        get(server, PODS)
        assert cluster.time > 2000


def test_on_demand_documents_move_nothing():
    """Discovery is read before everything else, by a client that does not wait."""
    with served(time="on demand", speed=1000) as (cluster, server):
        get(server, "/apis")
        get(server, "/apis")
        assert cluster.time == 0


def test_on_demand_a_followed_log_moves_time():
    """Until its client has gone."""
    with served(time="on demand", speed=100) as (cluster, server):
        path = "/api/v1/namespaces/kube-system/pods/etcd-control-plane/log?follow=true"
        connection, answer = open_request(server, path)
        assert answer.readline().endswith(b": starts\n")
        until(lambda: cluster.time > 1)
        connection.close()
        until(lambda: server.pace._open == 0)


def test_on_demand_a_program_that_waits_moves_time():
    """`sleep` in a container ends; in frozen time it does not, and the server closes anyway."""
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
           "spec": {"containers": [{"name": "c", "image": "nginx"}]}}  # fmt: skip
    path = f"{PODS}/p/exec?stdout=true&command=sleep&command=30"
    for mode, ends in (("on demand", True), ("frozen", False)):
        cluster = Cluster(nodes=1)
        cluster.apply(pod)
        cluster.run("20s")
        with Server(cluster, time=mode, speed=100, environment=False) as server:
            connection = websocket(server, path, "v5.channel.k8s.io")
            if ends:
                assert b'"status":"Success"' in message(connection)[1]
        assert (cluster.time >= 50) == ends


def test_live_time_passes_by_itself():
    """Without any client."""
    with served(time="live", speed=100) as (cluster, _):
        until(lambda: cluster.time > 1)


def test_frozen_time_stands_still_under_a_watch():
    """But what cells do is told all the same."""
    with served(time="frozen") as (cluster, server):
        connection, answer = open_request(server, f"{PODS}?watch=true")
        cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
                       "spec": {"containers": [{"name": "c", "image": "x"}]}})  # fmt: skip
        assert b'"type":"ADDED"' in answer.readline()
        assert cluster.time == 0
        connection.close()


def test_a_watch_ends_when_its_time_is_over():
    """With a proper end, so that the connection can be used again."""
    with served(time="frozen") as (_, server):
        connection, answer = open_request(server, f"{PODS}?watch=true&timeoutSeconds=1")
        assert answer.read() == b""
        connection.close()


@pytest.mark.parametrize("mode", ["live", "on demand"])
def test_time_of_the_past_never_moves(mode):
    """A cluster of the past is for reading."""
    cluster = Cluster(nodes=1)
    cluster.run("10s")
    past = cluster.at("5s")
    with Server(past, time=mode, speed=1000, environment=False) as server:
        get(server, PODS)
        get(server, PODS)
    assert past.time == 5
