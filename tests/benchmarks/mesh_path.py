"""The way through the mesh in bulk against SimPy: equal ends of each request.

Two tries of 20 ms beside the first, least requests, a limit of requests, hosts that fail in a row
are ejected; ten pods of four workers, one of them sick.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from kubelearn.cluster import Cluster
from kubelearn.network import bulk
from kubelearn.network.router.stretch import Stretch
from kubelearn.network.router.under_way import Asks, UnderWay
from kubelearn.network.verdict import NO_ANSWER
from kubelearn.world.load import Load
from tests.benchmarks.simpy_mesh import Drawn, MeshInSimpy, Scene
from tests.mesh.programs import CLIENTS, program

COUNT, WORKERS = 100_000, 4
RHOS = (0.6, 0.8, 1.1)
RULES = """
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: shop}
spec:
  host: shop
  trafficPolicy:
    loadBalancer: {simple: LEAST_REQUEST, localityLbSetting: {enabled: false}}
    connectionPool: {http: {http2MaxRequests: 100}}
    outlierDetection: {consecutive5xxErrors: 5, interval: 1s, baseEjectionTime: 1s,
                       maxEjectionPercent: 10}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop}
spec:
  hosts: [shop]
  http:
  - route: [{destination: {host: shop}}]
    timeout: 100ms
    retries: {attempts: 2, perTryTimeout: 20ms, retryOn: "5xx"}
---
"""
SICK = """
apiVersion: v1
kind: Pod
metadata:
  name: sick
  labels: {app: shop, version: v1, sidecar.istio.io/inject: "true"}
  annotations: {kubelearn.dev/service-time: "exponential 1ms", kubelearn.dev/fails: "0.5",
                kubelearn.dev/workers: "4"}
spec:
  nodeName: worker-1
  containers: [{name: c, image: "example.com/shop:1", ports: [{containerPort: 80}]}]
---
"""


def mesh() -> Cluster:
    """Ten pods behind a Service, all with proxies."""
    cluster = Cluster(nodes=3)
    cluster.install("istio")
    cluster.run("60s")
    client = CLIENTS.replace("spec: {", "spec: {nodeName: worker-3, ", 1)
    pods = program("shop", replicas=9, service_time="exponential 1ms", workers=str(WORKERS))
    cluster.apply(pods + SICK + client + RULES)
    # The pods away from their client: what happens at one moment has one order then.
    place = {"kubernetes.io/hostname": "worker-1"}
    cluster.patch("deployment/shop", {"spec": {"template": {"spec": {"nodeSelector": place}}}})
    cluster.run("120s")
    cluster.load("http://shop/", rate=5, duration="1s", client="pod/client")
    return cluster.run("5s")


class Ended(NamedTuple):
    """A load that is over: how each request ended, and what it took to compute."""

    rows: list[tuple[int, int, int, str]]
    ends: list[tuple[int, int]]
    number: int
    seconds: float


def sent(cluster: Cluster, rho: float, count: int) -> tuple[Ended, Cluster]:
    """A load from its start to its totals, and the world at its start."""
    rate = rho * 10 * WORKERS * 1000
    twin = cluster.fork()
    load: Load = twin.load("http://shop/", rate=rate, duration=count / rate, client="pod/client",
                           timeout="2s")  # fmt: skip
    start = twin.fork()
    gc.collect()
    seconds = _time(lambda: _run(twin, load, count / rate + 3))
    assert not twin.parts["loads"].ended(load.number).singles
    rows = load.requests()
    return Ended(
        rows, [(done, status(bin_)) for *_, done, bin_ in rows], load.number, seconds
    ), start


def compared(cluster: Cluster, rho: float) -> str:
    """A whole load, and the drawn requests alone, against SimPy."""
    runs = [sent(cluster, rho, COUNT) for _ in range(3)]
    load, start = runs[0]
    stretch, scene = drawn(start, load)
    ours = sorted(_routed(stretch, scene) for _ in range(3))[1]
    model_of(scene)  # after this all its draws are made
    gc.collect()
    model = MeshInSimpy(scene)
    theirs = _time(model.run)
    assert model.done == [load.ends[number] for number in stretch.asks.number.tolist()]
    whole, count = sorted(one.seconds for one, _ in runs)[1], len(model.done)
    return (f"{theirs / whole:5.1f} x SimPy whole, {theirs / ours:5.1f} x from drawn requests, "
            f"{count / whole / 1e6:4.2f} M requests/s at rho {rho}")  # fmt: skip


def model_of(scene: Scene) -> list[tuple[int, int]]:
    """What SimPy makes of requests."""
    return MeshInSimpy(scene).run()


def _time(action: Callable[[], Any]) -> float:
    begin = time.process_time()
    action()
    return time.process_time() - begin


def _run(twin: Cluster, load: Load, seconds: float) -> None:
    twin.run(seconds)
    load.totals()


def _routed(stretch: Stretch, scene: Scene) -> float:
    """CPU seconds of our router for requests that are drawn."""
    engine = stretch.engine()
    chance = engine.setting.chance
    for lane in range(len(scene.lanes)):
        chance.works(lane)
    for count in range(1, len(scene.lanes) + 1):
        chance.pairs(scene.lanes[0].pool, count)
    chance.fails()
    new = stretch.new()
    engine.start(stretch.until, 0)
    return _time(lambda: engine.run(*new))


def drawn(start: Cluster, load: Ended) -> tuple[Stretch, Scene]:
    """The requests of a load as they are drawn: for our router, and for SimPy."""
    loads = start.parts["loads"]
    row, plan = loads.rows[load.number], loads.plans[load.number]
    sent = np.array([sent for _, sent, _, _ in load.rows])
    index = np.arange(len(sent))
    came, goal = bulk.walk(start.draws, row.subject, plan, plan.first, index, sent)
    order = np.lexsort((index, came))
    asks = Asks(index, sent, came, came, -1 - goal).where(order)
    stretch = Stretch(loads, row, plan, UnderWay(), asks, int(came.max()) + 10**10)
    setting = stretch.engine().setting
    [pool] = {lane.pool for lane in setting.lanes}
    passing, limits = plan.forks[pool].passing, setting.pools[pool]
    assert limits is not None
    scene = Scene(
        setting.lanes, passing.leg.routed, limits.most, limits.upstream.most_retries(0),
        passing.cluster.outlier, limits.tick_at, setting.exits[pool],
        [WORKERS] * len(setting.lanes),
        asks.came.tolist(), (asks.sent + row.timeout).tolist(),
        Drawn(setting.chance, setting.lanes, pool),
    )  # fmt: skip
    return stretch, scene


def status(bin_: str) -> int:
    """What SimPy's model calls a bin."""
    return int(bin_) if bin_.isdigit() else {"ok": 200, NO_ANSWER: 0}[bin_]


def row() -> str:
    """At three loads of the pods."""
    cluster = mesh()
    rows = [compared(cluster, rho) for rho in RHOS]
    return "\n".join(["", *(f"{'':<14} {told}" for told in rows)])


MESH_PATH: dict[str, Callable[[], str]] = {"mesh path": row}
