"""Routes as an application.yaml writes them."""

import pytest

from kubelearn.spring.boot.failure import StartFailure
from kubelearn.spring.boot.properties import read
from kubelearn.spring.gateway.definitions import FILTER, PREDICATE, step
from kubelearn.spring.gateway.settings import settings_of

ROUTE = "  - {{id: a, uri: {uri}, predicates: [{predicate}], filters: [{filter}]}}\n"
WEBFLUX = "spring.cloud.gateway.server.webflux:\n  routes:\n"


def settings(uri="http://a", predicate="Path=/a", filter="StripPrefix=1", more=""):
    """The settings of one route."""
    text = more + WEBFLUX + ROUTE.format(uri=uri, predicate=predicate, filter=filter)
    return settings_of(read({"/app/config/application.yaml": text}, {}))


SHORT = [
    (PREDICATE, "Path=/a/{x},/b/**", {"patterns": ("/a/{x}", "/b/**")}),
    (PREDICATE, "Path=/a,true", {"patterns": ("/a",)}),
    (PREDICATE, "Query=green", {"param": "green"}),
    (PREDICATE, "Method=GET, POST", {"methods": ("GET", "POST")}),
    (FILTER, "RewritePath=/a/(?<x>.*), /$\\{x}", {"regexp": "/a/(?<x>.*)",
                                                "replacement": "/$\\{x}"}),
    (FILTER, "SetStatus=BAD_GATEWAY", {"status": 502}),
    (FILTER, "MapRequestHeader=A, B", {"from": "A", "to": "B"}),
    (FILTER, "SecureHeaders", {}),
    (FILTER, "AddRequestHeadersIfNotPresent=A:b,C:d", {"headers": (("A", "b"), ("C", "d"))}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "args"), SHORT)
def test_the_short_form(kind, text, args):
    """Arguments by their places."""
    assert step(kind, "x", text).args == args


def test_the_long_form():
    """Arguments by their names, which are relaxed; a list may be one text."""
    given = {"name": "Retry", "args": {"retries": 2, "backoff": {"first-backoff": "10ms"}}}
    assert step(FILTER, "x", given).args == {"retries": "2", "backoff.firstBackoff": "10ms"}
    given = {"name": "Path", "args": {"patterns": "/a,/b"}}
    assert step(PREDICATE, "x", given).args == {"patterns": ("/a", "/b")}


WRONG = [
    ({"predicate": "Pth=/a"}, "Unable to find RoutePredicateFactory with name Pth"),
    ({"filter": "StripPrefx=1"}, "Unable to find GatewayFilterFactory with name StripPrefx"),
    ({"filter": "Retry=0"}, "retries must be greater than 0"),
    ({"filter": "TokenRelay"}, "the filter TokenRelay is not modelled here"),
]


@pytest.mark.parametrize(("given", "message"), WRONG)
def test_what_an_exception_says(given, message):
    """The application does not start."""
    with pytest.raises(StartFailure) as failure:
        settings(**given)
    assert failure.value.lines[-1].endswith(message)


UNBOUND = [
    ({"predicate": "Path"}, "must be of the form name=value"),
    ({"filter": "SetPath"}, "SetPath needs this argument"),
    ({"filter": "{name: SetPath, args: {path: /x}}"}, "SetPath takes template"),
    ({"filter": "SetStatus=MAYBE"}, "'MAYBE' is no status"),
    ({"uri": "orders"}, "write http://service:port"),
    ({"uri": "http://orders:99999"}, "write http://service:port"),
    ({"predicate": "Path=/**/x/**"}, "stand for whole segments at the start or the end"),
    ({"predicate": "'Query=a, ['"}, "unterminated character set"),
    ({"predicate": "After=noon"}, "Invalid isoformat string"),
    ({"predicate": "RemoteAddr=somewhere"}, "does not appear to be an IPv4 or IPv6 network"),
    ({"filter": "StripPrefix=one"}, "invalid literal for int()"),
    ({"filter": "AddRequestHeadersIfNotPresent=A"}, "write each as name:value"),
    ({"filter": "RequestSize=big"}, "'big' is no size"),
    ({"predicate": ""}, "must not be empty"),
]


@pytest.mark.parametrize(("given", "word"), UNBOUND)
def test_what_does_not_bind(given, word):
    """Spring Boot names the property and the reason."""
    with pytest.raises(StartFailure) as failure:
        settings(**given)
    assert "APPLICATION FAILED TO START" in failure.value.lines
    assert any(word in line for line in failure.value.lines)


def test_default_filters_take_turns_with_a_route_s():
    """Filters act by their place in their own list; of two with one place the default first."""
    more = "spring.cloud.gateway.server.webflux.default-filters: [PrefixPath=/1, PrefixPath=/2]\n"
    found = settings(filter="StripPrefix=1, SecureHeaders", more=more)
    names = [one.text for one in found.routes[0].filters]
    assert names == ["PrefixPath=/1", "StripPrefix=1", "PrefixPath=/2", "SecureHeaders"]


def test_order_of_routes():
    """The lower order first, then as they are written."""
    text = WEBFLUX + "".join(
        f"  - {{id: {name}, uri: 'http://x', predicates: [Path=/], order: {order}}}\n"
        for name, order in (("a", 1), ("b", 0), ("c", 1), ("d", -1))
    )
    found = settings_of(read({"/app/config/application.yaml": text}, {}))
    assert "".join(route.id for route in found.routes) == "dbac"


def test_the_old_prefix():
    """Routes of before 4.3 are read."""
    text = (WEBFLUX + ROUTE.format(uri="http://a", predicate="Path=/a", filter="")).replace(
        ".server.webflux", "")  # fmt: skip
    found = settings_of(read({"/app/config/application.yaml": text}, {}))
    assert [route.id for route in found.routes] == ["a"]
