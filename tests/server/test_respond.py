"""The HTTP API as a function."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.kinds import KINDS
from kubelearn.server import Request, respond
from tests.api.fresh import fresh, make, pod, service

MAPS = "/api/v1/namespaces/default/configmaps"
MERGE = "application/merge-patch+json"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


class Cluster:
    """As much of a cluster as the function needs."""

    def __init__(self):
        self.api = fresh()


def ask(cluster, method, path, body=None, **rest):
    """The answer to one request."""
    return respond(cluster, Request(method, path, body=body, **rest))


def config(name="c", **data):
    """The body of a ConfigMap."""
    return make("v1", "ConfigMap", name, data=data)


def test_create_read_change_delete():
    """The life of an object in codes."""
    cluster = Cluster()
    steps = [
        ask(cluster, "POST", MAPS, config(a="1")),
        ask(cluster, "GET", f"{MAPS}/c"),
        ask(cluster, "PATCH", f"{MAPS}/c", {"data": {"b": "2"}}, content_type=MERGE),
        ask(cluster, "PUT", f"{MAPS}/c", config(z="9")),
        ask(cluster, "DELETE", f"{MAPS}/c"),
        ask(cluster, "GET", f"{MAPS}/c"),
    ]
    assert [step.code for step in steps] == [201, 200, 200, 200, 200, 404]
    assert steps[2].body["data"] == {"a": "1", "b": "2"}


def test_kind_and_version_may_be_left_out():
    """The path says them."""
    assert ask(Cluster(), "POST", MAPS, {"metadata": {"name": "c"}}).code == 201


@pytest.mark.parametrize(
    ("validation", "code", "warnings"),
    [("Warn", 201, ['unknown field "dta"']), ("Ignore", 201, []), ("Strict", 400, [])],
)
def test_unknown_fields(validation, code, warnings):
    """Warned about, ignored or refused, as the client likes."""
    body = {**config(), "dta": {}}
    found = ask(Cluster(), "POST", MAPS, body, query={"fieldValidation": validation})
    assert (found.code, found.warnings) == (code, warnings)


def test_a_dry_run_stores_nothing():
    """It answers as if it had."""
    cluster = Cluster()
    assert ask(cluster, "POST", MAPS, config(), query={"dryRun": "All"}).code == 201
    assert ask(cluster, "GET", f"{MAPS}/c").code == 404


def test_pages_join_to_the_whole_list():
    """And are of one moment, whatever happens between them."""
    cluster = Cluster()
    for name in "abcde":
        ask(cluster, "POST", MAPS, config(name))
    names, token = [], ""
    while token is not None:
        query = {"limit": "2", **({"continue": token} if token else {})}
        page = ask(cluster, "GET", MAPS, query=query).body
        names += [item["metadata"]["name"] for item in page["items"]]
        token = page["metadata"].get("continue")
        ask(cluster, "DELETE", f"{MAPS}/e")
    assert names == list("abcde")


def test_selectors():
    """Labels and fields."""
    cluster = Cluster()
    for name in ("a", "b"):
        ask(cluster, "POST", MAPS, make("v1", "ConfigMap", name, meta={"labels": {"n": name}}))
    found = ask(cluster, "GET", MAPS, query={"labelSelector": "n!=a"}).body["items"]
    assert [item["metadata"]["name"] for item in found] == ["b"]
    bad = ask(cluster, "GET", MAPS, query={"fieldSelector": "data.x=1"})
    assert (bad.code, bad.body["reason"]) == (400, "BadRequest")


def test_a_watch_tells_what_has_happened_since():
    """With the type that the selector makes of each write."""
    cluster = Cluster()
    begin = ask(cluster, "POST", MAPS, config("a")).body["metadata"]["resourceVersion"]
    ask(cluster, "POST", MAPS, config("b"))
    ask(cluster, "PATCH", f"{MAPS}/b", {"data": {"x": "1"}}, content_type=MERGE)
    ask(cluster, "DELETE", f"{MAPS}/a")
    query = {"watch": "true", "resourceVersion": begin}
    events = ask(cluster, "GET", MAPS, query=query).body["events"]
    assert [event["type"] for event in events] == ["ADDED", "MODIFIED", "DELETED"]


def test_a_watch_list_ends_its_first_part_with_a_bookmark():
    """As kubectl waits for it."""
    query = {"watch": "true", "sendInitialEvents": "true", "allowWatchBookmarks": "true",
             "resourceVersionMatch": "NotOlderThan"}  # fmt: skip
    cluster = Cluster()
    ask(cluster, "POST", MAPS, config())
    last = ask(cluster, "GET", MAPS, query=query).body["events"][-1]
    assert last["type"] == "BOOKMARK"
    assert last["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


def test_tables_and_yaml():
    """Other forms of the same answer."""
    cluster = Cluster()
    found = ask(cluster, "GET", "/api/v1/namespaces", accept=TABLE).body
    assert found["rows"][0]["cells"] == ["default", "Active", "0s"]
    text = ask(cluster, "GET", "/api/v1/namespaces/default", accept="application/yaml")
    assert text.body.startswith("apiVersion: v1\nkind: Namespace\n")


def test_scale():
    """Replicas through the small form."""
    cluster = Cluster()
    labels = {"app": "web"}
    spec = {"selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod()["spec"]}}  # fmt: skip
    path = "/apis/apps/v1/namespaces/default/deployments"
    ask(cluster, "POST", path, make("apps/v1", "Deployment", "web", spec=spec))
    patch = {"spec": {"replicas": 5}}
    found = ask(cluster, "PATCH", f"{path}/web/scale", patch, content_type=MERGE)
    assert found.body["spec"] == {"replicas": 5}
    assert cluster.api.get("deployments.apps", "default", "web")["spec"]["replicas"] == 5


def test_binding_and_eviction_of_a_pod():
    """Each answers 201 with a Status."""
    cluster = Cluster()
    cluster.api.create(pod())
    path = "/api/v1/namespaces/default/pods/web"
    target = {"metadata": {"name": "web"}, "target": {"kind": "Node", "name": "n1"}}
    assert ask(cluster, "POST", f"{path}/binding", target).code == 201
    assert ask(cluster, "POST", f"{path}/eviction", {"metadata": {"name": "web"}}).code == 201
    assert "deletionTimestamp" in ask(cluster, "GET", path).body["metadata"]


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/apis/nope.io/v1/things", 404),
        ("GET", "/api/v1/nopes", 404),
        ("POST", "/api/v1/pods", 405),
        ("DELETE", "/api/v1/namespaces", 405),
        ("GET", "/apis", 200),
        ("GET", "/openapi/v3", 200),
        ("GET", "/apis/resource.k8s.io/v1/deviceclasses", 501),
        ("GET", "/api/v1/namespaces/default/pods/x/exec", 404),
    ],
)
def test_codes_of_paths(method, path, code):
    """What is not modelled says so."""
    assert ask(Cluster(), method, path).code == code


def test_deleted_services_come_back_and_others_do_not():
    """Some kinds return the object, the rest a Status."""
    cluster = Cluster()
    cluster.api.create(service())
    cluster.api.create(config())
    kinds = [ask(cluster, "DELETE", f"/api/v1/namespaces/default/{name}").body["kind"]
             for name in ("services/web", "configmaps/c")]  # fmt: skip
    assert kinds == ["Service", "Status"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.resource)
@pytest.mark.parametrize("body", [{}, {"metadata": {"name": "x"}}, {"spec": {}}])
def test_an_empty_object_of_every_kind_is_answered(kind, body):
    """Stored or refused, in a Status or as the object."""
    prefix = f"/apis/{kind.group}" if kind.group else "/api"
    place = "/namespaces/default" if kind.namespaced else ""
    found = ask(Cluster(), "POST", f"{prefix}/{kind.version}{place}/{kind.plural}", body)
    assert found.code in (201, 400, 404, 405, 422)
    assert found.body["kind"] == ("Status" if found.code > 201 else kind.kind)


@given(st.text(max_size=60), st.sampled_from(["POST", "PUT", "PATCH"]))
def test_nonsense_is_refused_and_changes_nothing(body, method):
    """Whatever the body is, the answer is a Status and nothing is stored."""
    cluster = Cluster()
    before = cluster.api.store.revision
    path = MAPS if method == "POST" else f"{MAPS}/c"
    found = ask(cluster, method, path, body, content_type=MERGE if method == "PATCH" else "")
    assert found.body["kind"] == "Status"
    assert cluster.api.store.revision == before


def test_an_empty_list_that_is_always_shown_is_null():
    """As the encoder of Go writes a list that was never made."""
    body = make("v1", "LimitRange", "l", spec={"limits": []})
    path = "/api/v1/namespaces/default/limitranges"
    assert ask(Cluster(), "POST", path, body).body["spec"] == {"limits": None}
