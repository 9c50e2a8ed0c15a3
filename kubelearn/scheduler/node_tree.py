"""The order in which the scheduler looks at nodes: zone by zone in turn.

Source: `pkg/scheduler/backend/cache/node_tree.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import zip_longest

ZONE_LABELS = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")
REGION_LABELS = ("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region")

Zone = tuple[str, str]
"""(region, zone); ("", "") for a node without such labels."""


def zone_of(labels: Mapping[str, str]) -> Zone:
    """The region and zone of a node, the older labels being read where the newer are absent."""
    return (_first(labels, REGION_LABELS), _first(labels, ZONE_LABELS))


def _first(labels: Mapping[str, str], names: Iterable[str]) -> str:
    return next((labels[name] for name in names if name in labels), "")


class NodeTree:
    """Node names by zone, both in the order in which they came."""

    __slots__ = ("zones",)

    def __init__(self) -> None:
        self.zones: dict[Zone, dict[str, None]] = {}

    def add(self, name: str, zone: Zone) -> None:
        """File a node under its zone."""
        self.zones.setdefault(zone, {})[name] = None

    def remove(self, name: str, zone: Zone) -> None:
        """Forget a node; a zone without nodes goes with it."""
        names = self.zones[zone]
        del names[name]
        if not names:
            del self.zones[zone]

    def names(self) -> list[str]:
        """All names: the first of each zone, then the second of each zone, and so on."""
        rounds = zip_longest(*self.zones.values())
        return [name for turn in rounds for name in turn if name is not None]

    def fork(self) -> NodeTree:
        """A copy."""
        twin = NodeTree()
        twin.zones = {zone: names.copy() for zone, names in self.zones.items()}
        return twin
