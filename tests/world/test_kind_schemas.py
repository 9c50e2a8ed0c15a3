"""Objects of Istio's kinds are read as its definitions say."""

from typing import Any

import pytest

from kubelearn import Cluster
from kubelearn.api.errors import BadRequest, Invalid
from kubelearn.world.kind_schemas import ANYTHING, schema_of
from scripts.make_istio_schemas import spec_of

ROUTE = {"destination": {"host": "web"}, "weight": 100}
KINDS = {
    "VirtualService": ("networking.istio.io/v1", {"hosts": ["web"], "http": [{"route": [ROUTE]}]}),
    "PeerAuthentication": ("security.istio.io/v1", {"mtls": {"mode": "STRICT"}}),
    "DestinationRule": ("networking.istio.io/v1", {"host": "web"}),
}


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    """The kinds alone."""
    made = Cluster(nodes=1, seed=1)
    made.install("istio-base")
    return made


def made(kind: str, **spec: Any) -> dict[str, Any]:
    """An object of a kind; `spec` takes the place of fields of a right one."""
    version, right = KINDS[kind]
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "x"},
            "spec": {**right, **spec}}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_right_is_taken(cluster: Cluster, kind: str) -> None:
    """As it is."""
    cluster.apply(made(kind))
    assert cluster.object(f"{kind.lower()}/x")["spec"] == KINDS[kind][1]


@pytest.mark.parametrize(
    ("kind", "spec", "told"),
    [
        ("VirtualService", {"http": [{"route": [{**ROUTE, "weight": "90"}]}]},
         'spec.http[0].route[0].weight in body must be of type integer: "string"'),
        ("VirtualService", {"http": [{"route": [{"weight": 1}]}]},
         "spec.http[0].route[0].destination: Required value"),
        ("PeerAuthentication", {"mtls": {"mode": "strict"}},
         'spec.mtls.mode: Unsupported value: "strict": supported values: "UNSET", "DISABLE"'),
        ("DestinationRule",
         {"trafficPolicy": {"outlierDetection": {"consecutive5xxErrors": -1}}},
         "consecutive5xxErrors in body should be greater than or equal to 0"),
    ],
)  # fmt: skip
def test_what_is_of_another_type_is_refused(
    cluster: Cluster, kind: str, spec: dict[str, Any], told: str
) -> None:
    """In the API server's words, before Istio is asked."""
    with pytest.raises(Invalid) as refused:
        cluster.apply({**made(kind, **spec), "metadata": {"name": "wrong"}})
    assert told in str(refused.value)


def test_an_unknown_field_is_refused(cluster: Cluster) -> None:
    """As `kubectl apply` asks for strict reading."""
    with pytest.raises(BadRequest) as refused:
        cluster.apply(made("DestinationRule", trafficPolcy={}))
    assert str(refused.value) == (
        'DestinationRule in version "v1" cannot be handled as a DestinationRule: '
        'strict decoding error: unknown field "spec.trafficPolcy"'
    )


def test_other_kinds_take_any_field() -> None:
    """Those whose definitions are not here."""
    assert schema_of("gateway.networking.k8s.io", "HTTPRoute") == ANYTHING
    assert schema_of("networking.istio.io", "VirtualService")["type"] == "object"


CHECKER = """
export const validate=validate3;let schema0_enum=["A","B"];
function validate0(data,{}){if(0){params:0,keyword:"type",params:{type:"string"}}
keyword:"enum",params:{allowedValues:schema0_enum}}
function validate1(data,{}){keyword:"type",params:{type:"integer"},
keyword:"minimum",params:{comparison:">=",limit:0}}
function validate2(data,{}){keyword:"type",params:{type:"object"},missingProperty:"count"
validate0(data.mode,{instancePath:instancePath+"/mode",parentData:data})
validate1(data.count,{instancePath:instancePath+"/count",parentData:data})}
function validate3(data,{}){keyword:"type",params:{type:"object"}
validate2(data.spec,{instancePath:instancePath+"/spec",parentData:data})}
"""


def test_schemas_are_read_from_validators() -> None:
    """Fields, types, enumerations, bounds and what is required."""
    assert spec_of(CHECKER) == {
        "type": "object",
        "required": ["count"],
        "properties": {
            "mode": {"type": "string", "enum": ["A", "B"]},
            "count": {"type": "integer", "minimum": 0},
        },
    }
