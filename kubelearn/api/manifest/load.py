"""Reading manifests from paths, texts, dicts and lists.

Unlike the real one: kubectl lets the later of two equal keys win; here that is a mistake. URLs and
standard input are not read, and a file may have 32 MiB.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from kubelearn.api.manifest.errors import ManifestError, NoObjects
from kubelearn.api.manifest.manifest import Manifest
from kubelearn.api.yaml_text import Document, YAMLError, describe, documents

EXTENSIONS: Final = (".json", ".yaml", ".yml")
LARGEST_FILE: Final = 32 * 1024 * 1024
"""Bytes."""
SCHEMES: Final = ("http://", "https://")
EXAMPLE: Final = "an object begins with apiVersion and kind, such as apiVersion: v1, kind: Pod"


def load(source: str | bytes | Path | Mapping[str, Any] | list[Any]) -> list[Manifest]:
    """The objects of a path (a directory too), of YAML or JSON text, of a dict, or of a list.

    A text without a line break that does not look like YAML is a path. Objects of kind List are
    taken apart. ManifestError says in one sentence what cannot be read, and where.
    """
    if isinstance(source, Mapping):
        return list(_expanded(Manifest(dict(source))))
    if isinstance(source, list | tuple):
        return [manifest for item in source for manifest in load(item)]
    if isinstance(source, bytes):
        source = _decoded(source, "")
    if isinstance(source, str) and _is_text(source):
        return _of_text(str(source), "")  # the C parser takes no subclass of str
    if isinstance(source, str | Path):
        return _of_path(str(source))
    raise TypeError(
        f"cannot load {type(source).__name__} {source!r:.60}: give a path, YAML or JSON text, a "
        "dict, or a list of these"
    )


def _is_text(source: str) -> bool:
    """Whether a str is a manifest and no path."""
    stripped = source.strip()
    if not stripped or "\0" in source or "\n" in source:
        return True  # no path has these
    return ": " in source or stripped[0] in "{["


def _of_path(name: str) -> list[Manifest]:
    if name.startswith(SCHEMES):
        raise ManifestError(f"{name} is not on this machine: load the file and give its path")
    path = Path(name).expanduser()
    try:
        if path.is_dir():
            return _of_directory(path)
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise ManifestError(f"the file has {size:,} bytes, {LARGEST_FILE:,} are allowed", name)
        return _of_text(_decoded(path.read_bytes(), name), name)
    except FileNotFoundError:
        raise ManifestError(f'the path "{name}" does not exist') from None
    except (OSError, ValueError) as error:
        if isinstance(error, ManifestError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise ManifestError(f'the path "{name:.200}" cannot be read: {reason}') from None


def _of_directory(path: Path) -> list[Manifest]:
    files = sorted(entry for entry in path.iterdir() if entry.suffix in EXTENSIONS)
    if not files:
        raise ManifestError(
            f"error reading [{path}]: recognized file extensions are [{' '.join(EXTENSIONS)}]"
        )
    return [manifest for file in files for manifest in _of_path(str(file))]


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ManifestError("this is no text: a byte is not UTF-8", file, line) from None


def _of_text(text: str, file: str) -> list[Manifest]:
    quick = _json_object(text)
    if quick is not None:
        return list(_expanded(Manifest(quick, file, text)))
    found = list(_of_documents(text, file))
    if not found:
        raise NoObjects(f"no objects in it: {EXAMPLE}", file)
    return found


def _of_documents(text: str, file: str) -> Iterator[Manifest]:
    number = 0
    try:
        for document in documents(text):
            if document.value is None:
                continue
            _check(document, file)
            yield from _expanded(Manifest(document.value, file, text, number))
            number += 1
    except YAMLError as error:
        # A parser that ran out of text stands on the line after the last.
        line = min(error.line, len(text.splitlines()) or 1)
        raise ManifestError(_hint(error, text), file, line) from None


def _json_object(text: str) -> dict[str, Any] | None:
    """The object of a JSON text; None for everything that needs a closer look."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        value: dict[str, Any] = json.loads(
            text, object_pairs_hook=_without_repeats, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        return None
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key is repeated")
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _hint(error: YAMLError, text: str) -> str:
    """What is wrong, with the usual reason when a tab stands where the parser stopped."""
    lines = text.splitlines()
    shown = lines[error.line - 1] if 0 < error.line <= len(lines) else ""
    if "\t" in shown[: len(shown) - len(shown.lstrip())]:
        return f"{error.problem}: the line is indented with a tab, YAML wants spaces"
    return error.problem


def _check(document: Document, file: str) -> None:
    if document.repeats:
        repeat = document.repeats[0]
        problem = f"the key {repeat.key} is already set on line {repeat.first}"
        raise ManifestError(problem, file, repeat.line)
    if not isinstance(document.value, dict):
        problem = f"this is {describe(document.value):.80} and no object: {EXAMPLE}"
        raise ManifestError(problem, file, document.line)


def _expanded(manifest: Manifest) -> Iterator[Manifest]:
    """The object itself, or the items of a List."""
    obj = manifest.object
    missing = [name for name in ("apiVersion", "kind") if not obj.get(name)]
    if missing:
        _refuse(manifest, f"{' and '.join(missing)} not set: {EXAMPLE}")
    for name in ("apiVersion", "kind"):
        if not isinstance(obj[name], str):
            _refuse(manifest, f"{name} must be a text, not {describe(obj[name])}", name)
    items = obj.get("items")
    if not obj["kind"].endswith("List") or not isinstance(items, list):
        yield manifest
        return
    for index, item in enumerate(items):
        prefix = ".".join(part for part in (manifest.prefix, f"items[{index}]") if part)
        inner = Manifest(item, manifest.file, manifest.text, manifest.document, prefix)
        if not isinstance(item, dict):
            _refuse(inner, f"this is {describe(item):.80} and no object: {EXAMPLE}")
        yield from _expanded(inner)


def _refuse(manifest: Manifest, problem: str, path: str = "") -> None:
    raise ManifestError(problem, manifest.file, manifest.line_of(path))
