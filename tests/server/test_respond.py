"""The HTTP API as a function."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.kinds import KINDS
from kubelearn.server import Request, respond
from tests.api.fresh import deployment, fresh, make, pod, service

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
    """Stored or refused, in a Status or as the object; a Binding without a node is a 500."""
    prefix = f"/apis/{kind.group}" if kind.group else "/api"
    place = "/namespaces/default" if kind.namespaced else ""
    found = ask(Cluster(), "POST", f"{prefix}/{kind.version}{place}/{kind.plural}", body)
    assert found.code in (201, 400, 404, 405, 422) or kind.resource == "bindings"
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


APPLY = "application/apply-patch+yaml"
HEAD = "apiVersion: v1\nkind: ConfigMap\n"


def applied(body, **query):
    """(code, message, warnings) of an apply of ConfigMap c, which is there with a=1."""
    cluster = Cluster()
    ask(cluster, "POST", MAPS, config(a="1"))
    query = {"fieldManager": "m", **query}
    found = ask(cluster, "PATCH", f"{MAPS}/c", body, content_type=APPLY, query=query)
    return found.code, found.body.get("message"), found.warnings


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("[]", ("error decoding YAML: error unmarshaling JSON: while decoding JSON: "
                "json: cannot unmarshal array into Go value of type map[string]interface {}")),
        ("a: b: c", ("error decoding YAML: error converting YAML to JSON: "
                     "yaml: mapping values are not allowed in this context")),
        ("", "invalid object type: /, Kind="),
        ("apiVersion: v1\nkind: Secret", "invalid object type: /v1, Kind=Secret"),
        ("apiVersion: a/b/c\nkind: ConfigMap", "invalid object type: /, Kind=ConfigMap"),
        (f"{HEAD}metadata: {{managedFields: []}}", "metadata.managedFields must be nil"),
        (f"{HEAD}metadata: {{name: d}}",
         "the name of the object (d) does not match the name on the URL (c)"),
    ],
)  # fmt: skip
def test_applies_that_cannot_be_read(body, message):
    """Refused in the order in which upstream looks."""
    assert applied(body) == (400, message, [])


def test_conflicts_come_before_the_name():
    """The name is looked at when everything is merged."""
    body = f'{HEAD}metadata: {{name: d}}\ndata: {{a: "2"}}'
    assert applied(body)[0] == 409


def test_repeated_keys_of_an_apply():
    """Warned about, ignored or refused."""
    body = f"{HEAD}immutable: false\nimmutable: true\n"
    repeat = 'line 4: key "immutable" already set in map'
    assert applied(body) == (200, None, [repeat])
    assert applied(body, fieldValidation="Ignore") == (200, None, [])
    expected = (
        "error strict decoding YAML: error converting YAML to JSON: "
        f"yaml: unmarshal errors:\n  {repeat}"
    )
    assert applied(body, fieldValidation="Strict") == (400, expected, [])


def test_a_field_manager_is_printable():
    """The place counts bytes."""
    found = applied(HEAD, fieldManager="é\t")
    assert found[0] == 422
    assert found[1].endswith("invalid character U+0009 (at position 2)")


def test_a_new_object_needs_a_name_to_be_applied():
    """The one of the path does not do."""
    query = {"fieldManager": "m"}
    found = ask(Cluster(), "PATCH", f"{MAPS}/c", HEAD, content_type=APPLY, query=query)
    assert found.body["message"] == (
        "the name of the object (c based on URL) was undeterminable: name must be provided"
    )


def test_kinds_without_namespaces_lose_the_one_they_are_given():
    """They are not refused."""
    cluster = Cluster()
    body = make("v1", "Node", "n", namespace="default")
    created = ask(cluster, "POST", "/api/v1/nodes", body)
    assert created.code == 201
    assert "namespace" not in created.body["metadata"]


def test_a_refusal_carries_the_warnings_of_decoding():
    """Whatever it is about."""
    cluster = Cluster()
    body = {**config("d"), "dta": {}}
    found = ask(cluster, "PUT", f"{MAPS}/c", body)
    assert (found.code, found.warnings) == (400, ['unknown field "dta"'])
    body["metadata"]["namespace"] = "other"
    found = ask(cluster, "POST", MAPS, body)
    assert (found.code, found.warnings) == (400, ['unknown field "dta"'])


@pytest.mark.parametrize(
    ("body", "media", "code", "message"),
    [
        ("{", "", 400,
         "couldn't get version/kind; json parse error: unexpected end of JSON input"),
        ("a: b: c", "application/yaml", 400,
         "yaml: mapping values are not allowed in this context"),
        ({}, "text/plain", 415,
         ("the body of the request was in an unknown format - accepted media types include: "
          "application/json, application/yaml, application/vnd.kubernetes.protobuf")),
    ],
)  # fmt: skip
def test_delete_options_that_cannot_be_read(body, media, code, message):
    """The text says only what is wrong with the body."""
    cluster = Cluster()
    ask(cluster, "POST", MAPS, config())
    found = ask(cluster, "DELETE", f"{MAPS}/c", body, content_type=media)
    assert (found.code, found.body["message"]) == (code, message)


def test_a_list_is_no_delete_options():
    """Not even an empty one."""
    cluster = Cluster()
    ask(cluster, "POST", MAPS, config())
    found = ask(cluster, "DELETE", f"{MAPS}/c", [])
    assert found.code == 400
    assert found.body["message"].startswith(
        "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value"
    )


def test_delete_options_of_another_kind_are_taken():
    """The real one knows no such kind."""
    cluster = Cluster()
    ask(cluster, "POST", MAPS, config())
    assert ask(cluster, "DELETE", f"{MAPS}/c", {"kind": "Foo"}).code == 200


def test_the_query_counts_only_without_a_body():
    """A body that says nothing about a dry run deletes."""
    cluster = Cluster()
    ask(cluster, "POST", MAPS, config())
    dry = {"dryRun": "All"}
    assert ask(cluster, "DELETE", f"{MAPS}/c", query=dry).code == 200
    assert ask(cluster, "GET", f"{MAPS}/c").code == 200
    assert ask(cluster, "DELETE", f"{MAPS}/c", {}, query=dry).code == 200
    assert ask(cluster, "GET", f"{MAPS}/c").code == 404


@pytest.mark.parametrize("name", ["limit", "timeoutSeconds"])
def test_numbers_of_a_list_are_read(name):
    """Those of a watch too."""
    for query in ({}, {"watch": "1"}):
        found = ask(Cluster(), "GET", MAPS, query={**query, name: "x"})
        assert found.body["message"] == 'strconv.ParseInt: parsing "x": invalid syntax'


def test_a_structured_body_has_a_media_type_too():
    """As one that is sent as bytes has."""
    assert ask(Cluster(), "POST", MAPS, config(), content_type="text/plain").code == 415


PODS = "/api/v1/namespaces/default/pods"


def test_a_binding_names_its_pod():
    """In the path, or, in its own collection, by itself; it is stored nowhere."""
    cluster = Cluster()
    ask(cluster, "POST", PODS, pod())
    body = make("v1", "Binding", "other", target={"kind": "Node", "name": "n"})
    found = ask(cluster, "POST", f"{PODS}/web/binding", body)
    assert found.body["message"] == "name in URL does not match name in Binding object"
    body["metadata"]["name"] = "web"
    found = ask(cluster, "POST", "/api/v1/namespaces/default/bindings", {**body, "foo": 1})
    assert (found.code, found.body["status"]) == (201, "Success")
    assert found.warnings == ['unknown field "foo"']
    assert ask(cluster, "GET", f"{PODS}/web").body["spec"]["nodeName"] == "n"


def test_a_binding_may_mean_one_pod_in_one_state():
    """Else it is a conflict of the storage."""
    cluster = Cluster()
    uid = ask(cluster, "POST", PODS, pod()).body["metadata"]["uid"]
    body = make("v1", "Binding", "web", target={"name": "n"}, meta={"uid": "u"})
    found = ask(cluster, "POST", f"{PODS}/web/binding", body)
    assert found.code == 409
    assert found.body["message"] == (
        'Operation cannot be fulfilled on pods "web": StorageError: invalid object, Code: 4, '
        "Key: /registry/pods/default/web, ResourceVersion: 0, AdditionalErrorMsg: Precondition "
        f"failed: UID in precondition: u, UID in object meta: {uid}"
    )
    body["metadata"]["uid"] = uid
    assert ask(cluster, "POST", f"{PODS}/web/binding", body).code == 201


DEPLOYMENT = "/apis/apps/v1/namespaces/default/deployments/web"


def scale(**metadata):
    """A Scale with one replica."""
    head = {"apiVersion": "autoscaling/v1", "kind": "Scale"}
    return {**head, "metadata": {"name": "web", **metadata}, "spec": {"replicas": 1}}


def test_a_scale_is_checked_as_any_object():
    """Its name, namespace, UID and unknown fields."""
    cluster = Cluster()
    cluster.api.create(deployment())
    other = "does not match the name"
    for body, code, text in (
        (scale(name="other"), 400, f"the name of the object (other) {other} on the URL (web)"),
        (scale(name=""), 400, "(web based on URL) was undeterminable: name must be provided"),
        (scale(namespace="other"), 400, "does not match the namespace sent on the request"),
        (scale(uid="u"), 409, "Precondition failed: UID in precondition: u, UID in object meta: "),
    ):
        found = ask(cluster, "PUT", f"{DEPLOYMENT}/scale", body)
        assert found.code == code
        assert text in found.body["message"]
    patch = {"metadata": {"name": "other"}}
    found = ask(cluster, "PATCH", f"{DEPLOYMENT}/scale", patch, content_type=MERGE)
    assert found.code == 400
    found = ask(cluster, "PUT", f"{DEPLOYMENT}/scale", {**scale(), "foo": 1})
    assert (found.code, found.warnings) == (200, ['unknown field "foo"'])
    found = ask(cluster, "PATCH", f"{DEPLOYMENT}/scale", {"foo": 1}, content_type=MERGE)
    assert (found.code, found.warnings) == (200, ['unknown field "foo"'])
