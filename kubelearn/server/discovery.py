"""Discovery: which groups, versions and resources there are, in the plain and the joined form.

Source: apiserver `pkg/endpoints/discovery`, `pkg/endpoints/discovery/aggregated`,
Kubernetes 1.36.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from kubelearn.api.objects import Object
from kubelearn.api.server import APIServer
from kubelearn.server.failures import no_such_path, not_acceptable, unknown_media_type
from kubelearn.server.message import JSON, Request, Response
from kubelearn.server.negotiation import PROTOBUF, YAML, negotiate
from kubelearn.server.presentation import written
from kubelearn.server.routes import UnknownGroup
from kubelearn.server.served import Resource, Subresource, groups, resources, versions

JOINED: Final = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


def discover(api: APIServer, request: Request, parts: list[str]) -> Response:
    """The answer for `/api`, `/api/v1`, `/apis`, `/apis/GROUP` and `/apis/GROUP/VERSION`."""
    if len(parts) == 1:
        if _wants_joined(request.accept):
            return joined(api, request, core=parts[0] == "api")
        body = _core_versions(request.host) if parts[0] == "api" else _group_list(api)
        return _plain(request, body)
    group, rest = ("", parts[1:]) if parts[0] == "api" else (parts[1], parts[2:])
    known = versions(api, group)
    if not known:
        raise UnknownGroup
    if not rest:
        return _plain(request, {"kind": "APIGroup", "apiVersion": "v1", **_group(group, known)})
    if rest[0] not in known:
        raise no_such_path()
    return _plain(request, _resource_list(api, group, rest[0]))


def _plain(request: Request, body: Object) -> Response:
    return written(body, negotiate(request.accept, several=False))


def _wants_joined(accept: str) -> bool:
    """Whether the first acceptable form is the joined one; NotAcceptable if there is none."""
    known = False
    for clause in (accept or JSON).split(","):
        media, *rest = (text.strip() for text in clause.split(";"))
        given = dict(text.split("=", 1) for text in rest if "=" in text)
        known = known or media in (JSON, YAML, PROTOBUF, "*/*", "application/*")
        if media not in (JSON, YAML, "*/*", "application/*"):
            continue
        if "as" not in given:
            return False
        wanted = (given["as"], given.get("g"), given.get("v"))
        if wanted == ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2"):
            return True
    raise not_acceptable() if known else unknown_media_type()


# Plain


def _core_versions(host: str) -> Object:
    address = {"clientCIDR": "0.0.0.0/0", "serverAddress": host}
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [address]}


def _group_list(api: APIServer) -> Object:
    listed = [_group(group, versions(api, group)) for group in groups(api)]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": listed}


def _group(group: str, known: list[str]) -> Object:
    rows = [{"groupVersion": f"{group}/{version}", "version": version} for version in known]
    return {"name": group, "versions": rows, "preferredVersion": rows[0]}


def _resource_list(api: APIServer, group: str, version: str) -> Object:
    rows = [row for found in resources(api, group, version) for row in _plain_rows(found)]
    head: Object = {"kind": "APIResourceList"}
    if group:
        head["apiVersion"] = "v1"
    return {**head, "groupVersion": f"{group}/{version}" if group else version, "resources": rows}


def _plain_rows(found: Resource) -> list[Object]:
    kind = found.kind
    row = {
        "name": kind.plural,
        "singularName": kind.singular or kind.kind.lower(),
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": list(found.verbs),
        **_names(found),
    }
    return [row, *(_plain_part(found, part) for part in found.subresources)]


def _plain_part(found: Resource, part: Subresource) -> Object:
    row: Object = {
        "name": f"{found.kind.plural}/{part.name}",
        "singularName": "",
        "namespaced": found.kind.namespaced,
    }
    if part.group:
        row |= {"group": part.group, "version": part.version}
    return {**row, "kind": part.kind or found.kind.kind, "verbs": list(part.verbs)}


def _names(found: Resource) -> Object:
    named = {"shortNames": list(found.kind.short), "categories": list(found.kind.categories)}
    return {name: value for name, value in named.items() if value}


# Joined


def joined(api: APIServer, request: Request, *, core: bool) -> Response:
    """All groups with all versions and resources in one document, with an ETag; or 304."""
    names = [""] if core else groups(api)
    items = [_joined_group(api, group) for group in names]
    head = {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2"}
    return tagged(request, {**head, "metadata": {}, "items": items}, JOINED)


def tagged(request: Request, body: Any, media: str) -> Response:
    """The body with an ETag; 304 without a body when the client has it already."""
    text = json.dumps(body, separators=(",", ":"))
    tag = f'"{hashlib.sha512(text.encode()).hexdigest().upper()}"'
    if tag in request.if_none_match:
        return Response(304, "", content_type=media, etag=tag)
    return Response(200, body, content_type=media, etag=tag)


def _joined_group(api: APIServer, group: str) -> Object:
    known = versions(api, group)
    rows = [
        {
            "version": version,
            "resources": [_joined_row(each, version) for each in resources(api, group, version)],
            "freshness": "Current",
        }
        for version in known
    ]
    return {"metadata": {"name": group} if group else {}, "versions": rows}


def _joined_row(found: Resource, version: str) -> Object:
    kind = found.kind
    # Handlers of built-in kinds leave the place out where it is that of the document.
    place = (kind.group, version) if kind.custom else ("", "")
    row = {
        "resource": kind.plural,
        "responseKind": _kind(*place, kind.kind),
        "scope": "Namespaced" if kind.namespaced else "Cluster",
        "singularResource": kind.singular or kind.kind.lower(),
        "verbs": list(found.verbs),
        **_names(found),
    }
    parts = [_joined_part(part, place, kind.kind) for part in found.subresources]
    return {**row, "subresources": parts} if parts else row


def _joined_part(part: Subresource, place: tuple[str, str], kind: str) -> Object:
    own = (part.group, part.version) if part.group else place
    response = _kind(*own, part.kind or kind)
    return {"subresource": part.name, "responseKind": response, "verbs": list(part.verbs)}


def _kind(group: str, version: str, kind: str) -> Object:
    return {"group": group, "version": version, "kind": kind}


# Version

VERSION: Final = {
    "major": "1",
    "minor": "36",
    "emulationMajor": "1",
    "emulationMinor": "36",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "35",
    "gitVersion": "v1.36.2",
    "gitCommit": "",
    "gitTreeState": "",
    "buildDate": "",
    "goVersion": "",
    "compiler": "",
    "platform": "",
}
"""What `/version` says: the release that is modelled; there is no build to tell of."""


def version(_api: APIServer, _request: Request, _parts: list[str]) -> Response:
    """The answer for `/version`."""
    return Response(200, dict(VERSION))
