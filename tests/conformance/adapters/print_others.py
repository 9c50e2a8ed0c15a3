"""How the cells of controllers/print_*.json are put to `kubelearn.api.tables`."""

from __future__ import annotations

from typing import Any

from kubelearn.api.kinds import KINDS
from kubelearn.api.tables import printer_of
from kubelearn.api.times import parse_timestamp

RESOURCES = {(kind.kind, kind.group): kind.resource for kind in KINDS}
ALWAYS = {"persistentvolumes", "persistentvolumeclaims"}
"""Upstream's printers of these make the cells of wide columns in any case."""
NARROW = {"priorityclasses.scheduling.k8s.io": -1}
"""Upstream's printer makes the last cell only for wide, although its column is not."""


def run(given: dict[str, Any]) -> dict[str, Any]:
    """The cells of the one row of an object, as upstream's printer function makes them."""
    obj = given["object"]
    resource = RESOURCES[obj["kind"], obj["apiVersion"].rpartition("/")[0]]
    wide = given["wide"] or resource in ALWAYS
    row = printer_of(resource).row(obj, parse_timestamp(given["now"]), wide=wide)
    return {"rows": [row if wide else row[: NARROW.get(resource)]]}
