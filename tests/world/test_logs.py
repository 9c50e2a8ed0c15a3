"""The logs of containers: scripts that are followed, programs that serve, refusals."""

import pytest

from kubelearn.api.errors import APIError, BadRequest, NotFound
from kubelearn.cluster import Cluster
from kubelearn.sim.clock import SECOND
from kubelearn.world.logs import Line, log_of, logs, picked

COUNTER = 'i=0; while true; do echo "$i $COLOR"; i=$((i+1)); sleep 1; done'


def pod(name, image="nginx:1.27", **fields):
    """A pod with one container."""
    spec = {"containers": [{"name": "c", "image": image, **fields.pop("container", {})}], **fields}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def script(text, **fields):
    """A pod that runs a script."""
    env = [{"name": "COLOR", "value": "blue"}]
    return pod("p", "busybox", container={"command": ["sh", "-c", text], "env": env}, **fields)


def restarts(cluster):
    """How often the container was started again."""
    statuses = cluster.object("pod/p")["status"].get("containerStatuses") or [{}]
    return statuses[0].get("restartCount")


@pytest.fixture
def cluster():
    """A small one."""
    return Cluster(nodes=1, seed=7)


def texts(cluster, name="p", **options):
    """The lines without their times."""
    return [line.text for line in logs(cluster, name, **options)]


def test_a_script_prints_as_time_passes(cluster):
    """Again and again the same lines, and new ones."""
    cluster.apply(script(COUNTER))
    cluster.run("20s")
    before, twin = logs(cluster, "p"), cluster.fork()
    assert [line.text for line in before[:2]] == ["0 blue", "1 blue"]
    assert before[1].time - before[0].time == SECOND
    cluster.run("5s")
    assert texts(cluster)[: len(before)] == [line.text for line in before]
    assert len(texts(cluster)) == len(before) + 5
    assert logs(twin, "p") == before


def test_a_script_that_has_ended(cluster):
    """The log stays; a second instance has its own, and --previous the first one's."""
    cluster.apply(script("echo start; sleep 3; echo end; exit 1"))
    cluster.run(until=lambda c: restarts(c) == 1)
    assert texts(cluster, previous=True) == ["start", "end"]
    cluster.run("2s")
    assert texts(cluster) == ["start"]


def test_files_and_names_of_the_pod(cluster):
    """What a script reads is what the container has."""
    cluster.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"},
                   "data": {"color": "red"}})  # fmt: skip
    made = script("cat /etc/m/color; hostname", restartPolicy="Never",
                  volumes=[{"name": "v", "configMap": {"name": "m"}}])  # fmt: skip
    made["spec"]["containers"][0]["volumeMounts"] = [{"name": "v", "mountPath": "/etc/m"}]
    cluster.apply(made)
    cluster.run("20s")
    assert texts(cluster) == ["redp"]


def test_a_server_prints_its_start_and_its_requests(cluster):
    """One line for each answer, of the instance that gave it; loads leave none."""
    cluster.apply(pod("web"))
    cluster.run("20s")
    address = cluster.object("pod/web")["status"]["podIP"]
    cluster.request(f"http://{address}/a?x=1", client="node/worker-1")
    cluster.request(f"http://{address}/nosuch", client="node/worker-1")
    cluster.load(f"http://{address}/", rate=10, duration="2s", client="node/worker-1")
    cluster.run("5s")
    found = texts(cluster, "web")
    assert found[0].endswith("nginx:1.27: starts")
    assert found[1].endswith("nginx:1.27: listens on 80")
    lines = [line.partition("] ")[2] for line in found[2:]]
    assert lines == ['"GET /a HTTP/1.1" 404 19', '"GET /nosuch HTTP/1.1" 404 24']


def test_a_crash_is_the_last_line(cluster):
    """And the next instance begins anew."""
    cluster.apply(pod("web"))
    cluster.run("20s")
    cluster.fail.pod("web")
    cluster.run("30s")
    assert texts(cluster, "web", previous=True)[-1].endswith("nginx:1.27: ends with code 1")
    assert len(texts(cluster, "web")) == 2


def test_a_log_of_the_past(cluster):
    """What had been printed then."""
    cluster.apply(script(COUNTER))
    cluster.run("30s")
    now, then = texts(cluster), texts(cluster.at("15s"))
    assert then == now[: len(now) - 15]


def test_reading_on(cluster):
    """Only what is new; it ends with its container."""
    cluster.apply(script("echo a; sleep 10; echo b; exit 0", restartPolicy="Never"))
    cluster.run("8s")
    log = log_of(cluster, "p", namespace="default")
    assert [[line.text for line in log.more(cluster)], log.more(cluster)] == [["a"], []]
    assert not log.ended(cluster)
    cluster.run("20s")
    assert log.ended(cluster)
    assert [line.text for line in log.more(cluster)] == ["b"]


@pytest.mark.parametrize(
    ("made", "options", "error", "text"),
    [
        (pod("p"), {"name": "x"}, NotFound, 'pods "x" not found'),
        (pod("p"), {"container": "x"}, BadRequest, "container x is not valid for pod p"),
        (pod("p"), {"previous": True}, BadRequest,
         'previous terminated container "c" in pod "p" not found'),
        (pod("p", "ngnix"), {}, BadRequest,
         'container "c" in pod "p" is waiting to start: trying and failing to pull image'),
        (pod("p", initContainers=[{"name": "i", "image": "busybox",
                                   "command": ["sleep", "1000"]}]), {}, BadRequest,
         'container "c" in pod "p" is waiting to start: PodInitializing'),
        ({**pod("p"), "spec": {"containers": [{"name": n, "image": "x"} for n in "ab"]}}, {},
         BadRequest, "a container name must be specified for pod p, choose one of: [a b]"),
    ],
)  # fmt: skip
def test_refusals(cluster, made, options, error, text):
    """The kubelet's and the API server's own words."""
    cluster.apply(made)
    cluster.run("30s")
    with pytest.raises(error) as caught:
        logs(cluster, **{"name": "p", **options})
    assert str(caught.value) == text


def test_before_and_after_the_node(cluster):
    """Without a node there is no log; a dead one does not answer."""
    cluster.apply(pod("p", nodeSelector={"no": "such"}))
    cluster.apply(pod("web"))
    cluster.run("20s")
    assert logs(cluster, "p") == []
    cluster.fail.node("worker-1")
    with pytest.raises(APIError, match="10250: connect: no route to host"):
        logs(cluster, "web")


def test_picking():
    """Since a moment, and of these the last ones."""
    lines = [Line(time, str(time)) for time in range(5)]
    assert picked(lines, since=2) == lines[2:]
    assert picked(lines, tail=2) == lines[3:]
    assert picked(lines, since=4, tail=9) == lines[4:]
    assert picked(lines, tail=0) == []
