"""The protocols a port of an Istio object may say, and where it is bound.

Source: istio `pkg/config/protocol/instance.go`, `pkg/config/validation/validation.go`
(ValidateProtocol, ValidateUnixAddress), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator

HTTP = ("http", "http2", "http_proxy", "grpc", "grpc-web")
TLS = ("https", "tls")
OTHERS = ("tcp", "udp", "mongo", "redis", "mysql")
UNIX = "unix://"


def is_known(name: str) -> bool:
    """Whether Istio has the protocol, in small or capital letters."""
    return name.lower() in HTTP + TLS + OTHERS


def is_http(name: str) -> bool:
    """Whether it is HTTP in plain text."""
    return name.lower() in HTTP


def is_tls(name: str) -> bool:
    """Whether it is on top of TLS."""
    return name.lower() in TLS


def protocol(name: str) -> Iterator[str]:
    """The protocol of a port; without one Istio looks at what is sent."""
    if name and not is_known(name):
        yield f"unsupported protocol: {name}"


def unix_address(path: str) -> Iterator[str]:
    """The path of a Unix domain socket, without unix://."""
    if not path:
        yield "unix address must not be empty"
    elif not path.startswith("@") and (not path.startswith("/") or path.endswith("/")):
        yield f"{path} is not an absolute path to a file"
