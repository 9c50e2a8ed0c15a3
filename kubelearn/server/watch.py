"""A watch as the list of events that have happened so far.

The socket shell sends these and goes on from the last revision; so one function serves a test, a
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
from kubelearn.server.presentation import show_object, show_table, version_of
from kubelearn.server.routes import Target
from kubelearn.server.selection import check_list_options, flag, matcher, revision_of


def watch_objects(api: APIServer, target: Target, request: Request) -> Response:
    """The events of a watch up to now: `{"events": [...]}`, or "" when there is none."""
    query = request.query
    check_list_options(query, watch=True)
    form = negotiate(request.accept, several=False)
    matches = matcher(target.kind, query)
    revision = revision_of(query, watch=True)
    try:
        events = list(_events(api, target, revision, matches, request))
    except Expired as error:
        return Response(200, {"events": [{"type": "ERROR", "object": error.status()}]})
    shown = [_shown(api, target, form, *event, first=not i) for i, event in enumerate(events)]
    return Response(200, {"events": shown} if shown else "")


def _events(
    api: APIServer,
    target: Target,
    revision: int,
    matches: Callable[[Object], bool],
    request: Request,
) -> Iterator[tuple[str, Object]]:
    """(type, object) of every event, the objects that are there already first."""
    if not revision and ("sendInitialEvents" not in request.query
                         or flag(request.query, "sendInitialEvents")):  # fmt: skip
        found = api.list(target.kind.resource, target.namespace or None)
        yield from (("ADDED", obj) for obj in found if matches(obj))
        if flag(request.query, "sendInitialEvents"):
            yield "BOOKMARK", _bookmark(target, api.store.revision)
        return
    if not revision:
        return
    for record in api.store.since(revision, target.kind.resource):
        if target.namespace in ("", record.key[0]):
            event = _event(record, matches)
            if event is not None:
                yield event


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


def _bookmark(target: Target, revision: int) -> Object:
    annotations = {"k8s.io/initial-events-end": "true"}
    metadata = {"resourceVersion": str(revision), "annotations": annotations}
    return {"kind": target.kind.kind, "apiVersion": target.api_version, "metadata": metadata}


def _shown(
    api: APIServer, target: Target, form: Form, kind: str, obj: Object, *, first: bool
) -> dict[str, Any]:
    if form.kind == "Table" and kind != "BOOKMARK":
        metadata = {"resourceVersion": version_of(obj)}
        body = show_table(api, target, [obj], metadata, headers=first)
        return {"type": kind, "object": body}
    return {"type": kind, "object": show_object(api, target, form, obj)}
