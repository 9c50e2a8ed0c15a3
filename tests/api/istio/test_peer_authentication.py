"""What the webhook says of PeerAuthentications."""

import pytest

from kubelearn.api.istio.peer_authentication import errors

STRICT = {"mode": "STRICT"}
WEB = {"matchLabels": {"app": "web"}}
NO_PORTS = "mesh/namespace peer authentication cannot have port level mTLS"
CASES = [
    ({}, []),
    ({"selector": {}}, []),
    ({"mtls": STRICT}, []),
    ({"selector": WEB, "mtls": STRICT, "portLevelMtls": {"80": STRICT, "65535": STRICT}}, []),
    ({"portLevelMtls": {"80": STRICT}}, [NO_PORTS]),
    ({"selector": {"matchLabels": {}}, "portLevelMtls": {"80": STRICT}}, [NO_PORTS]),
    ({"selector": WEB, "portLevelMtls": {}},
     ["port level mTLS, if defined, must have at least one element"]),
    ({"selector": WEB, "portLevelMtls": {"0": STRICT, "80": STRICT, "65536": STRICT}},
     ["port must be in range 1..65535"] * 2),
    ({"selector": {"matchLabels": {"app": "*"}}},
     ['wildcard is not supported in selector: "app=*"']),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "expected"), CASES)
def test_ports_have_modes_of_their_own_only_behind_a_selector(spec, expected):
    """And every port is one."""
    assert (
        list(errors({"metadata": {"name": "one", "namespace": "shop"}, "spec": spec})) == expected
    )


def test_a_port_that_is_no_number_has_no_error():
    """The real webhook cannot even decode it."""
    spec = {"selector": WEB, "portLevelMtls": {"http": STRICT}}
    assert list(errors({"metadata": {"name": "one"}, "spec": spec})) == []
