"""The structure of built-in kinds, and the script that makes it."""

import importlib.util
from pathlib import Path

import pytest

from kubelearn.api.schema import schema, type_named

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "make_schema.py"


def test_kinds_are_found() -> None:
    """By group, version and kind."""
    found = schema().type_for("apps", "v1", "Deployment")
    assert found is not None
    assert (found.short, found.qualified) == ("Deployment", "v1.Deployment")
    assert schema().type_for("apps", "v2", "Deployment") is None


def test_fields_are_found_through_lists() -> None:
    """A path of names leads to a field with its merge and list keys."""
    ports = schema().field("", "v1", "Pod", "spec", "containers", "ports")
    assert ports is not None
    assert ports.shape == "list"
    assert ports.merge_key == "containerPort"
    assert ports.list_keys == ("containerPort", "protocol")
    assert schema().field("", "v1", "Pod", "spec", "nope", "ports") is None
    assert schema().field("", "v1", "Nope", "spec") is None


def test_strategies_are_a_list() -> None:
    """Volumes are merged and can retain keys."""
    volumes = schema().field("", "v1", "Pod", "spec", "volumes")
    assert volumes is not None
    assert volumes.strategy == ("merge", "retainKeys")


def test_all_references_resolve() -> None:
    """Every field's type is in the file."""
    for name in schema():
        for field in type_named(name).fields.values():
            inner = field
            while inner.item is not None:
                inner = inner.item
            assert inner.shape != "struct" or type_named(inner.type).name == inner.type


def test_the_release() -> None:
    """The model answers as Kubernetes 1.36."""
    assert schema().version.startswith("1.36.")


def test_the_script_makes_the_committed_file() -> None:
    """The data file is not edited by hand."""
    if importlib.util.find_spec("kubernetes_validate") is None:
        pytest.skip("kubernetes-validate is not installed: the script needs its definitions")
    spec = importlib.util.spec_from_file_location("make_schema", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.same(script.TARGET.read_bytes(), script.document())
    assert script.document() == script.document()
