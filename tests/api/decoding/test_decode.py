"""Typed decoding of objects."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.decoding import ConverterReport, decode, decode_object
from kubelearn.api.decoding.scalars import first_illegal
from kubelearn.api.errors import BadRequest


def pod(**container: Any) -> dict[str, Any]:
    """A pod with one container."""
    return {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "a", **container}]}}


def error(body: dict[str, Any], kind: str = "Pod", group: str = "") -> str:
    """Why a body cannot be decoded."""
    return decode(body, group, "v1", kind).error


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            pod(image=5),
            (
                "json: cannot unmarshal number into Go struct field "
                "Container.spec.containers.image of type string"
            ),
        ),
        (
            pod(imagePullPolicy=True),
            (
                "json: cannot unmarshal bool into Go struct field "
                "Container.spec.containers.imagePullPolicy of type "
                "v1.PullPolicy"
            ),
        ),
        (
            pod(command="sh"),
            (
                "json: cannot unmarshal string into Go struct field "
                "Container.spec.containers.command of type []string"
            ),
        ),
        (
            pod(livenessProbe={"httpGet": 1}),
            (
                "json: cannot unmarshal number into Go struct field "
                "Probe.spec.containers.livenessProbe.ProbeHandler."
                "httpGet of type v1.HTTPGetAction"
            ),
        ),
        (
            pod(livenessProbe={"periodSeconds": 1.5}),
            (
                "json: cannot unmarshal number 1.5 into Go struct field "
                "Probe.spec.containers.livenessProbe.periodSeconds of type int32"
            ),
        ),
        (
            pod(resources={"limits": []}),
            (
                "json: cannot unmarshal array into Go struct field "
                "ResourceRequirements.spec.containers.resources.limits "
                "of type v1.ResourceList"
            ),
        ),
        (
            {"spec": {"volumes": [{"name": "v", "emptyDir": 5}]}},
            (
                "json: cannot unmarshal number into Go struct field "
                "Volume.spec.volumes.VolumeSource.emptyDir of type v1.EmptyDirVolumeSource"
            ),
        ),
        (
            {"metadata": {"uid": 7}},
            (
                "json: cannot unmarshal number into Go struct field "
                "ObjectMeta.metadata.uid of type types.UID"
            ),
        ),
    ],
)
def test_wrong_types(body: dict[str, Any], message: str) -> None:
    """Go's words: the struct, the path without indices, the Go type."""
    assert message == error(body)


def test_the_first_wrong_type_is_told() -> None:
    """Decoding goes on, but a later mistake changes nothing."""
    body = {"spec": {"nodeName": 1, "hostNetwork": "yes"}}
    assert "PodSpec.spec.nodeName" in error(body)


def test_a_value_that_reads_itself_ends_it() -> None:
    """A bad quantity is told although a wrong type came before it."""
    body = pod(image=5, resources={"limits": {"cpu": "1 core"}})
    assert error(body).startswith("quantities must match the regular expression")


def test_unknown_fields_have_their_whole_path() -> None:
    """Indices and keys are part of it, and nothing else is lost."""
    decoded = decode({**pod(imagee="x"), "Spec": {}}, "", "v1", "Pod")
    assert decoded.strict == ('unknown field "spec.containers[0].imagee"', 'unknown field "Spec"')
    assert decoded.object["spec"]["containers"] == [{"name": "a"}]


def test_at_most_a_hundred_strict_errors() -> None:
    """As many as upstream tells."""
    body = {f"x{number}": 1 for number in range(150)}
    assert len(decode(body, "", "v1", "Pod").strict) == 100


def test_nulls_and_empty_values_are_dropped() -> None:
    """What Go omits when empty does not come back; pointers and required fields do."""
    spec = {
        "hostNetwork": False,
        "nodeName": "",
        "nodeSelector": {},
        "tolerations": [],
        "priority": 0,
        "runtimeClassName": "",
        "affinity": {},
        "securityContext": None,
        "containers": [],
    }
    expected = {"priority": 0, "runtimeClassName": "", "affinity": {}, "containers": []}
    assert expected == decode({"spec": spec}, "", "v1", "Pod").object["spec"]


def test_null_in_a_map_is_the_zero_value() -> None:
    """`data: {a: null}` is an empty text."""
    assert decode({"data": {"a": None}}, "", "v1", "ConfigMap").object["data"] == {"a": ""}


def test_amounts_become_canonical_in_resource_lists_only() -> None:
    """Elsewhere a quantity keeps its text."""
    body = pod(resources={"limits": {"cpu": 0.5, "memory": "1024Mi"}})
    body["spec"]["volumes"] = [{"name": "v", "emptyDir": {"sizeLimit": "1024Mi"}}]
    spec = decode(body, "", "v1", "Pod").object["spec"]
    assert spec["containers"][0]["resources"]["limits"] == {"cpu": "500m", "memory": "1Gi"}
    assert spec["volumes"][0]["emptyDir"]["sizeLimit"] == "1024Mi"


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01T02:00:00.5+02:00", "2026-01-01T00:00:00Z"),
    ],
)
def test_times_are_written_in_utc(given: str, written: str) -> None:
    """And in whole seconds."""
    body = {"metadata": {"creationTimestamp": given}}
    metadata = decode(body, "", "v1", "Pod").object["metadata"]
    assert written == metadata["creationTimestamp"]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("x", 'as "2006-01-02T15:04:05.000000Z07:00": cannot parse "x" as "2006"'),
        ("2026-01-01", 'as "2006-01-02T15:04:05.000000Z07:00": cannot parse "" as "T"'),
        (
            "2026-01-01T00:00:00Z",
            'as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
        ),
        ("2026-13-01T00:00:00.000000Z", ": month out of range"),
        ("2026-02-30T00:00:00.000000Z", ": day out of range"),
        ("2026-02-01T00:00:00.000000Zx", ': extra text: "x"'),
        (
            "2026-02-01T00:00:00.000000",
            ('as "2006-01-02T15:04:05.000000Z07:00": cannot parse "" as "Z07:00"'),
        ),
    ],
)
def test_broken_times(text: str, rest: str) -> None:
    """Go says which part it could not read."""
    body = {"spec": {"renewTime": text}}
    message = error(body, "Lease", "coordination.k8s.io")
    assert message.startswith(f'parsing time "{text}"')
    assert message.endswith(rest)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("a", 0),
        ("ab", 0),
        ("abc", 0),
        ("abcd?", 4),
        ("YQ=", 3),
        ("YQ=x", 2),
        ("YQ==x", 4),
        ("====", 0),
        ("YWJj\nYQ", 5),
    ],
)
def test_broken_base64(text: str, offset: int) -> None:
    """Go says at which byte it stopped."""
    assert offset == first_illegal(text)
    message = error({"data": {"a": text}}, "Secret")
    assert f"illegal base64 data at input byte {offset}" == message


