"""`kubectl events`: Events of a namespace, of all, or of one object, oldest first.

Source: kubectl `pkg/cmd/events/events.go`, Kubernetes 1.36.

Unlike the real one: no `--watch`.
"""

from __future__ import annotations

import argparse

from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.event_ages import last_seen, seen
from kubelearn.kubectl.layout import document, layout
from kubelearn.kubectl.parsing import Parser
from kubelearn.world.references import parse_reference

COLUMNS = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]


def events(client: Client, words: list[str]) -> str:
    """What `kubectl events` prints."""
    parser = Parser("events", "namespace", "all namespaces", "output", words="")
    parser.add_argument("--for", dest="about", default="")
    parser.add_argument("--types", default="")
    parser.switch("--no-headers")
    options = parser.parse(words)
    kind = client.world.api.kinds.named("events")
    place = "" if options.all_namespaces else options.namespace
    found = client.list(kind, place, fields=_fields(client, options))
    types = {name.lower() for name in options.types.split(",") if name}
    found = [one for one in found if not types or one.get("type", "").lower() in types]
    found.sort(key=last_seen)
    if options.output in ("yaml", "json"):
        return document(found, options.output, single=False)
    if not found:
        where = "" if options.all_namespaces else f" in {options.namespace} namespace"
        client.stderr.append(f"No events found{where}.")
        return ""
    rows = [] if options.no_headers else [_with_namespace(options, "NAMESPACE", COLUMNS)]
    rows += [_row(client, options, event) for event in found]
    return layout(rows)


def _fields(client: Client, options: argparse.Namespace) -> str:
    if not options.about:
        return ""
    kind, _, name = parse_reference(client.world.api.kinds, options.about, options.namespace)
    about = {"kind": kind.kind, "apiVersion": kind.api_version, "name": name}
    return ",".join(f"involvedObject.{field}={text}" for field, text in about.items())


def _row(client: Client, options: argparse.Namespace, event: Object) -> list[str]:
    about, now = event["involvedObject"], client.world.clock.now
    cells = [seen(event, now), event.get("type", ""), event.get("reason", "")]
    cells += [f"{about.get('kind', '')}/{about.get('name', '')}", event.get("message", "").strip()]
    return _with_namespace(options, event["metadata"]["namespace"], cells)


def _with_namespace(options: argparse.Namespace, first: str, cells: list[str]) -> list[str]:
    return [first, *cells] if options.all_namespaces else cells
