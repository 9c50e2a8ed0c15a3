"""The HTTP API of a cluster as a function, `respond(cluster, request)`."""

from kubelearn.server.message import Request, Response
from kubelearn.server.respond import respond

__all__ = ["Request", "Response", "respond"]
