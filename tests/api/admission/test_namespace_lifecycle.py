"""Namespaces that are missing, terminating, or cannot go."""

import pytest

from kubelearn.api.errors import Forbidden, NotFound
from tests.api.fresh import fresh, make


def test_a_missing_namespace():
    """404 of the namespace."""
    with pytest.raises(NotFound, match=r'^namespaces "ghost" not found$'):
        fresh().create(make("v1", "ConfigMap", "c", meta={"namespace": "ghost"}))


def test_a_terminating_namespace_takes_nothing_new():
    """403 with a cause; changes of what is there go on."""
    api = fresh()
    api.create(make("v1", "Namespace", "team"))
    api.create(make("v1", "ConfigMap", "old", meta={"namespace": "team"}))
    api.delete("namespaces", None, "team")
    with pytest.raises(Forbidden) as caught:
        api.create(make("v1", "ConfigMap", "new", meta={"namespace": "team"}))
    assert caught.value.details["causes"][0]["reason"] == "NamespaceTerminating"
    assert api.patch("configmaps", "team", "old", {"data": {"a": "1"}})["data"] == {"a": "1"}


@pytest.mark.parametrize("name", ["default", "kube-system", "kube-public"])
def test_some_namespaces_cannot_be_deleted(name):
    """Upstream's sentence."""
    with pytest.raises(Forbidden, match="this namespace may not be deleted"):
        fresh().delete("namespaces", None, name)
