"""Who set which field."""

import pytest

from kubelearn.api.field_paths import from_fields, to_fields
from kubelearn.api.managed_fields import Manager
from tests.api.fresh import deployment, fresh, make

KUBECTL, ROBOT = Manager("kubectl", "v1"), Manager("robot", "v1")


def entries(obj):
    """Manager -> FieldsV1."""
    return {each["manager"]: each["fieldsV1"] for each in obj["metadata"]["managedFields"]}


def config(api, **data):
    """A stored ConfigMap, written by kubectl."""
    return api.create(make("v1", "ConfigMap", "c", data=data), manager=KUBECTL)


def test_the_creator_owns_what_it_set():
    """Leaves and the map that holds them; names and system fields belong to nobody."""
    assert entries(config(fresh(), a="1")) == {"kubectl": {"f:data": {".": {}, "f:a": {}}}}


def test_who_changes_a_field_takes_it_over():
    """The other manager keeps the rest."""
    api = fresh()
    old = config(api, a="1", b="2")
    new = api.replace({**old, "data": {"a": "9", "b": "2"}}, old, manager=ROBOT)
    assert entries(new)["robot"] == {"f:data": {"f:a": {}}}
    assert entries(new)["kubectl"] == {"f:data": {".": {}, "f:b": {}}}


def test_a_removed_field_is_owned_by_nobody():
    """Not by its writer either."""
    api = fresh()
    old = config(api, a="1", b="2")
    new = api.replace({**old, "data": {"a": "1"}}, old, manager=ROBOT)
    assert entries(new) == {"kubectl": {"f:data": {".": {}, "f:a": {}}}}


def test_list_items_are_told_apart_by_their_keys():
    """Containers by name."""
    made = fresh().create(deployment(), manager=Manager("kubectl", "apps/v1"))
    template = entries(made)["kubectl"]["f:spec"]["f:template"]
    assert list(template["f:spec"]["f:containers"]) == ['k:{"name":"app"}']


def test_components_of_the_process_are_not_recorded():
    """A write without manager leaves the entries as they are."""
    api = fresh()
    config(api, a="1")
    new = api.patch("configmaps", "default", "c", {"data": {"a": "2"}})
    assert list(entries(new)) == ["kubectl"]


def test_fields_survive_writing_and_reading():
    """FieldsV1 and paths say the same."""
    paths = {("f:spec",), ("f:spec", "f:a"), ("f:spec", 'k:{"name":"x"}', "f:b")}
    assert paths == set(from_fields(to_fields(paths)))


READABLE = {
    "manager": "robot",
    "operation": "Update",
    "apiVersion": "v1",
    "fieldsType": "FieldsV1",
    "fieldsV1": {"f:data": {}},
}


@pytest.mark.parametrize("fields", ["x", {"f:data": 5}, {"data": {}}])
def test_entries_that_cannot_be_read_are_left_out(fields):
    """A client that sends nonsense does not make the stored ones go."""
    api = fresh()
    stored = config(api, a="1")
    nonsense = [{**READABLE, "fieldsV1": fields}]
    sent = {**stored, "metadata": {**stored["metadata"], "managedFields": nonsense}}
    changed = api.update({**sent, "data": {"a": "2"}}, manager=KUBECTL)
    assert entries(changed) == {"kubectl": {"f:data": {".": {}, "f:a": {}}}}
    other = make("v1", "ConfigMap", "n", meta={"managedFields": nonsense}, data={"b": ""})
    assert "robot" not in entries(api.create(other, manager=KUBECTL))


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("manager", "another", True),
        ("operation", "Delete", False),
        ("apiVersion", "", False),
        ("fieldsType", "", False),
        ("fieldsType", "FieldsV2", False),
    ],
)
def test_entries_have_an_operation_a_version_and_a_type(name, value, kept):
    """Else those that are stored stay."""
    api = fresh()
    stored = config(api, a="1")
    sent = {**stored["metadata"], "managedFields": [{**READABLE, name: value}]}
    changed = api.update({**stored, "metadata": sent}, manager=KUBECTL)
    assert (list(entries(changed)) == ["another"]) is kept
    assert (list(entries(changed)) == ["kubectl"]) is not kept
