"""The API over HTTP: what a request costs, and how long one waits while the simulation runs."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from kubelearn.cluster import Cluster
from kubelearn.server import Request, respond
from kubelearn.server.http import Server
from tests.benchmarks.large import large_cluster

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
PODS = "/api/v1/namespaces/default/pods"
MAPS = "/api/v1/namespaces/default/configmaps"


def _cpu(action: Callable[[], object], times: int = 5) -> float:
    """The median of CPU seconds that an action costs this process."""
    taken = []
    for _ in range(times):
        begin = time.process_time()
        action()
        taken.append(time.process_time() - begin)
    return statistics.median(taken)


def _client(server: Server) -> Callable[..., bytes]:
    """A function that makes one request over a connection that stays open."""
    url = urlsplit(server.url)
    connection = http.client.HTTPConnection(url.hostname or "", url.port)

    def ask(path: str, accept: str = "application/json") -> bytes:
        connection.request("GET", url.path + path, headers={"Accept": accept})
        return connection.getresponse().read()

    return ask


def lists() -> str:
    """A list as a Table over a socket, client and shell included."""
    found = []
    for pods in (100, 1_000):
        with Server(large_cluster(max(10, pods // 50), pods), environment=False) as server:
            get = partial(_client(server), f"{PODS}?limit={pods}", TABLE)
            get()
            cost = _cpu(get)
            found.append(f"{pods} pods {cost * 1e3:.1f} ms")
    return ", ".join(found) + " of CPU for `get pods`"


def creates(count: int = 5_000) -> str:
    """POST after POST, without a socket and with one."""
    cluster = Cluster(nodes=1, history="none")
    head = {"apiVersion": "v1", "kind": "ConfigMap"}
    bodies = [{**head, "metadata": {"name": f"c{i}"}, "data": {"a": "b"}} for i in range(count)]
    begin = time.perf_counter()
    for body in bodies:
        assert respond(cluster, Request("POST", MAPS, body=body)).code == 201
    return f"{count / (time.perf_counter() - begin):6,.0f} creates/s through respond"


def waiting(seconds: float = 5.0) -> str:
    """The longest that a request waits while the simulation runs flat out."""
    cluster = large_cluster(100, 2_000)
    waits: list[float] = []
    with Server(cluster, time="frozen", environment=False) as server:
        done = threading.Event()

        def clients() -> None:
            ask = _client(server)
            while not done.is_set():
                begin = time.perf_counter()
                ask(f"{MAPS}?limit=1")
                waits.append(time.perf_counter() - begin)
                time.sleep(0.02)

        thread = threading.Thread(target=clients)
        thread.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            cluster.run("10s")
        done.set()
        thread.join()
    middle, longest = statistics.median(waits) * 1e3, max(waits) * 1e3
    return f"{middle:.0f} ms median, {longest:.0f} ms longest of {len(waits)} requests"


API: dict[str, Callable[[], str]] = {
    "api lists": lists,
    "api creates": creates,
    "api waiting": waiting,
}
"""Rows of the benchmark table."""
