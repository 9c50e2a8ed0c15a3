"""Every verb of the API and the function that does it: the other half of the routes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from kubelearn.api.server import APIServer
from kubelearn.server import (
    connections,
    deletes,
    logs,
    pods,
    proxies,
    reads,
    scales,
    token_requests,
    watch,
    writes,
)
from kubelearn.server.message import Request, Response
from kubelearn.server.routes import Target
from kubelearn.world import World

Verb: TypeAlias = Callable[[APIServer, Target, Request], Response]
LiveVerb: TypeAlias = Callable[[World, Target, Request], Response]


VERBS: Final[dict[str, Verb]] = {
    "get": reads.get_object,
    "list": reads.list_objects,
    "watch": watch.watch_objects,
    "create": writes.create_object,
    "update": writes.update_object,
    "patch": writes.patch_object,
    "delete": deletes.delete_object,
    "deletecollection": deletes.delete_collection,
    "get-scale": scales.get_scale,
    "update-scale": scales.update_scale,
    "patch-scale": scales.patch_scale,
    "bind": pods.bind_pod,
    "evict": pods.evict_pod,
    "finalize": pods.finalize_namespace,
    "request-token": token_requests.request_token,
}
"""What a verb does; `routes.ROUTES` says which verb a method is."""

LIVE_VERBS: Final[dict[str, LiveVerb]] = {
    "attach": connections.pod_attach,
    "exec": connections.pod_exec,
    "log": logs.pod_log,
    "portforward": connections.pod_portforward,
    "proxy": proxies.proxy,
}
"""Verbs that the kubelets answer, not the store."""
