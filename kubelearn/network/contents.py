"""What a program answers by what it is asked: files of a ConfigMap, or only with a header.

Source: istio `samples/extauthz` (ext-authz answers 200 or 403 by the header x-ext-authz).

Unlike the real one: files are those of the ConfigMap as it is now, and only of its field `data`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kubelearn.api.app import AppBehaviour
from kubelearn.api.objects import Object, get_path
from kubelearn.traffic.call import Call
from kubelearn.traffic.cookies import joined

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests

ADMITTED, REFUSED = "allowed", "denied"


class Content(NamedTuple):
    """Status and body that do not depend on chance; `body` None = the program's usual one."""

    status: int
    body: str | None = None


def content(requests: Requests, call: Call, pod: Object, app: AppBehaviour) -> Content:
    """What a program has to say to a call."""
    if app.admits is not None:
        return _checked(call, *app.admits)
    if app.serves:
        found = document(requests, pod, app.serves, call.target.path)
        return Content(404) if found is None else Content(200, found)
    known = app.paths is None or call.target.path in app.paths
    return Content(200 if known else 404)


def _checked(call: Call, name: str, value: str) -> Content:
    given = next((said for key, said in call.headers.items() if key.lower() == name), "")
    result = {f"{name}-check-result": ADMITTED if given == value else REFUSED}
    call.found(response=joined(call.state.get("response") or {}, result))
    if given == value:
        return Content(200)
    text = f"denied by ext_authz for not found header `{name}: {value}` in the request"
    return Content(403, text)


def document(requests: Requests, pod: Object, volume: str, path: str) -> str | None:
    """A file of a ConfigMap that is a volume of a pod; None when there is none such."""
    volumes = pod["spec"].get("volumes") or ()
    source = next((one.get("configMap") for one in volumes if one["name"] == volume), None)
    if source is None:
        return None
    namespace = pod["metadata"]["namespace"]
    configmap = requests.context.api.find("configmaps", namespace, source.get("name") or "")
    items = {one["path"]: one["key"] for one in source.get("items") or ()}
    name = path.lstrip("/")
    key = items.get(name, "") if items else name
    found = get_path(configmap or {}, "data", default={}) or {}
    return found.get(key)