def test_bytes_are_written_back_without_line_breaks() -> None:
    """Base64 may be wrapped."""
    assert decode({"data": {"a": "YW\nJj"}}, "", "v1", "Secret").object["data"] == {"a": "YWJj"}


def test_kinds_that_are_not_built_in_keep_everything() -> None:
    """Their fields are known to their CustomResourceDefinition."""
    body = {"metadata": {"name": "w"}, "spec": {"a": None, "b": [1.5]}}
    decoded = decode(body, "example.com", "v1", "Widget")
    assert {"apiVersion": "example.com/v1", "kind": "Widget", **body} == decoded.object


def test_the_input_is_not_changed() -> None:
    """Decoding makes a new object."""
    body = pod(resources={"limits": {"cpu": "0.5"}})
    decode(body, "", "v1", "Pod")
    assert pod(resources={"limits": {"cpu": "0.5"}}) == body


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"replicas": "x"}, "unrecognized type: int32"),
        ({"replicas": 1.5}, "cannot convert float64 to int32"),
        ({"paused": 1}, "unrecognized type: bool"),
        ({"template": {"spec": {"hostname": 5}}}, "cannot convert int64 to string"),
        ({"template": {"spec": {"dnsPolicy": 5}}}, "cannot convert int64 to v1.DNSPolicy"),
        ({"template": {"spec": {"hostname": True}}}, "unrecognized type: string"),
        (
            {"strategy": {"rollingUpdate": {"maxSurge": True}}},
            "json: cannot unmarshal bool into Go value of type int32",
        ),
    ],
)
def test_the_converters_words(spec: dict[str, Any], message: str) -> None:
    """Strategic merge patches name only the types."""
    found = decode({"spec": spec}, "apps", "v1", "Deployment", ConverterReport())
    assert found.error == message


def test_what_reads_itself_has_no_place_in_the_converter() -> None:
    """Times are handed their value alone; bytes are decoded by the converter."""
    body: dict[str, Any] = {"metadata": {"creationTimestamp": 5}}
    found = decode(body, "", "v1", "ConfigMap", ConverterReport())
    assert found.error == "json: cannot unmarshal number into Go value of type string"
    found = decode({"binaryData": {"a": "!"}}, "", "v1", "ConfigMap", ConverterReport())
    assert found.error == "error decoding from json: illegal base64 data at input byte 0"


def test_the_converter_cuts_numbers_to_size() -> None:
    """As a Go conversion does; a number without a fraction is whole however it is written."""
    for given_number, kept in ((3.0, 3), (2**31, -(2**31)), (2**32 + 7, 7)):
        body = {"spec": {"replicas": given_number}}
        found = decode(body, "apps", "v1", "Deployment", ConverterReport())
        assert found.object["spec"] == {"replicas": kept}


def test_the_metadata_of_custom_objects_is_that_of_all() -> None:
    """It is read by itself, so that errors do not say where it is."""
    body: dict[str, Any] = {"metadata": {"name": "x", "foo": 1}, "spec": {"bar": 2}, "top": 3}
    found = decode(body, "ex.com", "v1", "Foo")
    assert found.strict == ('unknown field "metadata.foo"',)
    assert found.object["metadata"] == {"name": "x"}
    assert (found.object["spec"], found.object["top"]) == ({"bar": 2}, 3)
    found = decode({"metadata": {"labels": {"a": 1}}}, "ex.com", "v1", "Foo")
    assert found.error == (
        "json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string"
    )
    assert found.field == "metadata.labels.a"


def test_objects_of_this_process_are_checked_strictly() -> None:
    """As kubectl asks for it."""
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replica": 3}}
    with pytest.raises(BadRequest) as refusal:
        decode_object(deployment)
    expected = (
        'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: '
        'unknown field "spec.replica"'
    )
    assert expected == str(refusal.value)
    assert decode_object(deployment, "Warn").strict == ('unknown field "spec.replica"',)


NAMES = st.sampled_from(["spec", "containers", "name", "ports", "resources", "limits", "cpu", "x"])
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=30,
)


@given(st.dictionaries(NAMES, ANY))
def test_what_has_been_decoded_stays_as_it_is(body: dict[str, Any]) -> None:
    """Nothing makes the decoder fail, and decoding its result again changes nothing."""
    decoded = decode(body, "", "v1", "Pod")
    if not decoded.error:
        again = decode(decoded.object, "", "v1", "Pod")
        assert again == type(again)(decoded.object, (), "")
