"""Checks of the names of gateways in rules.

Source: istio `pkg/config/validation/validation.go` (validateGatewayNames), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubelearn.api.istio.names import fqdn, is_label, quoted

MESH = "mesh"


def gateway_names(names: Sequence[str] | None) -> Iterator[str]:
    """Names as `<namespace>/<name>`; after the first name without a namespace none is looked at."""
    for name in names or ():
        namespace, slash, own = name.partition("/")
        if not slash:
            yield from fqdn(name)
            return
        if not namespace or not own:
            yield "config namespace and gateway name cannot be empty"
        if not is_label(namespace):
            yield f"invalid value for namespace: {quoted(namespace)}"
        if not is_label(own):
            yield f"invalid value for gateway name: {quoted(own)}"


def is_gateway(names: Sequence[str] | None) -> bool:
    """Whether the sidecars of the mesh are left out (also where nothing is said)."""
    return MESH not in (names or ())
