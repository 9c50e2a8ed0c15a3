"""Bodies in protobuf, as kubectl sends them for every imperative `create`."""

from kubelearn.server.protobuf.decode import decode_request

__all__ = ["decode_request"]
