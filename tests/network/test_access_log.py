"""What programs note about the requests that they have answered."""

from kubelearn.cluster import Cluster
from kubelearn.network.access_log import KEPT, TIDY_EVERY, Access

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
       "spec": {"containers": [{"name": "c", "image": "nginx"}]}}  # fmt: skip


def cluster():
    """A pod that serves."""
    made = Cluster(nodes=1, seed=7)
    made.apply(POD)
    return made.run("20s")


def access(time):
    """Some request."""
    return Access(time, 0, "10.0.0.1", "GET", "/", 200, 10)


def test_an_answer_is_noted():
    """With sender, path, status; a fork has its own notes."""
    world = cluster()
    pod = world.object("pod/web")
    twin = world.fork()
    world.request(f"http://{pod['status']['podIP']}/x", client="node/worker-1")
    (noted,) = world.parts["access-log"].of(pod)
    assert (noted.method, noted.path, noted.status) == ("GET", "/x", 404)
    assert twin.parts["access-log"].of(pod) == ()


def test_the_last_thousand_are_kept():
    """The oldest go first."""
    world = cluster()
    log, pod = world.parts["access-log"], world.object("pod/web")
    for time in range(KEPT + 10):
        log.note(pod, access(time))
    assert [each.time for each in log.of(pod)] == list(range(10, KEPT + 10))


def test_pods_that_are_gone_are_forgotten():
    """When there are many."""
    log, pod = cluster().parts["access-log"], {"metadata": {"uid": ""}}
    for number in range(TIDY_EVERY + 5):
        log.note({"metadata": {**pod["metadata"], "uid": f"gone-{number}"}}, access(number))
    assert len(log.noted) < 10


def test_what_a_load_asks_is_not_noted():
    """Not even what programs ask for it, whichever engine runs it."""
    world = Cluster(nodes=1, seed=7)
    calls = {"kubelearn.dev/calls": "http://web:80"}
    front = {**POD, "metadata": {"name": "front", "annotations": calls}}
    world.apply([front, {**POD, "metadata": {"name": "web", "labels": {"app": "web"}}},
                 {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
                  "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}}])  # fmt: skip
    world.run("20s")
    address = world.object("pod/front")["status"]["podIP"]
    for engine in ("stepped", "auto"):
        load = world.load(f"http://{address}/", rate=5, duration="2s", client="node/worker-1",
                          engine=engine)  # fmt: skip
        world.run("5s")
        assert load.report()["sent"].sum() > 0
    assert world.parts["access-log"].noted == {}
