"""The shell of sockets around `respond`, so that the real kubectl can talk to a cluster."""

from kubelearn.server.http.server import Server

__all__ = ["Server"]
