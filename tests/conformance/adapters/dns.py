"""How the cases of controllers/dns.json are put to `kubelearn.network`."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from kubelearn.api.server import APIServer
from kubelearn.network.dns import Dns, Record
from kubelearn.network.dns_zone import Zone
from kubelearn.network.resolver import (
    ResolvConf,
    dns_type,
    limit_nameservers,
    limit_searches,
    merge_options,
    resolv_conf,
)
from kubelearn.sim.clock import Clock
from kubelearn.sim.draws import Draws

OBJECTS = {
    "services": "services",
    "endpointSlices": "endpointslices.discovery.k8s.io",
    "pods": "pods",
}


def check(case: dict[str, Any]) -> None:
    """Compare an answer: records in any order, with or without the dot at the end of names."""
    given = case["input"]
    assert _normal(case["expect"]) == _normal(OPERATIONS[given["op"]](given))


def _normal(answer: dict[str, Any]) -> dict[str, Any]:
    return {
        name: sorted(map(_plain, value), key=str) if name in ("answer", "additional") else value
        for name, value in answer.items()
    }


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {name: v.rstrip(".") if isinstance(v, str) else v for name, v in record.items()}


def _server(given: dict[str, Any]) -> APIServer:
    """The objects of a case as they are, whatever an API server would say to them."""
    api = APIServer(Clock(), Draws(0))
    for name in given["namespaces"]:
        api.store.put("namespaces", ("", name), {"kind": "Namespace", "metadata": {"name": name}})
    for field, resource in OBJECTS.items():
        for obj in given.get(field, ()):
            metadata = obj["metadata"]
            api.store.put(resource, (metadata["namespace"], metadata["name"]), {"spec": {}, **obj})
    return api


def _resolve(given: dict[str, Any]) -> dict[str, Any]:
    zone = Zone(
        given["zone"].rstrip("."),
        given["ttl"],
        given["podMode"],
        tuple(given.get("exposedNamespaces", ())),
    )
    dns = Dns(SimpleNamespace(api=_server(given)), zone)
    reply = dns.query(given["query"]["name"], given["query"]["type"])
    found = {
        "rcode": reply.rcode,
        "answer": [_record(each) for each in reply.answer],
        "additional": [_record(each) for each in reply.additional],
        "authority": reply.authority,
    }
    return {name: value for name, value in found.items() if value or name == "answer"}


def _record(record: Record) -> dict[str, Any]:
    return {"name": record.name, "ttl": record.ttl, "type": record.type, "data": record.data}


def _limit_searches(given: dict[str, Any]) -> dict[str, Any]:
    limited = limit_searches(given["searches"])
    events = [f"Warning DNSConfigForming {limited.warning}"] if limited.warning else []
    return {"searches": list(limited.kept), "events": events}


def _limit_nameservers(given: dict[str, Any]) -> dict[str, Any]:
    limited = limit_nameservers(given["nameservers"])
    return {"nameservers": list(limited.kept), "warning": bool(limited.warning)}


def _merge_options(given: dict[str, Any]) -> dict[str, Any]:
    return {"optionsAnyOrder": sorted(merge_options(given["existing"], given["podOptions"]))}


def _pod_dns_type(given: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"type": dns_type(given["dnsPolicy"], host_network=given["hostNetwork"])}
    except ValueError:
        return {"error": True}


def _resolv_conf(given: dict[str, Any]) -> dict[str, Any]:
    host = ResolvConf(*(tuple(given["host"][line]) for line in ("nameservers", "searches")))
    host = host._replace(options=tuple(given["host"]["options"]))
    conf = resolv_conf(given["pod"], host, given["clusterDNS"], given["clusterDomain"])
    return {
        "nameservers": list(conf.nameservers),
        "searches": list(conf.searches),
        "optionsAnyOrder": sorted(conf.options),
    }


OPERATIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "resolve": _resolve,
    "limitSearches": _limit_searches,
    "limitNameservers": _limit_nameservers,
    "mergeOptions": _merge_options,
    "podDNSType": _pod_dns_type,
    "resolvConf": _resolv_conf,
}
