"""Field selectors: what each kind offers, and what matches."""

import pytest

from kubelearn.api.field_selectors import parse_fields
from kubelearn.api.selector_text import SelectorError

POD = {
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"nodeName": "n1"},
    "status": {"phase": "Running"},
}


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("", True),
        ("metadata.name=web", True),
        ("metadata.name==web,status.phase!=Failed", True),
        ("spec.nodeName!=n1", False),
        ("status.nominatedNodeName=", True),
        ("spec.hostNetwork=false", True),
        ("spec.host=n1", True),
    ],
)
def test_pods(text: str, matches: bool) -> None:
    """Fields are compared as texts; a missing field is empty."""
    assert matches is parse_fields(text, "pods").matches(POD)


@pytest.mark.parametrize(
    ("text", "resource", "message"),
    [
        ("spec.x=1", "pods", "field label not supported: spec.x"),
        (
            "spec.x=1",
            "deployments.apps",
            '"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
        ),
        ("spec.x=1", "jobs.batch", 'field label "spec.x" not supported for Job'),
        (
            "status.phase",
            "pods",
            ("invalid selector: 'status.phase'; can't understand 'status.phase'"),
        ),
        (r"metadata.name=a\b", "pods", r"invalid field selector: invalid escape sequence: \b"),
    ],
)
def test_refused(text: str, resource: str, message: str) -> None:
    """Unknown fields and broken texts are refused in upstream's words."""
    with pytest.raises(SelectorError) as refusal:
        parse_fields(text, resource)
    assert message == str(refusal.value)


def test_a_backslash_protects() -> None:
    """Commas and equal signs can be part of a value."""
    selector = parse_fields(r"metadata.name=a\,b\=c", "pods")
    assert selector.required("metadata.name") == "a,b=c"
    assert str(selector) == r"metadata.name=a\,b\=c"


def test_custom_fields() -> None:
    """A custom resource offers its `selectableFields`."""
    selector = parse_fields("spec.color=red", "widgets.example.com", ("spec.color",))
    assert selector.matches({"spec": {"color": "red"}})


def test_required_finds_only_equal_terms() -> None:
    """An index can serve `=` and not `!=`."""
    selector = parse_fields("spec.nodeName!=n1", "pods")
    assert selector.required("spec.nodeName") is None
