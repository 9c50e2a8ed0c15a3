"""Objects that istiod cannot use."""

import pytest

from kubelearn.mesh.legible import READERS, problem
from tests.mesh.small import an_object

TO = [{"destination": {"host": "web"}}]
BAD = [
    ("virtualservices", {"hosts": [], "http": []}, "names no host"),
    ("virtualservices", {"gateways": ["x"], "http": [{"route": TO}]}, "has no gateways"),
    ("virtualservices", {"http": [{"delegate": {"name": "x"}}]}, "does not hand over"),
    ("virtualservices", {"hosts": ["web"], "http": [{"delegate": {}}]}, "name"),
    ("virtualservices", {"hosts": ["web"], "http": [{"route": [{}]}]}, "destination"),
    ("virtualservices", {"hosts": ["web"], "http": [{"name": "x"}]}, "has no route"),
    ("virtualservices", {"hosts": ["web"], "http": [{"route": TO, "timeout": "soon"}]}, "'soon'"),
    ("virtualservices", {"hosts": ["web"], "http": [
        {"match": [{"uri": {"regex": "("}}], "route": TO}]}, "unterminated"),
    ("virtualservices", {"hosts": ["web"], "http": [
        {"route": [{**TO[0], "weight": 0}, {**TO[0], "weight": 0}]}]}, "weights"),
    ("virtualservices", {"hosts": "web", "http": [{"redirect": {"redirectCode": 200}}]}, "200"),
    ("destinationrules", {}, "host"),
    ("destinationrules", {"host": "web", "trafficPolicy": {"loadBalancer": {"simple": "BEST"}}},
     "BEST"),
    ("destinationrules", {"host": "web", "subsets": [{}]}, "name"),
    ("gateways", {"servers": [{"hosts": ["*"]}]}, "port"),
    ("serviceentries", {"hosts": ["x"], "ports": [{}]}, "number"),
    ("sidecars", {"egress": [{}]}, "hosts"),
    ("peerauthentications", {"mtls": {"mode": "MAYBE"}}, "use UNSET, DISABLE, PERMISSIVE, STRICT"),
    ("authorizationpolicies", {"action": "PERHAPS"}, "use ALLOW, DENY, CUSTOM or AUDIT"),
    ("authorizationpolicies", {"rules": [{"from": [{"source": {"colour": ["red"]}}]}]}, "colour"),
    ("authorizationpolicies", {"rules": [{"from": [{"source": {"ipBlocks": ["x"]}}]}]}, "x"),
    ("authorizationpolicies", {"rules": [{"when": [{"key": "sky"}]}]}, "unknown key 'sky'"),
    ("telemetries", {"metrics": [{"overrides": [{"match": {"metric": "X"}}]}]}, "no metric 'X'"),
    ("telemetries", {"accessLogging": [{"filter": {"expression": "1 +"}}]}, "cannot be read"),
    ("telemetries", {"accessLogging": [{"match": {"mode": "NEITHER"}}]}, "use CLIENT, SERVER"),
    ("telemetries", {"tracing": [{"providers": [{}]}]}, "name"),
    ("telemetries", {"tracing": [{"randomSamplingPercentage": 101}]}, "between 0 and 100"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "spec", "words"), BAD)
def test_what_is_wrong_is_said(kind, spec, words):
    """In words that name it."""
    assert words in problem(kind, an_object("x", **spec))


def test_good_ones_have_no_problem():
    """Among them an empty policy, which denies everything."""
    good = {
        "virtualservices": {"hosts": ["web"], "http": [{"route": TO, "timeout": "1m"}]},
        "destinationrules": {"host": "web", "subsets": [{"name": "v1"}]},
        "gateways": {"servers": [{"port": {"number": 80}, "hosts": ["*"]}]},
        "serviceentries": {"hosts": ["x"], "ports": [{"number": 80}]},
        "sidecars": {"egress": [{"hosts": ["./*"]}]},
        "peerauthentications": {"mtls": {"mode": "STRICT"}},
        "authorizationpolicies": {},
        "requestauthentications": {},
        "telemetries": {"accessLogging": [{"providers": [{"name": "envoy"}]}]},
        "httproutes": {"parentRefs": [{"kind": "Service", "name": "web"}]},
    }
    assert set(good) == set(READERS)
    for kind, spec in good.items():
        assert problem(kind, an_object("x", **spec)) == ""
