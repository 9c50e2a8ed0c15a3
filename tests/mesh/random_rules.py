"""Random VirtualServices and random requests to them, from a seed."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple

Json = dict[str, Any]
PATHS = ("/", "/api", "/api/v1", "/apis", "/API/v1", "/cart/12", "/cart/x", "/health", "/a%20b")
URIS: tuple[Json, ...] = (
    {"prefix": "/"}, {"prefix": "/api"}, {"prefix": "/cart/"}, {"exact": "/api/v1"},
    {"exact": "/health"}, {"regex": "/cart/[0-9]+"}, {"regex": ".*v1"}, {"prefix": "/apis"},
)  # fmt: skip
TEXTS: tuple[Json, ...] = ({"exact": "kim"}, {"prefix": "k"}, {"regex": "(kim|lee)"}, {})
USERS = ("kim", "lee", "kay", "")


class Request(NamedTuple):
    """A request to be sent."""

    method: str
    host: str
    target: str
    headers: dict[str, str]


def service_rules(random: Random, host: str, others: list[str]) -> Json:
    """A VirtualService with up to four rules, the last of which takes the rest."""
    rules = [_rule(random, f"r{place}", host, others) for place in range(random.randint(1, 4))]
    if random.random() < 0.7:
        rules.append({"name": "rest", "route": [{"destination": {"host": host, "subset": "v1"}}]})
    return {
        "apiVersion": "networking.istio.io/v1",
        "kind": "VirtualService",
        "metadata": {"name": host, "namespace": "default"},
        "spec": {"hosts": [host], "http": rules},
    }


def _rule(random: Random, name: str, host: str, others: list[str]) -> Json:
    rule: Json = {"name": name, "match": [_block(random) for _ in range(random.randint(1, 2))]}
    kind = random.random()
    if kind < 0.1:
        return {**rule, "redirect": {"uri": "/moved", "redirectCode": random.choice((301, 302))}}
    if kind < 0.2:
        return {**rule, "directResponse": {"status": random.choice((200, 418, 503))}}
    rule["route"] = _routes(random, host, others)
    if random.random() < 0.3:
        rule["rewrite"] = random.choice(({"uri": "/new"}, {"authority": "other.example"},
                                         {"uri": "/", "authority": "x.example"}))  # fmt: skip
    if random.random() < 0.3:
        rule["headers"] = {"request": {"set": {"x-set": name}, "remove": ["x-gone"]}}
    if random.random() < 0.15:
        share = {"value": random.choice((0, 100))}
        rule["fault"] = {"abort": {"httpStatus": 555, "percentage": share}}
    if random.random() < 0.3:
        rule["timeout"] = "5s"
    return rule


def _routes(random: Random, host: str, others: list[str]) -> list[Json]:
    if random.random() < 0.4:
        target = {"host": random.choice([host, *others]), "subset": random.choice(("v1", "v2"))}
        return [{"destination": target}]
    weight = random.choice((10, 25, 50, 90, 99))
    return [
        {"destination": {"host": host, "subset": "v1"}, "weight": weight},
        {"destination": {"host": host, "subset": "v2"}, "weight": 100 - weight},
    ]


def _block(random: Random) -> Json:
    block: Json = {"uri": random.choice(URIS)}
    if random.random() < 0.2:
        block["ignoreUriCase"] = True
    if random.random() < 0.4:
        block["headers"] = {"x-name": random.choice(TEXTS)}
    if random.random() < 0.2:
        block["withoutHeaders"] = {"x-name": random.choice(TEXTS)}
    if random.random() < 0.2:
        block["queryParams"] = {"q": random.choice(({"exact": "1"}, {"regex": "[0-9]+"}, {}))}
    if random.random() < 0.2:
        block["method"] = {"exact": random.choice(("GET", "POST"))}
    return block


def a_request(random: Random, hosts: list[str]) -> Request:
    """A request to one of the hosts, or to one that nobody knows."""
    headers = {"x-rand": str(random.randrange(1 << 64)), "x-user": f"user-{random.randrange(99)}"}
    if random.random() < 0.6:
        headers["x-name"] = random.choice(USERS)
    if random.random() < 0.3:
        headers["x-gone"] = "1"
    query = random.choice(("", "", "?q=1", "?q=x", "?p=2&q=33", "?q"))
    return Request(random.choice(("GET", "GET", "POST")), random.choice(hosts),
                   random.choice(PATHS) + query, headers)  # fmt: skip
