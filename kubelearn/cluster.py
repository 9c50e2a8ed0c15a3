"""Cluster: the public face of a world, in tables, texts and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kubelearn import kubectl
from kubelearn.api.tables import human_duration, printer_of
from kubelearn.api.times import parse_timestamp
from kubelearn.world import Answer, World

if TYPE_CHECKING:
    import pandas as pd


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
        objects = self.api.list(found.resource, namespace, selector)
        printer = printer_of(found.resource)
        shown = [i for i, column in enumerate(printer.columns) if wide or not column.wide]
        rows = []
        for obj in objects:
            cells = printer.cells(obj, self.clock.now)
            row = {printer.columns[i].name.upper(): cells[i] for i in shown}
            if found.namespaced and namespace is None:
                row = {"NAMESPACE": obj["metadata"]["namespace"], **row}
            rows.append(row)
        heads = [printer.columns[i].name.upper() for i in shown]
        if found.namespaced and namespace is None:
            heads = ["NAMESPACE", *heads]
        return pd.DataFrame(rows, columns=heads)

    def kubectl(self, line: str) -> Answer:
        """The text that `kubectl LINE` prints."""
        return Answer(kubectl.run(self, line))

    def events(self, reference: str | None = None, namespace: str | None = None) -> pd.DataFrame:
        """Events, oldest first: of one object ("pod/web-0"), of a namespace, or all."""
        import pandas as pd

        events = self.api.list("events", namespace)
        if reference is not None:
            kind, place, name = self.reference(reference, namespace or "default")
            events = [
                event
                for event in events
                if event["involvedObject"]["kind"] == kind.kind
                and event["involvedObject"]["name"] == name
                and event["involvedObject"].get("namespace", "") == place
            ]
        events.sort(key=lambda event: (event["lastTimestamp"], event["metadata"]["name"]))
        columns = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "COUNT", "MESSAGE"]
        return pd.DataFrame([self._event_row(event) for event in events], columns=columns)

    def _event_row(self, event: dict[str, Any]) -> dict[str, Any]:
        about = event["involvedObject"]
        age = self.clock.now - parse_timestamp(event["lastTimestamp"])
        return {
            "LAST SEEN": human_duration(age),
            "TYPE": event["type"],
            "REASON": event["reason"],
            "OBJECT": f"{about['kind'].lower()}/{about['name']}",
            "COUNT": event["count"],
            "MESSAGE": event["message"],
        }

    def show(self, **options: Any) -> Any:
        """The cluster as a live picture, with controls over time."""
        from kubelearn.widgets import ClusterView

        return ClusterView(self, **options)
