"""The Events at the end of a description."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.describe.page import Page
from kubelearn.kubectl.event_ages import last_seen, seen

HEAD = ("Type", "Reason", "Age", "From", "Message")
UNDERLINES = ("----", "------", "----", "----", "-------")


def about(client: Client, obj: Object, uid: str = "", *, kind: bool = True) -> list[Object]:
    """The Events about an object, oldest first."""
    metadata = obj["metadata"]
    wanted = {"involvedObject.name": metadata["name"]}
    wanted["involvedObject.namespace"] = metadata.get("namespace", "")
    if kind:
        wanted["involvedObject.kind"] = obj["kind"]
    wanted["involvedObject.uid"] = uid or metadata["uid"]
    fields = ",".join(f"{name}={text}" for name, text in wanted.items())
    events = client.world.api.kinds.named("events")
    return client.list(events, metadata.get("namespace", ""), fields=fields)


def write_events(page: Page, events: list[Object], now: int) -> None:
    """Events in a table of their own columns."""
    if not events:
        page.line("Events:\t<none>")
        return
    page.flush()
    page.line("Events:")
    for row in (HEAD, UNDERLINES):
        page.line("\t".join(row), 1)
    for event in sorted(events, key=last_seen):
        page.line("\t".join(_row(event, now)), 1)


def _row(event: Object, now: int) -> list[str]:
    source = (event.get("source") or {}).get("component") or event.get("reportingComponent", "")
    field = event["involvedObject"].get("fieldPath", "")
    message = event.get("message", "").strip()
    message = f"{field}: {message}" if field else message
    return [event.get("type", ""), event.get("reason", ""), seen(event, now), source, message]
