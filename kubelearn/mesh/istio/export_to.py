"""exportTo: in which namespaces an object counts.

"*" is all, "." the object's own, "~" none; nothing said is all.
Source: istio `pilot/pkg/model/push_context.go` (initServiceRegistry, initVirtualServices,
setDestinationRules), `pkg/config/visibility`, 1.27.
"""

from __future__ import annotations

from collections.abc import Sequence

ANNOTATION = "networking.istio.io/exportTo"
"""Of a Service: the same words with commas between them."""
PUBLIC, PRIVATE, NONE = "*", ".", "~"


def exported(places: Sequence[str], own: str, viewer: str) -> bool:
    """Whether an object of the namespace `own` counts in another."""
    if not places:
        return True
    if NONE in places:
        return False
    return PUBLIC in places or viewer in {own if one == PRIVATE else one for one in places}


def listed(text: str) -> tuple[str, ...]:
    """The words of an annotation."""
    return tuple(one.strip() for one in text.split(",") if one.strip())
