"""Which backend of Ingresses takes a request: hosts, then paths.

Source: `networking.k8s.io/v1` Ingress, Kubernetes 1.36; where the API leaves the order open, as
ingress-nginx has it: an exact host before a wildcard before none, the longest path first, Exact
before Prefix, the older Ingress before the younger.

Unlike the real one: ImplementationSpecific paths are taken as Prefix, unless `takes` says more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from kubelearn.api.objects import Object

EXACT, PREFIX = "Exact", "Prefix"


class Found(NamedTuple):
    """The backend of a request, and by which rule."""

    backend: Object
    ingress: Object
    host: str = ""
    path: str = ""


class Path(NamedTuple):
    """A path of a rule."""

    host: str
    path: str
    kind: str
    backend: Object
    ingress: Object


def fits(one: Path, path: str) -> bool:
    """Whether a rule's path takes the path of a request."""
    return path == one.path if one.kind == EXACT else is_prefix(one.path, path)


def find_backend(
    ingresses: Sequence[Object],
    host: str,
    path: str,
    takes: Callable[[Path, str], bool] = fits,
) -> Found | None:
    """The backend for a host (without port) and a path (without query); None = 404.

    `takes` says whether a rule's path takes a request's.
    """
    ordered = sorted(ingresses, key=_age)
    for level in _levels(host):
        here = [one for one in _paths(ordered) if one.host.lower() == level]
        if here:
            # The rules of one host stand for themselves: what they lack, no other host gives.
            fitting = [one for one in here if takes(one, path)]
            return _best(fitting) if fitting else _default(ordered)
    return _default(ordered)


def _age(ingress: Object) -> tuple[str, str, str]:
    metadata = ingress["metadata"]
    age = metadata.get("creationTimestamp") or ""
    return age, metadata.get("namespace", ""), metadata["name"]


def _levels(host: str) -> list[str]:
    """The hosts of rules that fit, the most exact first; a wildcard stands for one label."""
    name = host.lower().rstrip(".")
    _, dot, rest = name.partition(".")
    return [name, *([f"*.{rest}"] if dot else []), ""]


def _paths(ingresses: Sequence[Object]) -> Iterator[Path]:
    for ingress in ingresses:
        for rule in ingress["spec"].get("rules") or ():
            for one in (rule.get("http") or {}).get("paths") or ():
                path, kind = one.get("path") or "/", one.get("pathType", PREFIX)
                yield Path(rule.get("host") or "", path, kind, one["backend"], ingress)


def is_prefix(prefix: str, path: str) -> bool:
    """Whether a path begins with all elements of a prefix; a slash at the end does not count."""
    wanted, given = prefix.rstrip("/").split("/"), path.rstrip("/").split("/")
    return given[: len(wanted)] == wanted


def _best(fitting: list[Path]) -> Found:
    best = max(fitting, key=lambda one: (len(one.path.rstrip("/")), one.kind == EXACT))
    return Found(best.backend, best.ingress, best.host, best.path)


def _default(ingresses: Sequence[Object]) -> Found | None:
    for ingress in ingresses:
        if ingress["spec"].get("defaultBackend"):
            return Found(ingress["spec"]["defaultBackend"], ingress)
    return None


def secret_for(ingresses: Sequence[Object], server_name: str) -> tuple[str, str] | None:
    """The TLS secret (namespace, name) for a name that a client asks for by SNI; None: none."""
    for level in _levels(server_name)[:-1]:
        for ingress in sorted(ingresses, key=_age):
            namespace = ingress["metadata"].get("namespace", "default")
            for tls in ingress["spec"].get("tls") or ():
                if level in [host.lower() for host in tls.get("hosts") or ()]:
                    return namespace, tls.get("secretName", "")
    return None
