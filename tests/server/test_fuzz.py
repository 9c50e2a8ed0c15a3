"""Whatever is asked, `respond` answers; nothing is raised, and what it refuses changes nothing."""

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelearn.cluster import Cluster
from kubelearn.server import Request, respond
from tests.server.protobuf.encode import envelope

FULL = bool(os.environ.get("KUBELEARN_FULL"))
EXAMPLES = 20_000 if FULL else 150
WORDS = [
    "api", "apis", "v1", "apps", "namespaces", "default", "pods", "web", "deployments",
    "configmaps", "c", "status", "scale", "log", "exec", "attach", "portforward", "eviction",
    "binding", "token", "serviceaccounts", "proxy", "ephemeralcontainers", "nodes", "worker-1",
    "metrics.k8s.io", "v1beta1", "openapi", "v3", "v2", "version", "authorization.k8s.io",
    "selfsubjectaccessreviews", "..", ".", "", "%00", "\x00", "é", "a" * 300, "finalize",
    "authentication.k8s.io", "tokenreviews", "apiextensions.k8s.io", "customresourcedefinitions",
    "watch", "events",
]  # fmt: skip
QUERY = [
    "watch", "limit", "continue", "resourceVersion", "resourceVersionMatch", "labelSelector",
    "fieldSelector", "dryRun", "fieldValidation", "fieldManager", "force", "sendInitialEvents",
    "allowWatchBookmarks", "tailLines", "sinceSeconds", "sinceTime", "limitBytes", "container",
    "command", "stdout", "stdin", "ports", "includeObject", "propagationPolicy",
    "timeoutSeconds",
]  # fmt: skip
VALUES = [
    "true", "false", "", "0", "1", "-1", "99999999999999999999", "abc", "All", "Exact",
    "NotOlderThan", "a=b", "a in (b", "metadata.name=web", "status.phase!=Running",
    "2026-01-01T00:00:00Z", "Table", "\x00", "💥", "ls", "80",
]  # fmt: skip
MEDIA = [
    "", "application/json", "application/yaml", "application/merge-patch+json",
    "application/json-patch+json", "application/strategic-merge-patch+json",
    "application/apply-patch+yaml", "application/vnd.kubernetes.protobuf", "text/plain", "*/*",
    "application/json;as=Table;v=v1;g=meta.k8s.io", "x" * 500,
]  # fmt: skip
FIELDS = [
    "apiVersion", "kind", "metadata", "spec", "status", "name", "namespace", "labels",
    "containers", "image", "replicas", "selector", "template", "data", "op", "path", "value",
    "ports", "rules", "matchLabels", "resources", "$patch", "managedFields", "ownerReferences",
    "finalizers",
]  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=8),
    st.sampled_from(["v1", "Pod", "ConfigMap", "web", "default", "apps/v1", "1Gi", "add"]),
)  # fmt: skip
VALUE = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=12,
)
BODIES = st.one_of(
    st.none(),
    VALUE.map(lambda value: json.dumps(value, default=str).encode()),
    st.binary(max_size=60),
    st.binary(max_size=60).map(lambda raw: envelope("v1", "Pod", raw)),
    st.just(b"[" * 5000),
    st.just(b'{"a":' * 5000),
)
REQUESTS = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"]),
    path=st.lists(st.sampled_from(WORDS), max_size=9).map(lambda words: "/" + "/".join(words)),
    query=st.dictionaries(st.sampled_from(QUERY), st.sampled_from(VALUES), max_size=4),
    body=BODIES,
    content_type=st.sampled_from(MEDIA),
    accept=st.sampled_from(MEDIA),
    user=st.sampled_from(["", "alice", None]),
)
OBJECT_PATHS = st.sampled_from(
    ["/api/v1/namespaces/default/configmaps/c", "/api/v1/namespaces/default/pods/web",
     "/apis/apps/v1/namespaces/default/deployments/web", "/api/v1/nodes/worker-1",
     "/api/v1/namespaces/default/configmaps", "/api/v1/namespaces/default/pods",
     "/api/v1/namespaces/default/pods/web/log", "/api/v1/namespaces/default/pods/web/exec",
     "/api/v1/namespaces/default/pods/web/status", "/api/v1/namespaces/default/pods/web/eviction",
     "/apis/apps/v1/namespaces/default/deployments/web/scale"]
)  # fmt: skip
AIMED = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    path=OBJECT_PATHS,
    query=st.dictionaries(st.sampled_from(QUERY), st.sampled_from(VALUES), max_size=3),
    body=BODIES,
    content_type=st.sampled_from(MEDIA),
)


@pytest.fixture(scope="module")
def world():
    """A cluster with something in it."""
    cluster = Cluster(nodes=1, seed=7)
    cluster.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}})
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
                   "spec": {"containers": [{"name": "c", "image": "nginx"}]}})  # fmt: skip
    return cluster.run("10s")


def check(world, request):
    """One request: a proper answer, and no write unless it says that it worked."""
    before = world.api.store.revision
    answer = world.command("respond", respond, request)
    assert 101 <= answer.code < 600
    if answer.code >= 400:
        assert world.api.store.revision == before
        if isinstance(answer.body, dict):
            status = answer.body
            assert (status["kind"], status["code"]) == ("Status", answer.code)
            json.dumps(status)


@settings(max_examples=EXAMPLES)
@given(request=REQUESTS)
def test_any_request_has_an_answer(world, request):
    """Paths, queries and bodies of pieces that mean something somewhere."""
    check(world.fork(), request)


@settings(max_examples=EXAMPLES)
@given(request=AIMED)
def test_any_body_for_what_is_there(world, request):
    """Bodies that do not fit, for paths that do."""
    check(world.fork(), request)


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_protobuf_with_bytes_changed(world, data):
    """A Pod with some of its bytes turned over: an object, or a refusal."""
    good = bytearray(POD)
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    path = "/api/v1/namespaces/default/pods"
    media = "application/vnd.kubernetes.protobuf"
    check(world.fork(), Request("POST", path, body=bytes(good), content_type=media))


def _field(number, data):
    return bytes([number << 3 | 2, len(data)]) + data


POD = envelope(
    "v1", "Pod",
    _field(1, _field(1, b"fuzz"))
    + _field(2, _field(2, _field(1, b"c") + _field(2, b"nginx") + _field(3, b"sleep"))),
)  # fmt: skip
