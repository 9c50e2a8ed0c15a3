"""Connections that go on after an HTTP request: exec, attach and port-forward."""

from kubelearn.server.http.streams.upgrade import connect, negotiate

__all__ = ["connect", "negotiate"]
