"""Protobuf bodies: each shape of a field, what is left out, and what is refused."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.errors import APIError, BadRequest, UnsupportedMediaType
from kubelearn.api.schema import schema, type_named
from kubelearn.server import Request, respond
from kubelearn.server.protobuf import decode_request
from kubelearn.server.protobuf.decode import _numbers
from kubelearn.server.protobuf.wire import Broken, fields, signed
from tests.api.fresh import fresh
from tests.server.protobuf.encode import envelope, message, varint

PROTOBUF = "application/vnd.kubernetes.protobuf"


def spec_of(api_version, kind, rows):
    """The spec of an object whose message has these fields in its field 2."""
    return decode_request(envelope(api_version, kind, [(2, rows)])).get("spec")


def test_texts_maps_and_bytes():
    """A Secret has all of them."""
    rows = [
        (1, [(1, "s"), (11, [(1, "a"), (2, "b")])]),
        (2, [(1, "k"), (2, b"\xff")]),
        (3, "Opaque"),
    ]
    wanted = {"name": "s", "labels": {"a": "b"}}
    found = decode_request(envelope("v1", "Secret", rows))
    assert (found["metadata"], found["data"], found["type"]) == (wanted, {"k": "/w=="}, "Opaque")


def test_kind_and_version_are_those_of_the_envelope():
    """The message itself has none."""
    found = decode_request(envelope("apps/v1", "Deployment", []))
    assert found == {"kind": "Deployment", "apiVersion": "apps/v1"}


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([(1, [(1, 0), (2, 0)])], {"minAvailable": 0}),
        ([(1, [(1, 0), (2, 3)])], {"minAvailable": 3}),
        ([(1, [(1, 1), (3, "50%")])], {"minAvailable": "50%"}),
    ],
)
def test_numbers_or_texts(rows, wanted):
    """IntOrString says which of both it is."""
    assert spec_of("policy/v1", "PodDisruptionBudget", rows) == wanted


def test_quantities():
    """They are texts."""
    hard = [(1, [(1, "cpu"), (2, [(1, "500m")])])]
    assert spec_of("v1", "ResourceQuota", hard) == {"hard": {"cpu": "500m"}}


def test_a_zero_that_says_something_stays():
    """No replicas are not the same as replicas that nobody has named."""
    found = spec_of("apps/v1", "Deployment", [(1, 0), (5, 0), (7, False)])
    assert found == {"replicas": 0}


def test_negative_numbers():
    """They are written as 64 bits."""
    assert (
        decode_request(envelope("scheduling.k8s.io/v1", "PriorityClass", [(2, -5)]))["value"] == -5
    )


def test_structs_that_stand_in_the_middle_of_others():
    """A volume's source, and its reference to a ConfigMap, have no level of their own in JSON."""
    source = [(19, [(1, [(1, "settings")])])]
    found = spec_of("v1", "Pod", [(1, [(1, "v"), (2, source)])])
    assert found == {"volumes": [{"name": "v", "configMap": {"name": "settings"}}]}


def test_times():
    """Seconds since 1970; an empty message is no time."""
    found = decode_request(envelope("v1", "Namespace", [(1, [(8, [(1, 1_767_225_605)])])]))
    assert found["metadata"]["creationTimestamp"] == "2026-01-01T00:00:05Z"
    empty = decode_request(envelope("v1", "Namespace", [(1, [(1, "n"), (8, [])])]))
    assert empty["metadata"] == {"name": "n"}


@pytest.mark.parametrize(
    ("body", "error", "text"),
    [
        (b"{}", BadRequest, "does not appear to be a protobuf message"),
        (envelope("v1", "Nothing", []), UnsupportedMediaType, "cannot read v1, Kind=Nothing"),
        (envelope("v1", "Pod", [(99, "x")]), UnsupportedMediaType, "field 99 of a Pod"),
        (envelope("apps/v1", "DaemonSet", []), UnsupportedMediaType, "cannot read a DaemonSet"),
        (envelope("v1", "Pod", [])[:-1] + b"\x05", BadRequest, "unexpected EOF"),
        (envelope("v1", "Pod", [(1, 7)]), BadRequest, "wrong wireType"),
        (envelope("v1", "Pod", [(1, [(1, b"\xff")])]), BadRequest, "invalid UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused(body, error, text):
    """Nothing is dropped in silence."""
    with pytest.raises(error, match=text):
        decode_request(body)


def test_a_create_in_protobuf():
    """The answer is JSON."""

    class Cluster:
        api = fresh()

    path, body = "/api/v1/namespaces", envelope("v1", "Namespace", [(1, [(1, "n")])])
    answer = respond(Cluster, Request("POST", path, body=body, content_type=PROTOBUF))
    assert (answer.code, answer.body["metadata"]["name"]) == (201, "n")


def test_the_table_names_fields_that_there_are():
    """Every field of a type stands in the schema under the same name."""
    known = set(schema())
    rows = ((name, field) for name, row in _numbers().items() for field in row.values())
    plain = [(name, field) for name, field in rows if name in known and isinstance(field, str)]
    assert len(plain) > 1000
    assert [(n, f) for n, f in plain if f not in type_named(n).fields] == []


# The wire


@given(st.integers(-(2**63), 2**63 - 1))
def test_numbers_come_back(number):
    """All that 64 bits can say."""
    ((_, value),) = fields(varint(8) + varint(number))
    assert signed(value) == number


@given(st.lists(st.tuples(st.integers(1, 500), st.one_of(st.integers(0, 2**40), st.binary()))))
def test_messages_come_back(rows):
    """Field by field, in order."""
    assert list(fields(message(rows))) == rows


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data):
    """They are a message, or they are refused."""
    with contextlib.suppress(Broken):
        list(fields(data))


@given(st.binary(max_size=80), st.sampled_from(["Pod", "Secret", "Service", "Namespace"]))
def test_no_body_breaks_the_decoder(data, kind):
    """It gives an object that JSON can write, or a refusal."""
    try:
        found = decode_request(envelope("v1", kind, [])[:-1] + varint(len(data)) + data)
    except APIError:
        return
    assert json.loads(json.dumps(found)) == found
