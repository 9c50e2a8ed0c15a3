"""kubectl's side of the API: each call is one request, as the real one sends it.

Source: client-go and cli-runtime `pkg/resource/helper.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from kubelearn.api.errors import APIError, error_of
from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.world import World
from kubelearn.world.references import Reference

JSON = "application/json"
MEDIA = {
    "strategic": "application/strategic-merge-patch+json",
    "merge": "application/merge-patch+json",
    "json": "application/json-patch+json",
    "apply": "application/apply-patch+yaml",
}
"""Style of a patch → the media type of its body."""


class Reply(NamedTuple):
    """What the API server answered; `body` is an object, or a text."""

    code: int
    body: Any
    warnings: list[str]
    location: str = ""
    """Where to ask instead, of a redirect."""


class Send(Protocol):
    """Sends one request to the API server of a cluster."""

    def __call__(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str],
        body: Any = None,
        content_type: str = "",
        user: str = "",
        groups: tuple[str, ...] = (),
    ) -> Reply:
        """The answer, refusals included."""
        ...


@dataclass(frozen=True, slots=True)
class Write:
    """How a write is meant: who makes it, and whether it is only tried."""

    manager: str
    dry_run: bool = False
    validation: str = "Strict"
    subresource: str = ""
    force: bool = False

    def query(self) -> dict[str, str]:
        """The query parameters of a request."""
        told = {"fieldManager": self.manager, "fieldValidation": self.validation}
        if self.dry_run:
            told["dryRun"] = "All"
        return told | ({"force": "true"} if self.force else {})


@dataclass(slots=True)
class Client:
    """One run of kubectl: the cluster, what stands on its standard input, what went wrong."""

    world: World
    send: Send
    stdin: str = ""
    user: str = ""
    groups: tuple[str, ...] = ()
    stderr: list[str] = field(default_factory=list)
    """Warnings, and what was printed of errors, in their order."""
    failures: list[Exception] = field(default_factory=list)
    """What was refused while other objects were dealt with."""
    code: int = 0
    """How the program ends when nothing was refused: 1 for an answer "no", or what `exec` says."""

    def request(self, method: str, path: str, **options: Any) -> Any:
        """The body of the answer; an APIError for a refusal. Warnings are kept."""
        options.setdefault("query", {})
        reply = self.send(method, path, user=self.user, groups=self.groups, **options)
        self.stderr.extend(f"Warning: {text}" for text in reply.warnings)
        if reply.code >= 400:
            raise error_of(reply.body, reply.code)
        return reply.body

    def get(self, wanted: Reference, subresource: str = "") -> Object:
        """The object; NotFound when there is none."""
        found: Object = self.request("GET", path_of(wanted, subresource))
        return found

    def find(self, wanted: Reference) -> Object | None:
        """The object, or None."""
        try:
            return self.get(wanted)
        except APIError as error:
            if error.code == 404:
                return None
            raise

    def list(
        self, kind: Kind, namespace: str = "", *, selector: str = "", fields: str = ""
    ) -> list[Object]:
        """The objects of a kind, in all namespaces when none is given."""
        query = {"labelSelector": selector, "fieldSelector": fields}
        query = {name: text for name, text in query.items() if text}
        items = self.request("GET", collection(kind, namespace), query=query)["items"]
        head = {"apiVersion": kind.api_version, "kind": kind.kind}
        return [{**head, **item} for item in items]

    def create(self, obj: Object, namespace: str, write: Write) -> Object:
        """Create an object (in this namespace, if its kind has namespaces)."""
        kind = self.world.api.kinds.of(obj)
        version = obj["apiVersion"].rpartition("/")[2]
        path = collection(kind, namespace, version) + _below(write.subresource)
        return self._write("POST", path, write, obj, JSON)

    def patch(self, wanted: Reference, patch: Any, style: str, write: Write) -> Object:
        """Change an object by a "strategic", "merge", "json" or "apply" patch."""
        return self._write("PATCH", path_of(wanted, write.subresource), write, patch, MEDIA[style])

    def replace(self, wanted: Reference, obj: Object, write: Write) -> Object:
        """Put another object in its place."""
        return self._write("PUT", path_of(wanted, write.subresource), write, obj, JSON)

    def delete(self, wanted: Reference, options: Object) -> Any:
        """Delete an object with these DeleteOptions."""
        return self.request("DELETE", path_of(wanted), body=options, content_type=JSON)

    def _write(self, method: str, path: str, write: Write, body: Any, media: str) -> Object:
        text = body if isinstance(body, str) else json.dumps(body)
        written: Object = self.request(
            method, path, query=write.query(), body=text, content_type=media
        )
        return written

    def failed(self, error: Exception) -> None:
        """Go on after an error about one of several objects."""
        self.failures.append(error)


def collection(kind: Kind, namespace: str = "", version: str = "") -> str:
    """The path of all objects of a kind, of one namespace or of all."""
    version = version or kind.version
    root = f"/apis/{kind.group}/{version}" if kind.group else f"/api/{version}"
    place = f"/namespaces/{namespace}" if namespace and kind.namespaced else ""
    return f"{root}{place}/{kind.plural}"


def path_of(wanted: Reference, subresource: str = "") -> str:
    """The path of one object, or of its subresource."""
    return f"{collection(wanted.kind, wanted.namespace)}/{wanted.name}{_below(subresource)}"


def _below(subresource: str) -> str:
    return f"/{subresource}" if subresource else ""
