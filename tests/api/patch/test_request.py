"""Patches as requests: reading, applying, checking."""

from typing import Any

import pytest

from kubelearn.api.errors import APIError, BadRequest, Invalid, UnsupportedMediaType
from kubelearn.api.kinds import Kind, KindTable
from kubelearn.api.patch import JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, apply_patch
from kubelearn.api.patch.request import patched, read_patch

DEPLOYMENTS = KindTable().resource("deployments.apps")
LIVE: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "a"}]}}},
}


@pytest.mark.parametrize(
    ("media", "raw", "message"),
    [
        (
            JSON_PATCH,
            "not json",
            "error decoding patch: invalid character 'o' in literal null (expecting 'u')",
        ),
        (
            JSON_PATCH,
            "[1]",
            (
                "error decoding patch: json: cannot unmarshal number into Go value of "
                "type handlers.jsonPatchOp"
            ),
        ),
        (
            MERGE_PATCH,
            "[]",
            (
                "error decoding patch: json: cannot unmarshal array into Go value of "
                "type map[string]interface {}"
            ),
        ),
        (
            STRATEGIC_MERGE_PATCH,
            "{bad",
            "invalid character 'b' looking for beginning of object key string",
        ),
        (
            STRATEGIC_MERGE_PATCH,
            "[]",
            "json: cannot unmarshal array into Go value of type map[string]interface {}",
        ),
    ],
)
def test_unreadable(media: str, raw: str, message: str) -> None:
    """Each kind of patch has its own beginning of the message."""
    with pytest.raises(BadRequest) as refusal:
        read_patch(raw, media, DEPLOYMENTS)
    assert message == str(refusal.value)


def test_repeated_fields_are_found() -> None:
    """They are told with the strict errors of the result."""
    media, patch, repeats = read_patch(
        '{"spec":{"replicas":3,"replicas":4}}', STRATEGIC_MERGE_PATCH, DEPLOYMENTS
    )
    assert (patch, repeats) == ({"spec": {"replicas": 4}}, ['duplicate field "spec.replicas"'])
    new, warnings = patched(DEPLOYMENTS, LIVE, media, patch, "", repeats)
    assert (4, repeats) == (new["spec"]["replicas"], warnings)


def test_unknown_fields_are_dropped_with_a_warning() -> None:
    """In the sorted order in which the patched document is written."""
    patch = {"spec": {"template": {"spec": {"foo": 1}}, "replica": 3}}
    new, warnings = patched(DEPLOYMENTS, LIVE, MERGE_PATCH, patch)
    expected = ['unknown field "spec.replica"', 'unknown field "spec.template.spec.foo"']
    assert (LIVE, expected) == (new, warnings)
    assert patched(DEPLOYMENTS, LIVE, MERGE_PATCH, patch, "Ignore")[1] == []


@pytest.mark.parametrize(
    ("media", "patch", "validation", "end"),
    [
        (
            STRATEGIC_MERGE_PATCH,
            {"spec": {"replica": 3}},
            "Strict",
            '"map[spec:map[replica:3]]": strict decoding error: unknown field "spec.replica"',
        ),
        (
            STRATEGIC_MERGE_PATCH,
            {"spec": {"replicas": "x"}},
            "",
            '"map[spec:map[replicas:x]]": unrecognized type: int32',
        ),
        (
            MERGE_PATCH,
            {"spec": {"replicas": "5"}},
            "",
            (
                "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas "
                "of type int32"
            ),
        ),
        (
            JSON_PATCH,
            [{"op": "replace", "path": "/apiVersion", "value": "apps/v2"}],
            "",
            (
                'no kind "Deployment" is registered for version "apps/v2" in scheme '
                '"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"'
            ),
        ),
    ],
)
def test_refused(media: str, patch: Any, validation: str, end: str) -> None:
    """The result is no object of its kind."""
    with pytest.raises(Invalid) as refusal:
        patched(DEPLOYMENTS, LIVE, media, patch, validation)
    assert str(refusal.value).startswith(' "" is invalid: patch: Invalid value: "')
    assert str(refusal.value).endswith(end)


def test_media_types() -> None:
    """What the server takes is listed."""
    with pytest.raises(UnsupportedMediaType, match="accepted media types include"):
        read_patch("{}", "application/xml", DEPLOYMENTS)


def test_too_many_operations() -> None:
    """Ten thousand are allowed."""
    operations = [{"op": "test", "path": "/x", "value": None}] * 10_001
    with pytest.raises(APIError, match="is 10000, got 10001"):
        read_patch(operations, JSON_PATCH, DEPLOYMENTS)


def test_styles_have_kubectls_names() -> None:
    """And other names are refused with the choices."""
    assert (
        apply_patch("merge", DEPLOYMENTS, LIVE, {"spec": {"replicas": 5}})["spec"]["replicas"] == 5
    )
    with pytest.raises(ValueError, match="use json, merge, strategic"):
        apply_patch("other", DEPLOYMENTS, LIVE, {})


FOOS = Kind("ex.com", "v1", "Foo", "foos", custom=True, versions=("v1beta1",))
FOO: dict[str, Any] = {"apiVersion": "ex.com/v1", "kind": "Foo", "metadata": {"name": "x"}}


@pytest.mark.parametrize(
    ("patch", "end"),
    [
        (
            {"apiVersion": "ex.com/v2"},
            ": request to convert CR from an invalid group/version: ex.com/v2",
        ),
        (
            {"apiVersion": "ex.org/v1"},
            (
                ": ex.org/v1, Kind=Foo is unstructured and is not suitable for converting to "
                '"ex.com/v1"'
            ),
        ),
        ({"kind": "Bar"}, 'Foo.ex.com "x" is invalid: kind: Invalid value: "Bar": must be Foo'),
    ],
)
def test_a_custom_object_stays_what_it_is(patch: dict[str, Any], end: str) -> None:
    """Its group and kind are fixed, its version is one of those that are served."""
    with pytest.raises(Invalid) as refusal:
        patched(FOOS, FOO, MERGE_PATCH, patch)
    assert str(refusal.value).endswith(end)
    assert patched(FOOS, FOO, MERGE_PATCH, {"apiVersion": "ex.com/v1beta1"})[1] == []
