"""What an application load balancer does with a request: its rules and their actions.

Source: Elastic Load Balancing user guide, "Listener rules", "Rule action types".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from kubelearn.cloud.aws import alb_rules
from kubelearn.cloud.aws.elb.model import Listener
from kubelearn.traffic.balancers import Flow, Forward, Request

Action = Mapping[str, Any]
NOT_FOUND: Action = {"type": "fixed-response", "status": 404}
"""The default action that the controller gives to every listener."""


def action_of(listener: Listener, flow: Flow, request: Request) -> tuple[Action, str]:
    """The action of the first rule that fits, and how that is told."""
    seen = alb_rules.Request(
        request.host, request.path, request.method, request.headers, flow.source
    )
    rule = alb_rules.find_rule(listener.rules, seen)
    what = f"application load balancer: {request.method} {request.host}{request.path}"
    if rule is None:
        return NOT_FOUND, f"{what} fits no rule of port {listener.port}: default action, 404"
    return rule["action"], f"{what} fits rule {rule['priority']}"


def group_of(action: Action, draw: Callable[[int, str], int]) -> str:
    """The target group of a forward action, drawn by weight."""
    groups = [(name, weight) for name, weight in action["groups"] if weight]
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
    status = action["status"]
    return Forward(balancer, f"{text}: fixed response {status}", status=status)


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
