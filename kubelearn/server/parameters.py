"""Query parameters that are numbers or booleans, read as the API server reads them.

Source: apimachinery `pkg/runtime/conversion.go`, `pkg/apis/meta/v1/zz_generated.conversion.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kubelearn.api.errors import BadRequest

NUMBER: Final = re.compile(r"[+-]?[0-9]+")
LARGEST: Final = 2**63
FALSE: Final = ("false", "0")


def flag(query: Mapping[str, str], name: str) -> bool:
    """A boolean parameter: anything but "false" and "0" means true."""
    return name in query and query[name].lower() not in FALSE


def whole(query: Mapping[str, str], name: str) -> int | None:
    """A parameter that is a whole number of 64 bits; None when it is not given."""
    text = query.get(name)
    if text is None:
        return None
    problem = "invalid syntax"
    if NUMBER.fullmatch(text):
        number = int(text)
        if -LARGEST <= number < LARGEST:
            return number
        problem = "value out of range"
    raise BadRequest(f'strconv.ParseInt: parsing "{text}": {problem}')
