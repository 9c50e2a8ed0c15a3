"""`kubectl create token`: a token of a service account.

Source: kubectl `pkg/cmd/create/create_token.go`, Kubernetes 1.36.

Unlike the real one: `-o` and tokens that are bound to an object are absent.
"""

from __future__ import annotations

import json

from kubelearn.api.errors import APIError
from kubelearn.api.objects import Object
from kubelearn.kubectl.client import JSON, Client, path_of
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.parsing import Parser
from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import parse_duration
from kubelearn.world.references import Reference


def create_token(client: Client, words: list[str]) -> str:
    """What `kubectl create token NAME` prints."""
    parser = Parser("create token", "namespace")
    parser.add_argument("--duration", default="0s")
    parser.add_argument("--audience", action="append", default=[])
    options = parser.parse(words)
    if len(options.words) != 1:
        hint = "See 'kubectl create token -h' for help and examples"
        raise UsageError(f"exactly one NAME is required, got {len(options.words)}\n{hint}")
    kind = client.world.api.kinds.named("serviceaccounts")
    path = path_of(Reference(kind, options.namespace, options.words[0]), "token")
    spec = _spec(options.audience, parse_duration(options.duration))
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
    try:
        answer = client.request("POST", path, body=json.dumps(body), content_type=JSON)
    except APIError as error:
        raise UsageError(f"failed to create token: {error}") from None
    return str(answer["status"]["token"])


def _spec(audiences: list[str], duration: int) -> Object:
    if duration % SECOND:
        raise UsageError("--duration cannot be expressed in units less than seconds")
    spec: Object = {"audiences": audiences or None}
    return {**spec, "expirationSeconds": duration // SECOND} if duration else spec
