"""`kubectl api-resources`, `api-versions` and `version`.

Source: kubectl `pkg/cmd/apiresources/*.go`, `pkg/cmd/version/version.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.layout import layout
from kubelearn.kubectl.parsing import Parser

HEAD = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"]
WIDE = ["VERBS", "CATEGORIES"]


def api_resources(client: Client, words: list[str]) -> str:
    """What `kubectl api-resources` prints."""
    parser = Parser("api-resources", words="")
    parser.add_argument("--api-group")
    parser.add_argument("--namespaced", choices=("true", "false"), default="")
    parser.add_argument("-o", "--output", choices=("", "wide", "name"), default="")
    parser.switch("--no-headers")
    options = parser.parse(words)
    found = [
        (group, version, one)
        for group, version, one in _resources(client)
        if options.api_group in (None, group)
        and options.namespaced in ("", str(one["namespaced"]).lower())
    ]
    found.sort(key=lambda row: (row[0], row[2]["name"]))
    if options.output == "name":
        return "\n".join(f"{one['name']}.{group}".rstrip(".") for group, _, one in found)
    wide = options.output == "wide"
    rows = [_row(version, one, wide=wide) for _, version, one in found]
    head = [*HEAD, *WIDE] if wide else HEAD
    return layout(rows if options.no_headers else [head, *rows])


def _row(version: str, resource: Object, *, wide: bool) -> list[str]:
    cells = [resource["name"], ",".join(resource.get("shortNames") or ()), version]
    cells += [str(resource["namespaced"]).lower(), resource["kind"]]
    if wide:
        cells += [",".join(resource["verbs"]), ",".join(resource.get("categories") or ())]
    return cells


def _resources(client: Client) -> Iterator[tuple[str, str, Object]]:
    """Group, apiVersion and discovery of each resource, in its preferred version."""
    groups = client.request("GET", "/apis")["groups"]
    preferred = [(one["name"], one["preferredVersion"]["groupVersion"]) for one in groups]
    for group, version in [("", "v1"), *preferred]:
        path = f"/apis/{version}" if group else f"/api/{version}"
        for one in client.request("GET", path)["resources"]:
            if "/" not in one["name"] and one.get("verbs"):
                yield group, version, one


def api_versions(client: Client, words: list[str]) -> str:
    """What `kubectl api-versions` prints."""
    Parser("api-versions", words="").parse(words)
    groups = client.request("GET", "/apis")["groups"]
    versions = [one["groupVersion"] for group in groups for one in group["versions"]]
    return "\n".join(sorted([*versions, "v1"]))
