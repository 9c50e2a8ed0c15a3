"""`kubectl get --raw`: the answer to any path as it comes.

Source: kubectl `pkg/rawhttp/raw.go`, apimachinery `pkg/api/errors/errors.go`
(NewGenericServerResponse), Kubernetes 1.36.
"""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, unquote, urlsplit

from kubelearn.api.errors import error_of
from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client

MOST_REDIRECTS = 10


UNEXPECTED = {
    400: ("BadRequest", "the server rejected our request for an unknown reason"),
    401: ("Unauthorized", "the server has asked for the client to provide credentials"),
    404: ("NotFound", "the server could not find the requested resource"),
    405: ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
    429: (
        "TooManyRequests",
        "the server has received too many requests and has asked us to try again later",
    ),
    503: ("ServiceUnavailable", "the server is currently unable to handle the request"),
}
"""Code → reason and message of a refusal that is no Status."""


def _status(code: int, body: object) -> Object:
    """The Status that kubectl makes of another refusal, such as a pod's."""
    text = str(body).strip()
    reason, message = UNEXPECTED.get(code, ("", ""))
    if code == 403:
        reason, message = "Forbidden", text
    elif code >= 500 and not reason:
        quoted = json.dumps(text, ensure_ascii=False)
        reason = "InternalError"
        message = f"an error on the server ({quoted}) has prevented the request from succeeding"
    elif not reason:
        more = "but did not return more information"
        message = f"the server responded with the status code {code} {more}"
    return {"reason": reason, "message": message}


def raw(client: Client, path: str) -> str:
    """The body of the answer; redirects are followed."""
    for _ in range(MOST_REDIRECTS):
        parts = urlsplit(path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        place = unquote(parts.path)
        reply = client.send("GET", place, query=query, user=client.user, groups=client.groups)
        if not reply.location:
            break
        path = reply.location
    if reply.code >= 400:
        known = isinstance(reply.body, dict) and reply.body.get("kind") == "Status"
        raise error_of(reply.body if known else _status(reply.code, reply.body), reply.code)
    if isinstance(reply.body, str):
        return reply.body.removesuffix("\n")
    return json.dumps(reply.body, separators=(",", ":"), ensure_ascii=False)
