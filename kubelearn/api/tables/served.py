"""The printer of a kind as a cluster serves it, custom kinds included."""

from __future__ import annotations

from kubelearn.api.kinds import Kind
from kubelearn.api.server import APIServer
from kubelearn.api.tables import Printer, custom_printer, printer_of

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"


def printer_for(api: APIServer, kind: Kind, version: str) -> Printer:
    """The printer of a kind; that of a custom kind comes from its definition."""
    if not kind.custom:
        return printer_of(kind.resource)
    definition = api.get(DEFINITIONS, None, kind.resource)
    served = {each["name"]: each for each in definition["spec"]["versions"]}
    return custom_printer(served[version].get("additionalPrinterColumns") or [])
