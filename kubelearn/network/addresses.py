"""The addresses of machines."""

from __future__ import annotations

from kubelearn.api.objects import Object, get_path


def node_address(node: Object | None) -> str:
    """The address of a node in the network of the machines; "" when it has none."""
    for each in get_path(node, "status", "addresses", default=()) or ():
        if each["type"] == "InternalIP":
            return str(each["address"])
    return ""
