"""How Go's `multierror` writes the errors of an object as one text.

A single error stands alone, several become a list; but some checks of Istio make a list even of
one (`Listed`).

Source: hashicorp/go-multierror `append.go`, `format.go`; istio `pkg/config/validation/agent`
(AppendErrors, AppendValidation), 1.27.
"""

from __future__ import annotations

from collections.abc import Sequence


class Listed(str):
    """An error that upstream keeps in a list, even when it is the only one."""

    __slots__ = ()


def text(errors: Sequence[str]) -> str:
    """All errors (one at least) in one text."""
    if len(errors) == 1 and not isinstance(errors[0], Listed):
        return errors[0]
    count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
    points = "\n\t".join(f"* {error}" for error in errors)
    return f"{count} occurred:\n\t{points}\n\n"
