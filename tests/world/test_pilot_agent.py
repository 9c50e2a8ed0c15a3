"""The agent beside a proxy: what `kubectl exec POD -c istio-proxy -- pilot-agent …` prints."""

from kubelearn.world.execute import execute
from tests.mesh.telemetry.watched import ask, pod_of, watched_mesh

METRICS = ("pilot-agent", "request", "GET", "stats/prometheus")


def test_the_metrics_of_one_proxy():
    """Each proxy tells what it has counted itself."""
    cluster = watched_mesh()
    ask(cluster, "http://front/")
    name = pod_of(cluster, "front")["metadata"]["name"]
    lines = execute(cluster, name, METRICS, container="istio-proxy").stdout.splitlines()
    totals = [line for line in lines if line.startswith("istio_requests_total{")]
    assert [line.partition(",")[0] for line in totals] == [
        'istio_requests_total{reporter="source"', 'istio_requests_total{reporter="destination"',
    ]  # fmt: skip
    assert all(line.endswith(" 1") for line in totals)
    assert 'istio_request_duration_milliseconds_bucket{reporter="source"' in "\n".join(lines)


def test_by_kubectl():
    """As one types it."""
    cluster = watched_mesh()
    ask(cluster, "http://back/")
    text = cluster.kubectl(f"exec client -c istio-proxy -- {' '.join(METRICS)}")
    assert "# TYPE istio_requests_total counter" in text


def test_what_is_not_modelled_is_said():
    """In one sentence, with code 1."""
    cluster = watched_mesh()
    for words, told in ((("request", "GET", "certs"), "GET certs is not modelled"),
                        (("wait",), "only `pilot-agent request")):  # fmt: skip
        found = execute(cluster, "client", ("pilot-agent", *words), container="istio-proxy")
        assert (found.code, told in found.stderr) == (1, True)


def test_programs_beside_it_have_no_agent():
    """It is in the proxy's image only."""
    cluster = watched_mesh()
    text = cluster.kubectl("get pods client -o jsonpath={.spec.containers[0].name}")
    assert text == "c"
    assert execute(cluster, "client", ("sh", "-c", "pilot-agent"), container="c").code == 127
