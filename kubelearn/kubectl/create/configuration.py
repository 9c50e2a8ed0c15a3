"""`kubectl create configmap` and `secret`.

Source: kubectl `pkg/cmd/create/create_{configmap,secret,secret_tls,secret_docker}.go`, Kubernetes
1.36.

Unlike the real one: no `--append-hash`; a TLS pair is checked for its PEM marks alone.
"""

from __future__ import annotations

import argparse
import base64
import json
from collections.abc import Iterator
from pathlib import Path

from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.create.generator import Generator
from kubelearn.kubectl.failures import UsageError

REGISTRY = "https://index.docker.io/v1/"
SOURCES = ("from-literal", "from-file", "from-env-file")


def _configmap(_client: Client, options: argparse.Namespace) -> Object:
    data, binary = {}, {}
    for key, content in _entries(options):
        try:
            data[key] = content.decode()
        except UnicodeDecodeError:
            binary[key] = _encoded(content)
    obj: Object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": options.name}}
    return obj | ({"data": data} if data else {}) | ({"binaryData": binary} if binary else {})


def _generic(_client: Client, options: argparse.Namespace) -> Object:
    data = {key: _encoded(content) for key, content in _entries(options)}
    return _secret(options, data, options.type)


def _secret(options: argparse.Namespace, data: dict[str, str], of_type: str) -> Object:
    obj: Object = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": options.name}}
    return obj | ({"data": data} if data else {}) | ({"type": of_type} if of_type else {})


def _tls(_client: Client, options: argparse.Namespace) -> Object:
    files = {"tls.crt": options.cert, "tls.key": options.key}
    data = {key: _read(name) for key, name in files.items()}
    if b"-----BEGIN" not in data["tls.crt"]:
        raise UsageError("tls: failed to find any PEM data in certificate input")
    if b"-----BEGIN" not in data["tls.key"]:
        raise UsageError("tls: failed to find any PEM data in key input")
    encoded = {key: _encoded(content) for key, content in data.items()}
    return _secret(options, encoded, "kubernetes.io/tls")


def _docker_registry(_client: Client, options: argparse.Namespace) -> Object:
    user, password = options.docker_username, options.docker_password
    auth = _encoded(f"{user}:{password}".encode())
    entry = {"username": user, "password": password, "email": options.docker_email, "auth": auth}
    entry = {name: text for name, text in entry.items() if text}
    server = options.docker_server or REGISTRY
    text = json.dumps({"auths": {server: entry}}, separators=(",", ":"))
    data = {".dockerconfigjson": _encoded(text.encode())}
    return _secret(options, data, "kubernetes.io/dockerconfigjson")


def _entries(options: argparse.Namespace) -> Iterator[tuple[str, bytes]]:
    """Key and content of what literals, files and lists of variables say."""
    if options.from_env_file and (options.from_file or options.from_literal):
        raise UsageError("from-env-file cannot be combined with from-file or from-literal")
    seen: set[str] = set()
    for key, content in _given(options):
        if key in seen:
            raise UsageError(f'cannot add key "{key}", another key by that name already exists')
        seen.add(key)
        yield key, content


def _given(options: argparse.Namespace) -> Iterator[tuple[str, bytes]]:
    for literal in options.from_literal:
        key, sign, value = literal.partition("=")
        if not sign or not key:
            raise UsageError(f"invalid literal source {literal}, expected key=value")
        yield key, _unquoted(value).encode()
    for given in options.from_file:
        key, sign, name = given.partition("=")
        path = Path(name if sign else given)
        if path.is_dir():
            yield from ((one.name, _read(str(one))) for one in sorted(path.iterdir()))
        else:
            yield key if sign else path.name, _read(str(path))
    for name in options.from_env_file:
        for line in _read(name).decode().splitlines():
            if line.strip() and not line.lstrip().startswith("#"):
                key, _, value = line.strip().partition("=")
                yield key, value.encode()


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value


def _read(name: str) -> bytes:
    path = Path(name).expanduser()
    if not path.exists():
        raise UsageError(f"error reading {name}: no such file or directory")
    return path.read_bytes()


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


DOCKER = ("docker-server", "docker-username", "docker-password", "docker-email")
CONFIGURATION = {
    "configmap": Generator(_configmap, lists=SOURCES, failed="failed to create configmap"),
    "secret generic": Generator(
        _generic, single=("type",), lists=SOURCES, failed="failed to create secret"
    ),
    "secret tls": Generator(
        _tls, single=("cert", "key"), required=("cert", "key"), failed="failed to create secret"
    ),
    "secret docker-registry": Generator(
        _docker_registry, single=DOCKER, lists=SOURCES, failed="failed to create secret"
    ),
}
"""Words after `create` → how the object is made."""
