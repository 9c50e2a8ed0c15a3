"""Cluster: the public face of a world, in tables, texts and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kubelearn import kubectl
from kubelearn.api.objects import Object
from kubelearn.api.tables.events import EVENTS
from kubelearn.api.tables.served import printer_for
from kubelearn.world import Answer, World
from kubelearn.world.references import Reference

if TYPE_CHECKING:
    import pandas as pd

EVENT_COLUMNS = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "COUNT", "MESSAGE"]


class Cluster(World):
    """A running Kubernetes cluster: a control plane and workers, Ready at once.

    `nodes` workers over `zones` zones; `node={"cpu": "4", "memory": "16Gi", "pods": 110}` sizes
    them; equal seeds and equal commands give equal histories.
    """

    def get(
        self,
        kind: str,
        namespace: str | None = None,
        selector: str | Mapping[str, Any] | None = None,
        *,
        wide: bool = False,
    ) -> pd.DataFrame:
        """Objects of a kind with kubectl's columns; all namespaces unless one is named."""
        import pandas as pd  # only who asks for a table pays for the library

        found = self.api.kinds.named(kind)
        printer = printer_for(self.api, found, found.version)
        heads = [column.name.upper() for column in printer.columns if wide or not column.wide]
        rows: list[list[Any]] = []
        for obj in self.api.list(found.resource, namespace, selector):
            cells: list[Any] = list(printer.row(obj, self.clock.now, wide=wide))
            rows.append(cells)
            if found.namespaced and namespace is None:
                cells.insert(0, obj["metadata"]["namespace"])
        if found.namespaced and namespace is None:
            heads.insert(0, "NAMESPACE")
        return pd.DataFrame(rows, columns=heads)

    def kubectl(self, line: str) -> Answer:
        """The text that `kubectl LINE` prints."""
        return Answer(kubectl.run(self, line))

    def events(self, reference: str | None = None, namespace: str | None = None) -> pd.DataFrame:
        """Events, oldest first: of one object ("pod/web-0"), of a namespace, or all."""
        import pandas as pd

        events = self.api.list("events", namespace)
        if reference is not None:
            about = self.reference(reference, namespace or "default")
            events = [event for event in events if _is_about(event, about)]
        events.sort(key=_moment)
        names = [column.name.upper() for column in EVENTS.columns]
        rows = [dict(zip(names, EVENTS.cells(e, self.clock.now), strict=True)) for e in events]
        return pd.DataFrame(rows, columns=EVENT_COLUMNS)

    def show(self, **options: Any) -> Any:
        """The cluster as a live picture, with controls over time."""
        from kubelearn.widgets import ClusterView

        return ClusterView(self, **options)


def _is_about(event: Object, reference: Reference) -> bool:
    about = event["involvedObject"]
    found = (about.get("kind"), about.get("namespace", ""), about.get("name"))
    return found == (reference.kind.kind, reference.namespace, reference.name)


def _moment(event: Object) -> tuple[str, int]:
    """When an event was seen last; events of one second are in the order of their writes."""
    seen = event.get("lastTimestamp") or event.get("eventTime") or ""
    return seen[:19], int(event["metadata"]["resourceVersion"])
