"""Files with objects, as kubectl reads them: paths, directories, and `-` for standard input.

Source: cli-runtime `pkg/resource/visitor.go`, `sigs.k8s.io/yaml`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kubelearn.api.manifest.load import EXTENSIONS
from kubelearn.api.objects import Object
from kubelearn.api.yaml_text import YAMLError
from kubelearn.api.yaml_text import documents as yaml_documents
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError

STDIN = "STDIN"
"""How kubectl names its standard input."""
TURN_OFF = "if you choose to ignore these errors, turn validation off with --validate=false"


def documents(client: Client, files: list[str]) -> Iterator[tuple[Object, str]]:
    """Each object of the files, with the name of its file; the items of Lists one by one."""
    for name in files:
        for source, text in _texts(client, name):
            for obj in _parsed(text, source):
                yield from ((one, source) for one in _expanded(obj, source))


def _texts(client: Client, name: str) -> Iterator[tuple[str, str]]:
    if name == "-":
        yield STDIN, client.stdin
        return
    path = Path(name).expanduser()
    if not path.exists():
        raise UsageError(f'the path "{name}" does not exist')
    files = [path]
    if path.is_dir():
        files = sorted(entry for entry in path.iterdir() if entry.suffix in EXTENSIONS)
        if not files:
            known = " ".join(EXTENSIONS)
            raise UsageError(f"error reading [{name}]: recognized file extensions are [{known}]")
    for file in files:
        yield str(file) if path.is_dir() else name, file.read_text(encoding="utf-8")


def _parsed(text: str, source: str) -> Iterator[Object]:
    try:
        for document in yaml_documents(text):
            if document.value is not None:
                yield document.value
    except YAMLError as error:
        problem = f"error converting YAML to JSON: {error.upstream}"
        raise UsageError(f"error parsing {source}: {problem}") from None


def _expanded(obj: Object, source: str) -> Iterator[Object]:
    for field in ("apiVersion", "kind"):
        if not isinstance(obj, dict) or not obj.get(field):
            problem = f"error validating data: {field} not set"
            raise UsageError(f'error validating "{source}": {problem}; {TURN_OFF}')
    items = obj.get("items")
    if obj["kind"].endswith("List") and isinstance(items, list):
        for item in items:
            yield from _expanded(item, source)
    else:
        yield obj
