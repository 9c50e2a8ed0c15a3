"""The annotations of ingress-nginx that change what happens to a request.

Source: ingress-nginx 1.13 `docs/user-guide/nginx-configuration/annotations.md`,
`internal/ingress/annotations`. An annotation that cannot be read counts as its default.
"""

from __future__ import annotations

from collections.abc import Mapping

from kubelearn.api.objects import Object

PREFIX = "nginx.ingress.kubernetes.io/"
YES = ("1", "t", "T", "true", "TRUE", "True")
NO = ("0", "f", "F", "false", "FALSE", "False")


class Annotations:
    """The annotations of an Ingress by their short names."""

    def __init__(self, ingress: Object) -> None:
        given: Mapping[str, str] = ingress["metadata"].get("annotations") or {}
        self.given = {name.removeprefix(PREFIX): value for name, value in given.items()
                      if name.startswith(PREFIX)}  # fmt: skip

    def text(self, name: str, default: str = "") -> str:
        """A text."""
        return self.given.get(name) or default

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or false, as Go's strconv.ParseBool reads it."""
        value = self.given.get(name, "")
        return value in YES if value in YES + NO else default

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        try:
            return int(self.given.get(name, default))
        except ValueError:
            return default
