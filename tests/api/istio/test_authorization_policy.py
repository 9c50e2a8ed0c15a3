"""What the webhook says of AuthorizationPolicies."""

import pytest

from kubelearn.api.istio.authorization_policy import errors
from kubelearn.api.istio.multierror import text

TEXTS = ["one", "one-*", "*-one", "*"]
WHOLE = {
    "selector": {"matchLabels": {"app": "httpbin"}},
    "rules": [{}, {
        "from": [
            {"source": {"principals": TEXTS, "requestPrincipals": TEXTS, "namespaces": TEXTS,
                        "ipBlocks": ["1.2.3.4", "5.6.0.0/16"], "notRemoteIpBlocks": ["9.0.0.1"]}},
            {"source": {"serviceAccounts": ["shop/web", "web"]}},
        ],
        "to": [{"operation": {
            "methods": TEXTS, "hosts": ["exact.com", "*.suffix.com", "prefix.*"],
            "ports": ["80", "0"], "notPorts": ["65535"],
            "paths": ["/exact", "/prefix/*", "*", "/", "/one/{*}", "/{*}/a/{**}", "/{**}/one"],
        }}],
        "when": [
            {"key": "request.headers[X-header]", "values": TEXTS},
            {"key": "source.ip", "values": ["10.0.0.1"], "notValues": ["192.168.10.0/24"]},
            {"key": "source.serviceAccount", "values": ["web"]},
            {"key": "destination.port", "notValues": ["91"]},
            {"key": "request.auth.claims[one][two]", "values": TEXTS},
            {"key": "connection.sni", "values": ["*.suffix.com"]},
            {"key": "experimental.envoy.filters.a.b[c]", "values": TEXTS},
        ],
    }],
}  # fmt: skip


def said(**spec):
    """The errors of a policy, without the name that all begin with."""
    found = errors({"metadata": {"name": "one", "namespace": "shop"}, "spec": spec})
    return [error.removeprefix("invalid policy one.shop: ") for error in found]


def never(action):
    """What is said of a policy that matches nothing."""
    return (
        f"{action} action without `rules` is meaningless as it will never be triggered, "
        "add an empty rule `{}` if you want it be triggered for every request"
    )


