"""Request bodies."""

from typing import Any

import pytest

from kubelearn.api.decoding import decode_body
from kubelearn.api.errors import BadRequest, NotImplementedYet, UnsupportedMediaType

POD = ("", "v1", "Pod")
MAP = ("", "v1", "ConfigMap")
JSON, YAML = "application/json", "application/yaml"


def refusal(raw: Any, content_type: str = JSON, expected: tuple[str, str, str] = POD) -> str:
    """Why a body is refused."""
    with pytest.raises(BadRequest) as found:
        decode_body(raw, content_type, expected)
    return str(found.value)


def test_json_and_yaml_give_the_same() -> None:
    """An object can be given in place of its JSON."""
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}
    yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
    text = '{"kind":"ConfigMap","metadata":{"name":"c"}}'
    found = [decode_body(one, kind, MAP) for one, kind in ((body, ""), (yaml, YAML), (text, JSON))]
    assert [(body, [])] * 3 == found


@pytest.mark.parametrize(
    ("raw", "media", "end"),
    [
        (
            "",
            JSON,
            ("couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)"),
        ),
        ("a: [", YAML, "yaml: line 1: did not find expected node content (613a205b)"),
        (
            '{"kind":5}',
            JSON,
            (
                "couldn't get version/kind; json parse error: json: cannot unmarshal "
                'number into Go struct field .kind of type string ({"kind":5})'
            ),
        ),
        (
            '{"apiVersion":"a/b/c"}',
            JSON,
            ('unexpected GroupVersion string: a/b/c ({"apiVersion":"a/b/c"})'),
        ),
        (
            "x",
            "application/vnd.kubernetes.protobuf",
            (
                "provided data does not appear to be a protobuf message, expected prefix "
                "[107 56 115 0] (78)"
            ),
        ),
    ],
)
def test_unreadable(raw: str, media: str, end: str) -> None:
    """The beginning of the body is shown, in hex if it is no JSON object."""
    expected = f"the object provided is unrecognized (must be of type Pod): {end}"
    assert expected == refusal(raw, media)


def test_other_media_types() -> None:
    """Protobuf is known and not read yet; everything else is unknown."""
    with pytest.raises(UnsupportedMediaType):
        decode_body("<a/>", "application/xml", POD)
    with pytest.raises(NotImplementedYet):
        decode_body(b"k8s\0abc", "application/vnd.kubernetes.protobuf", POD)


@pytest.mark.parametrize(
    ("api_version", "kind", "message"),
    [
        (
            "v1",
            "Foo",
            (
                'Foo in version "v1" cannot be handled as a Pod: no kind "Foo" is '
                'registered for version "v1" in scheme '
                '"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"'
            ),
        ),
        (
            "apps/v1",
            "Deployment",
            (
                'Deployment in version "v1" cannot be handled as a Pod: '
                "converting (v1.Deployment) to (core.Pod): unknown conversion"
            ),
        ),
    ],
)
def test_other_kinds(api_version: str, kind: str, message: str) -> None:
    """The path says what the body has to be."""
    assert message == refusal({"apiVersion": api_version, "kind": kind})


def test_former_versions() -> None:
    """They can be read and are not taken."""
    body = {"apiVersion": "extensions/v1beta1", "kind": "Deployment"}
    expected = (
        "the API version in the data (extensions/v1beta1) does not match the expected API version "
        "(apps/v1)"
    )
    assert expected == refusal(body, JSON, ("apps", "v1", "Deployment"))


REPEATED = '{"data":{"a":"1","a":"2"},"datas":{}}'


def test_strict_errors_become_warnings() -> None:
    """In the order of the text; Ignore is silent."""
    warnings = ['duplicate field "data.a"', 'unknown field "datas"']
    obj, found = decode_body(REPEATED, JSON, MAP)
    assert ({"a": "2"}, warnings) == (obj["data"], found)
    assert decode_body(REPEATED, JSON, MAP, "Ignore")[1] == []


def test_strict_errors_refuse() -> None:
    """All of them in one message."""
    with pytest.raises(BadRequest) as found:
        decode_body(REPEATED, JSON, MAP, "Strict")
    assert str(found.value).endswith(
        'strict decoding error: duplicate field "data.a", unknown field "datas"'
    )


def test_repeated_structs_are_read_on_top_of_each_other() -> None:
    """As Go decodes the second value into the same struct."""
    raw = '{"metadata":{"name":"c"},"metadata":{"labels":{"a":"b"}}}'
    obj, warnings = decode_body(raw, JSON, MAP)
    assert obj["metadata"] == {"name": "c", "labels": {"a": "b"}}
    assert warnings == ['duplicate field "metadata"']


def test_repeated_keys_of_yaml() -> None:
    """Their lines come first."""
    raw = "metadata: {name: c}\ndata:\n  a: b\n  a: c\nzz: 1\n"
    expected = ['line 4: key "a" already set in map', 'unknown field "zz"']
    assert expected == decode_body(raw, YAML, MAP)[1]


def test_custom_resources_are_pruned_by_their_definition() -> None:
    """What the definition does not know is told like an unknown field."""
    expected = ("example.com", "v1", "Widget")

    def prune(obj: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        return {"kind": obj["kind"]}, ['unknown field "spec.x"']

    obj, warnings = decode_body('{"spec":{"x":1}}', JSON, expected, "Warn", prune)
    assert (obj, warnings) == ({"kind": "Widget"}, ['unknown field "spec.x"'])
