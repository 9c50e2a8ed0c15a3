"""Server-side apply: ownership, conflicts, and what goes when it is applied no longer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.errors import APIError, Conflict
from kubelearn.api.field_paths import from_fields
from kubelearn.api.kinds import Kind, KindTable
from kubelearn.api.managed_fields import Manager
from kubelearn.api.server_side_apply.applying import Applier, apply_to

KINDS = KindTable()
NOW = "2026-01-01T00:00:00Z"


def apply(live, manager, force=False, resource="configmaps", version="v1", **fields):
    """The object after a manager applied these fields."""
    kind = KINDS.resource(resource)
    applied = {"apiVersion": version, "kind": kind.kind, "metadata": {"name": "c"}, **fields}
    applier = Applier(Manager(manager, version), force)
    return apply_to(kind, live, applied, applier, NOW)


def owners(obj):
    """Manager → the fields that it owns, as texts."""
    return {
        entry["manager"]: {"/".join(path) for path in from_fields(entry["fieldsV1"])}
        for entry in obj["metadata"]["managedFields"]
    }


def test_two_managers_own_a_field_each():
    """And both may own one to which they give the same value."""
    obj = apply(apply(None, "a", data={"x": "1"}), "b", data={"x": "1", "y": "2"})
    assert obj["data"] == {"x": "1", "y": "2"}
    assert owners(obj) == {"a": {"f:data/f:x"}, "b": {"f:data/f:x", "f:data/f:y"}}


def test_another_value_is_a_conflict_unless_it_is_forced():
    """Then the field changes hands."""
    obj = apply(None, "a", data={"x": "1"})
    with pytest.raises(Conflict, match=r'Apply failed with 1 conflict: conflict with "a": .data.x'):
        apply(obj, "b", data={"x": "2"})
    assert owners(apply(obj, "b", force=True, data={"x": "2"})) == {"b": {"f:data/f:x"}}


def test_what_is_applied_no_longer_goes_unless_somebody_else_owns_it():
    """First it stays, since b has it too; then nobody has it."""
    obj = apply(apply(None, "a", data={"x": "1", "y": "2"}), "b", data={"y": "2"})
    obj = apply(obj, "a", data={"x": "1"})
    assert obj["data"] == {"x": "1", "y": "2"}
    assert apply(obj, "b").get("data") == {"x": "1"}


def test_items_of_a_list_have_owners():
    """A container of somebody else stays where it is."""

    def pod(*names):
        return {"containers": [{"name": name, "image": "x"} for name in names]}

    obj = apply(None, "a", resource="pods", spec=pod("one"))
    obj = apply(obj, "b", resource="pods", spec=pod("two"))
    assert [one["name"] for one in obj["spec"]["containers"]] == ["one", "two"]
    obj = apply(obj, "a", resource="pods", spec=pod())
    assert [one["name"] for one in obj["spec"]["containers"]] == ["two"]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"spec": {"replica": 1}}, ".spec.replica: field not declared in schema"),
        ({"spec": {"replicas": "x"}},
         ".spec.replicas: expected numeric (int or float), got string"),
        ({"spec": {"template": {"spec": {"containers": [{"name": "a"}, {"name": "a"}]}}}},
         '.spec.template.spec.containers: duplicate entries for key [name="a"]'),
        ({"spec": {"template": {"spec": {"containers": [{"name": "a", "tty": "x"}]}}}},
         '.spec.template.spec.containers[name="a"].tty: expected boolean, got &{x}'),
        ({"spec": {"template": {"spec": {"containers": [{"name": "a", "args": [1]}]}}}},
         ('.spec.template.spec.containers[name="a"].args[0]: '
          "expected string, got &value.valueUnstructured{Value:1}")),
        ({"spec": {"template": {"spec": {"containers": {"a": "b"}}}}},
         ".spec.template.spec.containers: expected list, got &{map[a:b]}"),
        ({"spec": {"template": {"spec": {"containers": ["x"]}}}},
         (".spec.template.spec.containers: element 0: "
          "associative list with keys may not have non-map elements")),
        ({"spec": []}, ".spec: expected map, got &{[]}"),
        ({"spec": {"strategy": {"rollingUpdate": {"maxSurge": {}}}}},
         ".spec.strategy.rollingUpdate.maxSurge: expected any scalar, got &{map[]}"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_schema_is_refused(fields, text):
    """Before anything is merged."""
    with pytest.raises(APIError) as error:
        apply(None, "a", resource="deployments.apps", version="apps/v1", **fields)
    expected = f"failed to create typed patch object (/c; apps/v1, Kind=Deployment): {text}"
    assert str(error.value) == expected


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ({}, "associative list without keys has an element that's a map type"),
        ([], "not supported: associative list with lists as elements"),
        (None, "associative list without keys has an element that's an explicit null"),
    ],
)
def test_what_cannot_be_in_a_set(item, why):
    """An item that is no plain value."""
    with pytest.raises(APIError) as error:
        apply(None, "a", metadata={"name": "c", "finalizers": [item]})
    expected = "failed to create typed patch object (/c; /v1, Kind=ConfigMap): "
    assert str(error.value) == f"{expected}.metadata.finalizers: element 0: {why}"


def test_what_fits_the_schema_and_not_the_struct_is_refused():
    """The schema takes any scalar for a quantity; the struct does not."""
    with pytest.raises(APIError) as error:
        apply(None, "a", binaryData={"x": "!"})
    assert str(error.value) == (
        "failed to convert new object (/c; /v1, Kind=ConfigMap) to proper version: "
        "unable to convert unstructured object to /v1, Kind=ConfigMap: "
        "error decoding from json: illegal base64 data at input byte 0"
    )


def test_an_empty_list_of_owned_items_has_no_owner():
    """An empty map has one."""
    obj = apply(None, "a", resource="pods", spec={"containers": [], "nodeSelector": {}})
    assert owners(obj) == {"a": {"f:spec/f:nodeSelector"}}


def test_metadata_may_be_left_out():
    """Then the labels that were applied go."""
    obj = apply(None, "a", metadata={"name": "c", "labels": {"x": "y"}}, data={"x": "1"})
    obj = apply(obj, "a", metadata=None, data={"x": "1"})
    assert "labels" not in obj["metadata"]
    assert obj["metadata"]["name"] == "c"


FOOS = Kind("ex.com", "v1", "Foo", "foos", custom=True)
FOO_SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "properties": {
                "a": {"type": "string"},
                "n": {"type": "integer"},
                "when": {"type": "string", "format": "date-time"},
                "port": {"x-kubernetes-int-or-string": True},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
            },
        }
    },
}


def apply_foo(**spec):
    """A custom object after an apply."""
    applied = {"apiVersion": "ex.com/v1", "kind": "Foo", "metadata": {"name": "x"}, "spec": spec}
    return apply_to(FOOS, None, applied, Applier(Manager("m", "ex.com/v1")), NOW, FOO_SCHEMA)


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"z": 1}, ".spec.z: field not declared in schema"),
        ({"a": 1}, ".spec.a: expected string, got &value.valueUnstructured{Value:1}"),
        ({"n": "x"}, ".spec.n: expected numeric (int or float), got string"),
        ({"port": []}, ".spec.port: expected any scalar, got &{[]}"),
    ],
)
def test_custom_objects_fit_their_schema(spec, text):
    """As built-in ones do."""
    with pytest.raises(APIError) as error:
        apply_foo(**spec)
    expected = f"failed to create typed patch object (/x; ex.com/v1, Kind=Foo): {text}"
    assert str(error.value) == expected


def test_what_a_custom_schema_leaves_open():
    """Texts with a format are any scalar, and free parts hold anything."""
    spec = {"when": 5, "port": "80", "free": {"x": {"y": [1]}}}
    assert apply_foo(**spec)["spec"] == spec


DATA = st.dictionaries(st.sampled_from("xyz"), st.sampled_from("12"), max_size=3)
APPLIES = st.lists(st.tuples(st.sampled_from("ab"), DATA), max_size=8)


@given(APPLIES)
def test_owned_fields_are_those_that_are_there(applies):
    """Whatever two managers apply by force: each field has an owner, each owner its value."""
    obj = None
    for manager, data in applies:
        obj = apply(obj, manager, force=True, data=data)
    if obj is None:
        return
    found = {path.rpartition(":")[2] for paths in owners(obj).values() for path in paths if path}
    assert found - {"data"} == set(obj.get("data") or {})
    _, data = applies[-1]
    assert data.items() <= (obj.get("data") or {}).items()
