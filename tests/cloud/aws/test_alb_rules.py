"""The rules of an ALB's listener."""

import pytest

from kubelearn.cloud.aws.alb_rules import CONDITIONS, PROTOCOL_VERSIONS, Request, find_rule


def request(host="shop.example.com", target="/", method="GET", headers=None, source="203.0.113.9"):
    """A request as an ALB sees it."""
    return Request(host, target, method, headers or {}, source)


def holds(field, asked, **condition):
    """Whether one condition holds."""
    return CONDITIONS[field]({"field": field, **condition}, asked)


def test_the_lowest_priority_number_goes_first():
    """Whatever the order in which the rules were written."""
    rules = [{"name": "late", "priority": 20}, {"name": "early", "priority": 3}]
    assert find_rule(rules, request())["name"] == "early"
    assert find_rule([], request()) is None


def test_a_host_wildcard_does_not_match_the_bare_domain():
    """And case does not count."""
    wanted = {"values": ["*.example.com"]}
    assert holds("host-header", request("SHOP.example.com"), **wanted)
    assert not holds("host-header", request("example.com"), **wanted)


def test_the_case_of_a_path_counts_and_its_query_does_not():
    """`?` is exactly one character."""
    assert holds("path-pattern", request(target="/img/a?b=c"), values=["/img/*"])
    assert not holds("path-pattern", request(target="/IMG/a"), values=["/img/*"])
    assert holds("path-pattern", request(target="/v1"), values=["/v?"])
    assert not holds("path-pattern", request(target="/v"), values=["/v?"])


def test_behind_a_backslash_a_wildcard_of_a_query_is_itself():
    """In other conditions the backslash is one."""
    wanted = {"values": [{"key": "q", "value": r"a\*\?*"}]}
    assert holds("query-string", request(target="/?q=a*?bc"), **wanted)
    assert not holds("query-string", request(target="/?q=abcd"), **wanted)
    assert holds("path-pattern", request(target=r"/a\b"), values=[r"/a\*"])


def test_a_header_is_compared_without_case():
    """Name and value."""
    asked = request(headers={"user-agent": "chrome/99"})
    assert holds("http-header", asked, name="User-Agent", values=["*Chrome*"])


def test_all_conditions_of_a_rule_must_hold():
    """One that does not is enough."""
    conditions = [
        {"field": "host-header", "values": ["shop.example.com"]},
        {"field": "http-request-method", "values": ["POST"]},
    ]
    rules = [{"name": "post", "priority": 1, "conditions": conditions}]
    assert find_rule(rules, request()) is None
    assert find_rule(rules, request(method="POST"))["name"] == "post"


@pytest.mark.parametrize(("address", "wanted"), [("192.0.2.7", True), ("192.0.3.7", False)])
def test_the_source_is_the_peer(address, wanted):
    """X-Forwarded-For says nothing here."""
    asked = request(source=address, headers={"X-Forwarded-For": "192.0.2.1"})
    assert holds("source-ip", asked, values=["192.0.2.0/24"]) is wanted


def test_every_pair_of_protocol_versions_is_told():
    """Three by three."""
    assert len(PROTOCOL_VERSIONS) == 9
