"""Objects that are meant by "kind/name"."""

import pytest

from kubelearn.api.errors import NotFound
from kubelearn.api.kinds import KindTable
from kubelearn.world.references import parse_reference

KINDS = KindTable()
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "shop"}}


@pytest.mark.parametrize(
    ("text", "resource", "namespace"),
    [
        ("pod/web", "pods", "here"),
        ("po/web", "pods", "here"),
        ("Deployment/web", "deployments.apps", "here"),
        ("deployments.apps/web", "deployments.apps", "here"),
        ("node/web", "nodes", ""),
    ],
)
def test_all_names_of_a_kind(text, resource, namespace):
    """Short ones too; what belongs to no namespace has none."""
    found = parse_reference(KINDS, text, "here")
    assert (found.kind.resource, found.namespace, found.name) == (resource, namespace, "web")


def test_an_object_means_itself():
    """In its own namespace."""
    assert parse_reference(KINDS, POD)[1:] == ("shop", "p")
    assert str(parse_reference(KINDS, POD)) == "pods/p"


@pytest.mark.parametrize("text", ["web", "pod/", ""])
def test_a_text_that_names_no_object(text):
    """The error says how to write one."""
    with pytest.raises(ValueError, match='write "kind/name", such as "pod/web-0"'):
        parse_reference(KINDS, text)


@pytest.mark.parametrize("given", [None, 5, ["pod/a"]])
def test_what_is_no_reference(given):
    """The error says what was given."""
    with pytest.raises(TypeError, match=r'is no reference: write "kind/name", such as "pod/web-0"'):
        parse_reference(KINDS, given)


def test_an_object_without_a_name():
    """Means nothing that is stored."""
    with pytest.raises(ValueError, match=r"names no object: it has no metadata\.name"):
        parse_reference(KINDS, {"apiVersion": "v1", "kind": "Pod", "metadata": {}})


def test_an_unknown_kind():
    """As kubectl says it."""
    with pytest.raises(NotFound, match='the server doesn\'t have a resource type "gadget"'):
        parse_reference(KINDS, "gadget/web")
