"""What an application load balancer does with a request: its rules and their actions.

Source: Elastic Load Balancing user guide, "Listener rules", "Rule action types".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from kubelearn.cloud.aws import alb_rules
from kubelearn.cloud.aws.elb.model import Listener
from kubelearn.traffic.balancers import Flow, Forward, Request

Action = Mapping[str, Any]
Rule = Mapping[str, Any]


def rule_of(listener: Listener, flow: Flow, request: Request) -> tuple[Rule, str]:
    """The first rule that fits, and how that is told."""
    rule = alb_rules.find_rule(listener.rules, _seen(flow, request))
    what = f"application load balancer: {request.method} {request.host}{request.path}"
    if rule is None:
        text = f"{what} fits no rule of port {listener.port}: default action"
        return listener.last, text
    return rule, f"{what} fits rule {rule['priority']}"


def passed(listener: Listener, flow: Flow, request: Request) -> int:
    """How many rules a request passes until one fits."""
    rule = alb_rules.find_rule(listener.rules, _seen(flow, request))
    if rule is None:
        return len(listener.rules)
    return 1 + sum(int(one["priority"]) < int(rule["priority"]) for one in listener.rules)


def _seen(flow: Flow, request: Request) -> alb_rules.Request:
    return alb_rules.Request(
        request.host, request.path, request.method, request.headers, flow.source
    )


def weighted(listed: Iterable[tuple[str, int]], draw: Callable[[int, str], int]) -> str:
    """One of several target groups, drawn by weight; "" when none has any."""
    groups = [(name, weight) for name, weight in listed if weight]
    total = sum(weight for _, weight in groups)
    if not total:
        return ""
    at = draw(total, "target-group") if len(groups) > 1 else 0
    for name, weight in groups:
        if at < weight:
            return str(name)
        at -= weight
    return ""


def ended(balancer: str, action: Action, text: str, flow: Flow, request: Request) -> Forward | None:
    """The balancer's own answer; None for a forward action."""
    if action["type"] == "forward":
        return None
    if action["type"] == "redirect":
        place = location(action, flow, request)
        status = action["status"]
        return Forward(balancer, f"{text}: {status} to {place}", status=status, location=place)
    status, body = action["status"], action.get("body", "")
    return Forward(balancer, f"{text}: fixed response {status}", status=status, body=body)


def location(action: Action, flow: Flow, request: Request) -> str:
    """Where a redirect points: parts with `#{...}` are taken from the request."""
    parts = urlsplit(request.path)
    own = {
        "protocol": request.scheme.upper(), "host": request.host, "port": str(flow.port),
        "path": parts.path.removeprefix("/"), "query": parts.query,
    }  # fmt: skip
    kept = {"protocol": "#{protocol}", "host": "#{host}", "port": "#{port}",
            "path": "/#{path}", "query": "#{query}"}  # fmt: skip
    made = {}
    for part, pattern in kept.items():
        text = str(action.get(part, pattern))
        for name, value in own.items():
            text = text.replace("#{" + name + "}", value)
        made[part] = text
    query = f"?{made['query']}" if made["query"] else ""
    scheme = made["protocol"].lower()
    return f"{scheme}://{made['host']}:{made['port']}{made['path']}{query}"
