"""Server-side tables over every printer of `COLUMNS`."""

import pytest

from kubelearn.api.kinds import KINDS
from kubelearn.api.tables import COLUMNS, column_definitions, printer_of, table
from tests.api.fresh import fresh, make, pod

ROW = {"metadata": {"name": "x", "creationTimestamp": "2026-01-01T00:00:00Z"}}


@pytest.mark.parametrize("resource", COLUMNS)
def test_every_printer_prints_an_empty_object(resource):
    """One cell per column, nothing raised."""
    printer = COLUMNS[resource]
    assert len(printer.cells(ROW, 0)) == len(printer.columns)


@pytest.mark.parametrize("resource", COLUMNS)
def test_every_printer_belongs_to_a_kind(resource):
    """The table has no names that nothing serves."""
    assert resource in {kind.resource for kind in KINDS}


def test_columns_carry_the_texts_of_their_fields():
    """As the API server sends them."""
    node = column_definitions(COLUMNS["pods"])[6]
    assert (node["name"], node["priority"]) == ("Node", 1)
    assert node["description"].startswith("NodeName indicates")


def test_kinds_without_a_printer_show_name_and_creation():
    """The second column is a date."""
    api = fresh()
    role = api.create({**make("rbac.authorization.k8s.io/v1", "Role", "r"), "rules": []})
    made = table(printer_of("roles.rbac.authorization.k8s.io"), [role], api.clock.now)
    assert made["rows"][0]["cells"] == ["r", "2026-01-01T00:00:00Z"]


def test_rows_carry_as_much_of_the_object_as_was_asked_for():
    """Metadata by default, all of it, or nothing."""
    stored = fresh().create(pod())
    rows = {each: table(COLUMNS["pods"], [stored], 0, include=each)["rows"][0]["object"]
            for each in ("Metadata", "Object", "None")}  # fmt: skip
    assert rows["Metadata"]["kind"] == "PartialObjectMetadata"
    assert (rows["Object"], rows["None"]) == (stored, None)


def test_a_finished_pod_marks_its_row():
    """So that kubectl can hide it."""
    done = {**ROW, "status": {"phase": "Succeeded"}}
    row = table(COLUMNS["pods"], [done], 0)["rows"][0]
    assert row["conditions"][0]["reason"] == "Succeeded"