NOT_CUSTOM = "{} is currently not supported with CUSTOM action"
BY_HEADER = [{"when": [{"key": "request.headers[a]", "values": ["b"]}]}]
SPECS = [
    ({}, []),
    (WHOLE, []),
    ({"action": "ALLOW", "rules": []}, []),
    ({"action": "DENY", "rules": [{}]}, []),
    ({"action": "DENY"}, [never("DENY")]),
    ({"action": "DENY", "rules": []}, [never("DENY")]),
    ({"rules": [{"from": [], "to": [], "when": []}]}, []),
    ({"action": "CUSTOM", "provider": {"name": "a"}, "rules": BY_HEADER}, []),
    ({"action": "CUSTOM", "provider": {"name": "a"}}, [never("CUSTOM")]),
    ({"action": "CUSTOM", "rules": BY_HEADER}, ["`provider.name` must not be empty"]),
    ({"action": "AUDIT", "provider": {}},
     ["`provider` must not be with non CUSTOM action, found AUDIT"]),
    ({"action": "CUSTOM", "provider": {"name": "a"}, "rules": [
        {"from": [{"source": {"requestPrincipals": ["*"], "namespaces": ["b"]}}],
         "when": [{"key": "request.auth.claims[c]", "values": ["d"]}]}]},
     [NOT_CUSTOM.format("From.Namespaces"), NOT_CUSTOM.format("From.RequestPrincipals"),
      NOT_CUSTOM.format("request.auth.claims[c]")]),
    ({"selector": {"matchLabels": {"app": "*"}}},
     ['wildcard is not supported in selector: "app=*"']),
]  # fmt: skip
BAD_PATH = "invalid or unsupported path {}, found in Paths. {}"
BEYOND = "Contains '{' or '}' beyond a supported path template"
FORMAT = "expected format 'serviceAccount' or 'namespace/serviceAccount', found"
ACCOUNTS = "ServiceAccounts"
SOURCES = [
    ({}, ["`from.source` must not be empty, found at rule 0"]),
    (None, ["`from.source` must not be nil, found at rule 0"]),
    ({"ipBlocks": ["1.2.3", "1.2.3.4/33"]},
     ["bad IP address (1.2.3)",
      'bad CIDR range (1.2.3.4/33): netip.ParsePrefix("1.2.3.4/33"): prefix length out of range']),
    ({"notNamespaces": ["a", ""]}, ["empty value not allowed, found in NotNamespaces"]),
    ({"serviceAccounts": ["a"], "principals": ["b"]},
     ["cannot set serviceAccounts with namespaces or principals, found at rule 0"]),
    ({"serviceAccounts": ["a"] * 17}, ["may not have more than 16 values"]),
    ({"serviceAccounts": ["", "*"]}, [f"empty value not allowed, found in {ACCOUNTS}"]),
    ({"serviceAccounts": ["a*"]}, [f"wildcard not allowed, found in {ACCOUNTS}"]),
    ({"serviceAccounts": ["a/b/c"]}, [f'{FORMAT} "a/b/c" in {ACCOUNTS}']),
    ({"serviceAccounts": ["/b"]}, [f'{FORMAT} empty namespace "/b" in {ACCOUNTS}']),
    ({"notServiceAccounts": ["a/"]}, [f'{FORMAT} empty serviceAccount "a/" in Not{ACCOUNTS}']),
    ({"serviceAccounts": ["a" * 321]},
     [f'value cannot exceed 320 characters, found "{"a" * 321}" in {ACCOUNTS}']),
]  # fmt: skip
OPERATIONS = [
    ({}, ["`to.operation` must not be empty, found at rule 0"]),
    (None, ["`to.operation` must not be nil, found at rule 0"]),
    ({"methods": [""]}, ["empty value not allowed, found in Methods"]),
    ({"ports": ["a"]}, ['bad port (a): strconv.ParseUint: parsing "a": invalid syntax']),
    ({"ports": ["-1"]}, ['bad port (-1): strconv.ParseUint: parsing "-1": invalid syntax']),
    ({"notPorts": ["65536"]}, ["bad port (65536): <nil>"]),
    ({"ports": ["4294967296"]},
     ['bad port (4294967296): strconv.ParseUint: parsing "4294967296": value out of range']),
    ({"ports": [""]}, ['bad port (): strconv.ParseUint: parsing "": invalid syntax',
                       "empty value not allowed, found in Ports"]),
    ({"paths": ["/{a}/b"]}, [BAD_PATH.format("{a}/b", BEYOND)]),
    ({"paths": ["/{**}/{*}/"]}, [BAD_PATH.format("{**}/{*}", "{**} is not the last operator")]),
    ({"paths": ["/{*}/a*"]},
     [BAD_PATH.format("{*}/a*", "Contains segment a* with invalid string literal")]),
]  # fmt: skip
EMPTY = "empty value not allowed, found in"
CONDITIONS = [
    ({"values": ["a"]}, ["`key` must not be empty"]),
    ({"key": "source.ip"},
     ["at least one of `values` or `notValues` must be set for key source.ip"]),
    ({"key": "source.ip", "values": ["a"]},
     ["invalid `value` for `key` source.ip: 1 error occurred:\n\t* bad IP address (a)\n\n"]),
    ({"key": "connection.sni", "values": ["a"], "notValues": [""]},
     [f"invalid `notValue` for `key` connection.sni: {EMPTY} connection.sni"]),
    *(({"key": key, "values": ["a"]},
       [f"invalid `value` for `key` {key}: {why}", f"invalid `notValue` for `key` {key}: {why}"])
      for key, why in [
          ("request.headers", "bad key (request.headers): should have format a[b]"),
          ("request.headers[]", "bad key (request.headers[]): should have format a[b]"),
          ("destination.namespace",
           "attribute destination.namespace is replaced by the metadata.namespace"),
          ("destination.labels[a]",
           "attribute destination.labels[a] is replaced by the workload selector"),
          ("destination.user", "deprecated attribute destination.user: only supported in v1alpha1"),
          ("source.colour", "unknown attribute: source.colour"),
      ]),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "expected"), SPECS)
def test_actions_need_rules_and_only_custom_a_provider(spec, expected):
    """An external authoriser's rules may ask less."""
    assert said(**spec) == expected


@pytest.mark.parametrize(("source", "expected"), SOURCES)
def test_the_fields_of_a_source_are_checked(source, expected):
    """Addresses, accounts, empty texts."""
    assert said(rules=[{"from": [{"source": source}]}]) == expected


@pytest.mark.parametrize(("operation", "expected"), OPERATIONS)
def test_the_fields_of_an_operation_are_checked(operation, expected):
    """Ports, paths, empty texts."""
    assert said(rules=[{"to": [{"operation": operation}]}]) == expected


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS)
def test_the_keys_of_conditions_are_checked_with_their_values(condition, expected):
    """A key that is wrong is told of both kinds of values."""
    assert said(rules=[{"when": [condition]}]) == expected


def test_every_error_begins_with_the_policy_s_name():
    """A list of addresses stays one, even with a single error."""
    metadata = {"name": "one", "namespace": "shop"}
    rules = [{"from": [{"source": {"ipBlocks": ["a"]}}]}]
    found = list(errors({"metadata": metadata, "spec": {"rules": rules}}))
    whole = "1 error occurred:\n\t* invalid policy one.shop: bad IP address (a)\n\n"
    assert text(found) == whole


def test_trust_domains_pass():
    """Unlike the real one of this version, which does not know them."""
    source = {"source": {"trustDomains": ["td"]}}
    when = {"key": "source.trustDomain", "values": ["td"]}
    assert said(rules=[{"from": [source], "when": [when]}]) == []
