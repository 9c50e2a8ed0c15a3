"""Answers the vectors of `controllers/httproute.json` by `kubelearn.network.gateway`."""

from __future__ import annotations

from typing import Any

from kubelearn.network.gateway import Answer, Objects, Request, answer
from kubelearn.network.gateway.filters import modified
from kubelearn.network.gateway.objects import attached_routes

DEFAULT_PORTS = {"http": "80", "https": "443"}


def check(case: dict[str, Any]) -> None:
    """Compare what the case tells: a part that it does not name is as in the request."""
    given, expected = case["input"], case["expect"]
    gateway, objects = _objects(given)
    if given.get("op") == "attachedRoutes":
        assert expected["listeners"] == attached_routes(objects, gateway)
        return
    asked = given["request"]
    fields = {name: value for name, value in asked.items() if name in Request._fields}
    found = answer(gateway, objects, Request(**fields))
    assert expected["status"] == found.status
    for name, compare in COMPARED.items():
        if name in expected:
            compare(expected[name], found, asked)


def _objects(given: dict[str, Any]) -> tuple[dict[str, Any], Objects]:
    services = given.get("services")
    known = None if services is None else frozenset(tuple(one.split("/")) for one in services)
    objects = Objects.of(given["objects"], namespaces=given.get("namespaces", {}), services=known)
    gateways = (one for one in given["objects"] if one["kind"] == "Gateway")
    return next(one for one in gateways if one["metadata"]["name"] == given["gateway"]), objects


def _backend(expected: dict[str, Any], found: Answer, asked: dict[str, Any]) -> None:
    assert (expected["namespace"], expected["service"]) == found.backend


def _forwarded(expected: dict[str, Any], found: Answer, asked: dict[str, Any]) -> None:
    assert expected.get("path", found.path) == found.path
    assert expected.get("host", found.host) == found.host
    _headers(expected.get("headers", {}), found.headers)
    names = {name.lower() for name in found.headers}
    assert not names & {name.lower() for name in expected.get("absentHeaders", ())}


def _headers(expected: dict[str, str], found: Any) -> None:
    values = {name.lower(): value for name, value in found.items()}
    assert {name.lower(): value for name, value in expected.items()}.items() <= values.items()


def _response(expected: dict[str, str], found: Answer, asked: dict[str, Any]) -> None:
    headers = asked.get("backendResponseHeaders", {})
    for modifier in found.response:
        headers = modified(headers, modifier)
    _headers(expected, headers)


def _redirect(expected: dict[str, Any], found: Answer, asked: dict[str, Any]) -> None:
    place = found.redirect
    assert place is not None
    assert expected.get("scheme", asked["scheme"]) == place.scheme
    assert expected.get("path", asked["path"]) == place.path
    assert expected.get("host", asked.get("host", "")).partition(":")[0] == place.host
    default = DEFAULT_PORTS[place.scheme]
    assert (expected.get("port") or default) == (place.port or default)


COMPARED = {
    "backend": _backend,
    "forwarded": _forwarded,
    "responseHeaders": _response,
    "redirect": _redirect,
}
