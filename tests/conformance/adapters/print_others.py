"""How the cells of controllers/print_*.json are put to `kubelearn.api.tables`."""

from __future__ import annotations

from typing import Any

from kubelearn.api.kinds import KINDS
from kubelearn.api.tables import Cell, printer_of
from kubelearn.api.tables.services import load_balancer_addresses
from kubelearn.api.times import parse_timestamp

RESOURCES = {(kind.kind, kind.group): kind.resource for kind in KINDS}
ALWAYS = {"persistentvolumes", "persistentvolumeclaims"}
"""Upstream's printers of these make the cells of wide columns in any case."""
NARROW = {"priorityclasses.scheduling.k8s.io": -1}
"""Upstream's printer makes the last cell only for wide, although its column is not."""
ADDRESSES = {"services": 3, "ingresses.networking.k8s.io": 3}
"""Cells with addresses of load balancers, which upstream's printers cut when not asked for wide;
the API server always asks for wide."""
WIDTH = 16


def run(given: dict[str, Any]) -> dict[str, Any]:
    """The cells of the one row of an object, as upstream's printer function makes them."""
    obj = given["object"]
    resource = RESOURCES[obj["kind"], obj["apiVersion"].rpartition("/")[0]]
    wide = given["wide"] or resource in ALWAYS
    row = printer_of(resource).row(obj, parse_timestamp(given["now"]), wide=wide)
    if not wide and resource in ADDRESSES:
        row = _cut(row, ADDRESSES[resource], load_balancer_addresses(obj))
    return {"rows": [row if wide else row[: NARROW.get(resource)]]}


def _cut(row: list[Cell], place: int, addresses: str) -> list[Cell]:
    """A row with the addresses in one of its cells cut to the width of narrow tables."""
    if len(addresses) <= WIDTH:
        return row
    cut = f"{addresses[: WIDTH - 3]}..."
    return [*row[:place], str(row[place]).replace(addresses, cut, 1), *row[place + 1 :]]
