"""`kubectl get` on a cluster."""

import json
from functools import cache

import pytest

from kubelearn.api.errors import BadRequest, NotFound
from tests.world.worlds import web_cluster

GADGETS = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec:
  group: example.com
  names: {kind: Gadget, plural: gadgets, singular: gadget}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.size}
"""


@cache
def _cluster():
    return web_cluster()


@pytest.fixture
def cluster():
    """Three pods behind a Service, read only."""
    return _cluster()


def lines(cluster, line):
    """What kubectl prints, by lines."""
    return cluster.kubectl(line).splitlines()


def test_nodes(cluster):
    """The whole text."""
    assert cluster.kubectl("get nodes") == (
        "NAME            STATUS   ROLES           AGE    VERSION\n"
        "control-plane   Ready    control-plane   3m     v1.36.2\n"
        "worker-1        Ready    <none>          3m     v1.36.2\n"
        "worker-2        Ready    <none>          3m     v1.36.2\n"
        "worker-3        Ready    <none>          3m     v1.36.2"
    ).replace("AGE    ", "AGE   ").replace("3m     ", "3m    ")


def test_pods(cluster):
    """Head and columns."""
    head, *rows = lines(cluster, "kubectl get pods")
    assert head.split() == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert [row.split()[1:4] for row in rows] == [["1/1", "Running", "0"]] * 3


def test_wide_has_more_columns(cluster):
    """Address and node among them."""
    head, row, *_ = lines(cluster, "get po -o wide")
    assert head.endswith("NODE       NOMINATED NODE   READINESS GATES")
    assert "10.244." in row


def test_all_namespaces(cluster):
    """The namespace stands first."""
    head, *rows = lines(cluster, "get pods -A")
    assert head.startswith("NAMESPACE     NAME ")
    assert {row.split()[0] for row in rows} == {"default", "kube-system"}


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("get pods -l app=web", 4),
        ("get pods -l app!=web", 1),
        ("get pods --field-selector status.phase=Running --no-headers", 3),
        ("get pods -n kube-system -l k8s-app=kube-dns", 3),
    ],
)
def test_selections(cluster, line, count):
    """By labels and by fields."""
    assert len(lines(cluster, line)) == count


def test_labels_are_shown_on_request(cluster):
    """In a last column."""
    head, row, *_ = lines(cluster, "get pods --show-labels")
    assert head.endswith("LABELS")
    assert "app=web,pod-template-hash=" in row


def test_nothing_is_told(cluster):
    """With the namespace, unless all were meant."""
    assert cluster.kubectl("get pods -n ghost") == "No resources found in ghost namespace."
    assert cluster.kubectl("get pods -A -l a=b") == "No resources found"
    assert cluster.kubectl("get pv") == "No resources found"


def test_objects_by_name(cluster):
    """In both spellings."""
    assert cluster.kubectl("get deploy web") == cluster.kubectl("get deployment.apps/web")
    with pytest.raises(NotFound, match='pods "nope" not found'):
        cluster.kubectl("get pod nope")


def test_what_is_there_is_shown_although_something_is_missing(cluster):
    """The missing one behind it."""
    *_, row, error = lines(cluster, "get svc web nope")
    assert row.startswith("web ")
    assert error == 'Error from server (NotFound): services "nope" not found'


def test_several_kinds(cluster):
    """One table each; names say their kinds."""
    found = lines(cluster, "get deploy,svc")
    assert found[1].startswith("deployment.apps/web ")
    assert found[2] == ""
    assert found[4].startswith("service/kubernetes ")


def test_all_means_the_workloads(cluster):
    """Pods first."""
    text = cluster.kubectl("get all")
    assert [part.split("\n")[1].partition("/")[0] for part in text.split("\n\n")] == [
        "pod",
        "service",
        "deployment.apps",
        "replicaset.apps",
    ]


def test_names_only(cluster):
    """With their kinds."""
    assert cluster.kubectl("get deploy,svc -o name") == (
        "deployment.apps/web\nservice/kubernetes\nservice/web"
    )


def test_documents(cluster):
    """One object, or a list."""
    service = json.loads(cluster.kubectl("get svc web -o json"))
    assert service["metadata"]["name"] == "web"
    listed = json.loads(cluster.kubectl("get svc -o json"))
    assert [listed["kind"], len(listed["items"])] == ["List", 2]
    assert cluster.kubectl("get svc web -o yaml").startswith("apiVersion: v1\nkind: Service\n")


def test_custom_kinds_have_their_own_columns(cluster):
    """An empty cell for what is not set."""
    twin = cluster.fork()
    twin.apply(GADGETS)
    for name, spec in (("big", {"size": 9}), ("none", {})):
        metadata = {"name": name}
        twin.apply(
            {"apiVersion": "example.com/v1", "kind": "Gadget", "metadata": metadata, "spec": spec}
        )
    assert twin.kubectl("get gadgets") == "NAME   SIZE\nbig    9\nnone   "


@pytest.mark.parametrize(
    ("line", "error", "text"),
    [
        ("get", ValueError, "Required resource not specified"),
        ("get foo", NotFound, 'the server doesn\'t have a resource type "foo"'),
        ("get pods -w", ValueError, "unrecognized arguments: -w"),
        ("get pods -o nope", ValueError, "unable to match a printer suitable"),
        (
            "get pod/a b",
            ValueError,
            "there is no need to specify a resource type as a separate argument",
        ),
        ("get pods --field-selector a=b", BadRequest, "field label not supported: a"),
    ],
)
def test_what_is_refused(cluster, line, error, text):
    """Each with its reason."""
    with pytest.raises(error, match=text):
        cluster.kubectl(line)
