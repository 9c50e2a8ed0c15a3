"""The HTTP API of a cluster as a function, `respond(cluster, request)`."""

from kubelearn.server.message import Request, Response
from kubelearn.server.respond import is_command, respond

__all__ = ["Request", "Response", "is_command", "respond"]
