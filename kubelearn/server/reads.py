"""GET of one object and of a list: selectors, pages, resource versions.

Source: apiserver `pkg/endpoints/handlers/get.go`, `pkg/storage/etcd3/store.go`, Kubernetes 1.36.

Unlike the real one: a list at an exact revision or a page of one is made from the log of writes,
so it can go back as far as the log does.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Final

from kubelearn.api import json_text
from kubelearn.api.errors import APIError, BadRequest, Expired
from kubelearn.api.objects import Key, Object
from kubelearn.api.server import APIServer
from kubelearn.server.failures import Timeout
from kubelearn.server.message import Request, Response
from kubelearn.server.negotiation import negotiate
from kubelearn.server.parameters import whole
from kubelearn.server.presentation import show_list, show_object, written
from kubelearn.server.routes import Target
from kubelearn.server.selection import check_list_options, matcher, revision_of

INCONSISTENT: Final = (
    "The provided continue parameter is too old to display a consistent list result. You can start "
    "a new list without the continue parameter, or use the continue token in this response to "
    "retrieve the remainder of the results. Continuing with the provided token results in an "
    "inconsistent list - objects that were created, modified, or deleted between the time the "
    "first chunk was returned and now may show up in the list."
)
CONTINUE_FORMAT: Final = "meta.k8s.io/v1"


def get_object(api: APIServer, target: Target, request: Request) -> Response:
    """The object, in the form that the client accepts."""
    form = negotiate(request.accept, several=False)
    version = request.query.get("resourceVersion", "")
    if version and not version.isdigit():
        raise APIError(
            f'resourceVersion: Invalid value: "{version}": strconv.ParseUint: parsing '
            f'"{version}": invalid syntax'
        )
    found = api.get(target.kind.resource, target.namespace, target.name)
    include = request.query.get("includeObject", "")
    return written(show_object(api, target, form, found, include), form)


def list_objects(api: APIServer, target: Target, request: Request) -> Response:
    """The objects of a collection that the selectors choose, page by page if there is a limit."""
    form = negotiate(request.accept, several=True)
    query = request.query
    check_list_options(query)
    matches = matcher(target.kind, query)
    revision, start = _start(api, query)
    if "continue" in query and query.get("resourceVersion", "0") != "0":
        raise BadRequest("specifying resource version is not allowed when using continue")
    objects = [obj for obj in _objects(api, target, revision) if _key(obj) > start]
    page, metadata = _page(objects, matches, query, revision)
    include = query.get("includeObject", "")
    return written(show_list(api, target, form, page, metadata, include), form)


def _start(api: APIServer, query: Mapping[str, str]) -> tuple[int, Key]:
    """The revision at which to list, and the key after which to begin."""
    token = query.get("continue")
    if token:
        revision, namespace, name = _decoded(token)
        if revision < api.store.compacted:
            raise Expired(INCONSISTENT)
        return revision, (namespace, name)
    asked, current = revision_of(query), api.store.revision
    if asked > current:
        cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
        raise Timeout(
            f"Timeout: Too large resource version: {asked}, current: {current}",
            details={"causes": [cause], "retryAfterSeconds": 1},
        )
    exact = query.get("resourceVersionMatch") == "Exact"
    if asked and (exact or (query.get("limit") and "resourceVersionMatch" not in query)):
        if asked < api.store.compacted:
            raise Expired("The resourceVersion for the provided list is too old.")
        return asked, ("", "")
    return current, ("", "")


def _decoded(token: str) -> tuple[int, str, str]:
    """(revision, namespace, name) after which a page begins."""
    padded = token + "=" * (-len(token) % 4)
    try:
        data = base64.b64decode(padded, altchars=b"-_", validate=True)
        found = json_text.parse(data.decode("ascii"))
        revision, start = int(found["rv"]), str(found["start"])
    except json_text.JSONError as error:
        raise _bad_token(str(error)) from None
    except UnicodeDecodeError as error:
        # Go reads bytes and shows the first strange one as a character.
        text = f"invalid character {chr(error.object[error.start])!a}"
        text = text.replace("\\x", "\\u00")
        raise _bad_token(f"{text} looking for beginning of value") from None
    except (ValueError, TypeError, KeyError):
        raise _bad_token("illegal base64 data") from None
    namespace, _, name = start.rstrip("\0").rpartition("/")
    return revision, namespace, name


def _bad_token(detail: str) -> BadRequest:
    return BadRequest(f"invalid continue token: continue key is not valid: {detail}")


def _encoded(revision: int, obj: Object) -> str:
    start = "/".join(filter(None, _key(obj))) + "\0"
    text = json.dumps({"v": CONTINUE_FORMAT, "rv": revision, "start": start}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _key(obj: Object) -> Key:
    return (obj["metadata"].get("namespace", ""), obj["metadata"]["name"])


def _objects(api: APIServer, target: Target, revision: int) -> list[Object]:
    if revision == api.store.revision:
        return api.list(target.kind.resource, target.namespace or None)
    table = dict(api.store.items(target.kind.resource))
    for record in reversed(list(api.store.since(revision, target.kind.resource))):
        if record.old is None:
            table.pop(record.key, None)
        else:
            table[record.key] = record.old
    return [table[key] for key in sorted(table) if target.namespace in ("", key[0])]


def _page(
    objects: list[Object],
    matches: Callable[[Object], bool],
    query: Mapping[str, str],
    revision: int,
) -> tuple[list[Object], Object]:
    """The objects of one page, and the metadata of the list."""
    metadata: Object = {"resourceVersion": str(revision)}
    limit = whole(query, "limit") or 0
    if limit <= 0:
        return [obj for obj in objects if matches(obj)], metadata
    page: list[Object] = []
    for position, obj in enumerate(objects):
        if len(page) == limit:
            metadata["continue"] = _encoded(revision, page[-1])
            if not (query.get("labelSelector") or query.get("fieldSelector")):
                metadata["remainingItemCount"] = len(objects) - position
            break
        if matches(obj):
            page.append(obj)
    return page, metadata
