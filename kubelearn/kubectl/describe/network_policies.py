"""NetworkPolicies."""

from __future__ import annotations

from datetime import datetime

from kubelearn.api.objects import Object
from kubelearn.api.tables.printer import selector_text
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.describe.page import NONE, Page, heading, tags

ALL_PODS = "(Allowing the specific traffic to all pods in this namespace)"
DIRECTIONS = (
    ("Ingress", "ingress", "from", "From", "source"),
    ("Egress", "egress", "to", "To", "destination"),
)
"""Policy type, field of the rules, field of the peers, its title, and what it restricts."""


def network_policy(_client: Client, page: Page, obj: Object) -> None:
    """A NetworkPolicy."""
    spec = obj["spec"]
    heading(page, obj)
    created = datetime.fromisoformat(obj["metadata"]["creationTimestamp"])
    page.line(f"Created on:\t{created:%Y-%m-%d %H:%M:%S %z} UTC")
    tags(page, obj)
    page.line("Spec:")
    selected = spec.get("podSelector") or {}
    text = selector_text(selected) if selected else f"{NONE} {ALL_PODS}"
    page.line(f"PodSelector:     {text}", 1)
    types = spec.get("policyTypes") or []
    for kind, *how in DIRECTIONS:
        if kind in types:
            _direction(page, spec, *how)
        else:
            page.line(f"Not affecting {kind.lower()} traffic", 1)
    page.line(f"Policy Types: {', '.join(types) or NONE}", 1)


def _direction(page: Page, spec: Object, field: str, peers: str, title: str, what: str) -> None:
    page.line(f"Allowing {field} traffic:", 1)
    rules = spec.get(field) or []
    if not rules:
        page.line(f"{NONE} (Selected pods are isolated for {field} connectivity)", 2)
    for number, rule in enumerate(rules):
        for port in rule.get("ports") or ():
            page.line(_port(port), 2)
        if not rule.get("ports"):
            page.line("To Port: <any> (traffic allowed to all ports)", 2)
        if not rule.get(peers):
            page.line(f"{title}: <any> (traffic not restricted by {what})", 2)
        for peer in rule.get(peers) or ():
            page.line(f"{title}:", 2)
            _peer(page, peer)
        if number < len(rules) - 1:
            page.line("----------", 2)


def _port(port: Object) -> str:
    protocol, number = port.get("protocol", "TCP"), port.get("port", "<nil>")
    if "endPort" in port:
        return f"To Port Range: {number}-{port['endPort']}/{protocol}"
    return f"To Port: {number}/{protocol}"


def _peer(page: Page, peer: Object) -> None:
    for title, field in (
        ("NamespaceSelector", "namespaceSelector"),
        ("PodSelector", "podSelector"),
    ):
        if field in peer:
            page.line(f"{title}: {selector_text(peer[field])}", 3)
    block = peer.get("ipBlock")
    if block:
        page.line("IPBlock:", 3)
        page.line(f"CIDR: {block['cidr']}", 4)
        page.line(f"Except: {', '.join(block.get('except') or ())}", 4)
