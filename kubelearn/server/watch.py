"""A watch: the events that have happened so far, and those after them whenever one asks.

The socket shell sends the first ones and goes on asking; so one function serves a test, a
notebook and a client that keeps its connection open.

Source: apiserver `pkg/endpoints/handlers/watch.go`, `pkg/storage/cacher`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kubelearn.api.errors import Expired
from kubelearn.api.objects import Object
from kubelearn.api.server import APIServer
from kubelearn.api.store import Record
from kubelearn.server.message import Request, Response
from kubelearn.server.negotiation import Form, negotiate
from kubelearn.server.parameters import flag
from kubelearn.server.presentation import show_object, show_table, version_of
from kubelearn.server.routes import Target
from kubelearn.server.selection import check_list_options, matcher, revision_of

Row = dict[str, Any]


class Watch:
    """An open watch; `revision` is the last write that it has seen."""

    def __init__(self, target: Target, request: Request, form: Form) -> None:
        self.target = target
        self.form = form
        self.revision = revision_of(request.query, watch=True)
        self.bookmarks = flag(request.query, "allowWatchBookmarks")
        self.ended = False
        """Whether the last event said that nothing more can come."""
        self._matches = matcher(target.kind, request.query)
        initial = "sendInitialEvents"
        self._initial = initial not in request.query or flag(request.query, initial)
        self._marked = flag(request.query, initial)
        self._first = True

    def begin(self, api: APIServer) -> list[Row]:
        """What the watch starts with: objects that are there already, or the writes since then."""
        if self.revision and not self._marked:
            return self.poll(api)
        self.revision = api.store.revision
        if not self._initial:
            return []
        found = api.list(self.target.kind.resource, self.target.namespace or None)
        rows = [self._shown(api, "ADDED", obj) for obj in found if self._matches(obj)]
        if self._marked:
            rows.append(self.bookmark({"k8s.io/initial-events-end": "true"}))
        return rows

    def poll(self, api: APIServer) -> list[Row]:
        """The events since the last look; an ERROR ends the watch."""
        now = api.store.revision
        try:
            if self.revision > now:  # the cluster has gone back in time
                raise Expired(f"too old resource version: {self.revision} ({now})")
            rows = [self._shown(api, *event) for event in self._events(api)]
        except Expired as error:
            self.ended = True
            return [{"type": "ERROR", "object": error.status()}]
        self.revision = now
        return rows

    def bookmark(self, annotations: dict[str, str] | None = None) -> Row:
        """The event that tells how far the watch has come."""
        metadata: Object = {"resourceVersion": str(self.revision)}
        if annotations:
            metadata["annotations"] = annotations
        kind = self.target.kind.kind
        body = {"kind": kind, "apiVersion": self.target.api_version, "metadata": metadata}
        return {"type": "BOOKMARK", "object": body}

    def _events(self, api: APIServer) -> Iterator[tuple[str, Object]]:
        for record in api.store.since(self.revision, self.target.kind.resource):
            if self.target.namespace in ("", record.key[0]):
                event = _event(record, self._matches)
                if event is not None:
                    yield event

    def _shown(self, api: APIServer, kind: str, obj: Object) -> Row:
        if self.form.kind == "Table":
            metadata = {"resourceVersion": version_of(obj)}
            headers, self._first = self._first, False
            body = show_table(api, self.target, [obj], metadata, headers=headers)
            return {"type": kind, "object": body}
        return {"type": kind, "object": show_object(api, self.target, self.form, obj)}


def watch_objects(api: APIServer, target: Target, request: Request) -> Response:
    """The events of a watch up to now, `{"events": [...]}` or "" when there is none; and the watch.

    Who can wait asks `response.watch` for more.
    """
    check_list_options(request.query, watch=True)
    watch = Watch(target, request, negotiate(request.accept, several=False))
    events = watch.begin(api)
    return Response(200, {"events": events} if events else "", watch=watch)


def _event(record: Record, matches: Callable[[Object], bool]) -> tuple[str, Object] | None:
    """What a watcher with this selector sees of a write."""
    before = record.old is not None and matches(record.old)
    after = record.new is not None and matches(record.new)
    if record.new is not None and after:
        return ("MODIFIED" if before else "ADDED", record.new)
    if record.old is None or not before:
        return None
    gone = record.new or record.old
    metadata = {**gone["metadata"], "resourceVersion": str(record.revision)}
    return "DELETED", {**gone, "metadata": metadata}
