"""Discovery and OpenAPI: what clients learn about the cluster before they ask it anything."""

import pytest

from kubelearn.api.kinds import KINDS
from kubelearn.server import Request, respond
from kubelearn.server.openapi import V2
from kubelearn.server.protobuf.wire import fields
from tests.api.fresh import fresh, make

JOINED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


class Cluster:
    """As much of a cluster as the function needs."""

    def __init__(self):
        self.api = fresh()


@pytest.fixture
def cluster():
    """A fresh one."""
    return Cluster()


def get(cluster, path, accept="application/json", **rest):
    """The answer to a GET."""
    return respond(cluster, Request("GET", path, accept=accept, **rest))


def define(cluster, plural="gizmos", kind="Gizmo"):
    """Make a custom kind with a status and a scale."""
    scale = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {
        "size": {"type": "integer"}}}}}  # fmt: skip
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "subresources": {"status": {}, "scale": scale},
    }
    spec = {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": plural, "kind": kind, "singular": kind.lower()},
        "versions": [version],
    }
    body = make("apiextensions.k8s.io/v1", "CustomResourceDefinition", f"{plural}.example.com",
                spec=spec)  # fmt: skip
    assert respond(cluster, Request("POST", CRDS, body=body)).code == 201


def listed(cluster):
    """All (group, version, resource) of the two joined documents."""
    items = [
        item for path in ("/api", "/apis") for item in get(cluster, path, JOINED).body["items"]
    ]
    return {
        (item["metadata"].get("name", ""), version["version"], row["resource"])
        for item in items
        for version in item["versions"]
        for row in version["resources"]
    }


def test_every_kind_is_listed(cluster):
    """In each of its versions."""
    wanted = {(k.group, v, k.plural) for k in KINDS for v in (k.version, *k.versions)}
    assert wanted <= listed(cluster)


def test_both_forms_say_the_same(cluster):
    """What the joined documents have, the plain ones have too."""
    plain = set()
    groups = [group["name"] for group in get(cluster, "/apis").body["groups"]]
    for group in ["", *groups]:
        root = f"/apis/{group}" if group else "/api"
        versions = get(cluster, root).body["versions"]
        for version in (each if isinstance(each, str) else each["version"] for each in versions):
            rows = get(cluster, f"{root}/{version}").body["resources"]
            plain |= {(group, version, row["name"]) for row in rows if "/" not in row["name"]}
    assert plain == listed(cluster)


def test_a_custom_kind_appears_and_goes(cluster):
    """With its definition."""
    row = ("example.com", "v1", "gizmos")
    before = row in listed(cluster)
    define(cluster)
    during = row in listed(cluster)
    respond(cluster, Request("DELETE", f"{CRDS}/gizmos.example.com"))
    assert (before, during, row in listed(cluster)) == (False, True, False)


def test_subresources_of_a_custom_kind(cluster):
    """Those that its definition asks for."""
    define(cluster)
    rows = get(cluster, "/apis/example.com/v1").body["resources"]
    assert [row["name"] for row in rows] == ["gizmos", "gizmos/status", "gizmos/scale"]


def test_who_has_the_document_does_not_get_it_again(cluster):
    """304 until something changes."""
    tag = get(cluster, "/apis", JOINED).etag
    same = get(cluster, "/apis", JOINED, if_none_match=tag)
    define(cluster)
    changed = get(cluster, "/apis", JOINED, if_none_match=tag)
    assert (same.code, same.body, changed.code) == (304, "", 200)


def test_the_version_is_that_of_the_nodes(cluster):
    """One release is modelled."""
    assert get(cluster, "/version").body["gitVersion"] == "v1.36.2"


# OpenAPI


def test_each_group_has_a_document(cluster):
    """The index names one for every version, and each of them can be read."""
    define(cluster)
    paths = get(cluster, "/openapi/v3").body["paths"]
    assert {"api/v1", "apis/apps/v1", "apis/autoscaling/v1", "apis/example.com/v1"} <= set(paths)
    codes = {get(cluster, each["serverRelativeURL"].split("?")[0]).code for each in paths.values()}
    assert codes == {200}


def test_all_references_lead_somewhere(cluster):
    """A client that follows them never gets lost."""
    document = get(cluster, "/openapi/v3/apis/apps/v1").body
    schemas = document["components"]["schemas"]
    found = set(references(document))
    assert {reference.rpartition("/")[2] for reference in found} <= set(schemas)
    assert len(found) > 100


def references(value):
    """Every `$ref` that is a reference and not a property of that name."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_properties_may_be_called_like_keywords(cluster):
    """JSONSchemaProps has fields named `$ref`, `type`, `enum` and `default`."""
    document = get(cluster, "/openapi/v3/apis/apiextensions.k8s.io/v1").body
    name = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"
    fields = document["components"]["schemas"][name]["properties"]
    assert fields["$ref"] == {"type": "string"}
    assert {"type", "enum", "default"} <= set(fields)


def test_what_kubectl_looks_for_in_a_patch(cluster):
    """The kind, server-side validation, and that strategic patches are taken."""
    paths = get(cluster, "/openapi/v3/api/v1").body["paths"]
    patch = paths["/api/v1/namespaces/{namespace}/pods/{name}"]["patch"]
    kind = {"group": "", "version": "v1", "kind": "Pod"}
    assert patch["x-kubernetes-group-version-kind"] == kind
    assert "fieldValidation" in [each["name"] for each in patch["parameters"]]
    assert "application/strategic-merge-patch+json" in patch["requestBody"]["content"]


def test_merge_keys_and_prose_are_in_the_schemas(cluster):
    """`apply` needs the one, `explain` the other."""
    document = get(cluster, "/openapi/v3/api/v1").body
    container = document["components"]["schemas"]["io.k8s.api.core.v1.Container"]["properties"]
    assert container["ports"]["x-kubernetes-patch-merge-key"] == "containerPort"
    assert container["image"]["description"].startswith("Container image name.")


def test_a_custom_schema_is_told_with_what_every_object_has(cluster):
    """Its own fields, `metadata`, and its kind."""
    define(cluster)
    document = get(cluster, "/openapi/v3/apis/example.com/v1").body
    found = document["components"]["schemas"]["com.example.v1.Gizmo"]
    assert found["properties"]["spec"]["properties"]["size"] == {"type": "integer"}
    assert {"apiVersion", "kind", "metadata"} <= set(found["properties"])


def test_version_two_is_an_empty_document_in_protobuf(cluster):
    """`swagger: 2.0`, a title, no paths."""
    answer = get(
        cluster, "/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
    )
    assert answer.content_type == "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
    assert [number for number, _ in fields(V2)] == [1, 2, 8]
    assert answer.body == V2


@pytest.mark.parametrize(
    ("path", "code"),
    [("/openapi/v3/apis/nope/v1", 404), ("/openapi/v9", 404), ("/openapi/v3/api", 404),
     ("/apis/apps/v2", 404), ("/apis/nope", 404), ("/api/v2", 404)],
)  # fmt: skip
def test_documents_that_are_not_there(cluster, path, code):
    """404, whatever else is asked."""
    assert get(cluster, path).code == code
