"""Tables and documents as kubectl lays them out."""

import pytest

from kubelearn.kubectl.layout import cell_text, document, labels_text, layout

POD = {"metadata": {"name": "p", "managedFields": [], "labels": {"b": "1", "a": "x"}}, "on": "yes"}


def test_columns_are_three_apart():
    """And at least six wide; nothing is put behind the last one."""
    assert layout([["A", "B"], ["abcd", "x"]]) == "A      B\nabcd   x"
    assert layout([["A", "B"], ["a", "x"]]) == "A     B\na     x"


@pytest.mark.parametrize(
    ("cell", "text"),
    [(None, ""), (True, "true"), (3, "3"), ("a\nb", "a..."), ("a", "a"), ("", "")],
)
def test_cells(cell, text):
    """As Go prints them; of several lines only the first."""
    assert cell_text(cell) == text


def test_labels_are_sorted():
    """None are told as such."""
    assert labels_text(POD) == "a=x,b=1"
    assert labels_text({"metadata": {}}) == "<none>"


def test_documents_leave_managed_fields_out():
    """As kubectl does by itself; texts that look like something else are quoted."""
    assert document([POD], "yaml", single=True) == (
        'metadata:\n  labels:\n    a: x\n    b: "1"\n  name: p\n"on": "yes"'
    )


def test_several_objects_are_a_list():
    """Also when it is empty."""
    assert document([], "json", single=False) == (
        '{\n    "apiVersion": "v1",\n    "items": [],\n    "kind": "List",\n    "metadata": {\n'
        '        "resourceVersion": ""\n    }\n}'
    )
