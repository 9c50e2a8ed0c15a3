"""Typed decoding with the API server's own messages.

`decode` reads a JSON-shaped value as an object of a kind, `decode_body` a whole request body,
`decode_object` an object of this process. Field types come from `kubelearn.api.schema`.
"""

from kubelearn.api.decoding.body import decode_body, decode_object, strict_error
from kubelearn.api.decoding.decode import Decoded, decode
from kubelearn.api.decoding.report import ConverterReport, Report

__all__ = [
    "ConverterReport",
    "Decoded",
    "Report",
    "decode",
    "decode_body",
    "decode_object",
    "strict_error",
]
