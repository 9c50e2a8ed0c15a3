"""What Istio's validation says of Istio's objects, kind by kind.

Source: istio `pkg/config/validation`, 1.27.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from kubelearn.api.objects import Object

VALIDATORS: Final[Mapping[str, Callable[[Object], Iterator[str]]]] = {}
"""Resource → what is wrong with an object of it, in the order in which it is found."""


def invalid(resource: str, obj: Object) -> str:
    """What is wrong with an object, as one text; "" when nothing is.

    Several errors are told as Go's multierror does it.
    """
    validator = VALIDATORS.get(resource)
    found = list(validator(obj)) if validator is not None else []
    if len(found) < 2:
        return "".join(found)
    lines = "".join(f"\t* {one}\n" for one in found)
    return f"{len(found)} errors occurred:\n{lines}\n"
