"""The lines of fields."""

import pytest

from kubelearn.api.manifest import load

TEXT = """\
# a comment
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: web
    labels: {app.kubernetes.io/name: x, app: y}
  spec:
    containers:
    - name: a
      image: x
    - image: y
---
apiVersion: v1
kind: ConfigMap
metadata:
  annotations:
    a.b/c: d
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("", 5),
        ("kind", 6),
        ("spec.containers", 11),
        ("spec.containers[0].image", 13),
        ("spec.containers[1].image", 14),
        ("spec.containers[1].name", 14),
        ("spec.containers[7]", 11),
        ("spec.replicas", 10),
        ("metadata.labels[app.kubernetes.io/name]", 9),
        ("metadata.name.x", 8),
        ("nope", 5),
    ],
)
def test_a_field_of_an_item(path: str, line: int) -> None:
    """A field that is missing has the line of the nearest part that is there."""
    assert line == load(TEXT)[0].line_of(path)


def test_keys_with_dots() -> None:
    """With and without brackets; lines count through the whole text."""
    manifest = load(TEXT)[1]
    paths = ("metadata.annotations.a.b/c", "metadata.annotations[a.b/c]")
    assert [manifest.line_of(path) for path in paths] == [20, 20]
    assert manifest.where() == "line 16"


def test_a_dict_has_no_lines() -> None:
    """There is nothing to point at."""
    manifest = load({"apiVersion": "v1", "kind": "Pod"})[0]
    assert (manifest.line, manifest.where("spec")) == (0, "")
