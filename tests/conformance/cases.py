"""Reads the conformance vectors: every `DIR/<area>/*.json`, one `Case` per case."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
DEFAULT = ROOT.parent / "shared" / "conformance"


class Case(NamedTuple):
    """One case: where it is from, its id, and its whole data."""

    area: str
    file: str
    id: str
    data: dict[str, Any]

    @property
    def name(self) -> str:
        """What stands in the name of the test."""
        return f"{self.file}/{self.id}"


def folder(given: str | None) -> Path | None:
    """The folder of the vectors: the one given, or the one beside the repository, if there."""
    path = Path(given) if given else Path(os.environ.get("KUBELEARN_VECTORS") or DEFAULT)
    if given and not path.is_dir():
        raise FileNotFoundError(f"--vectors {given}: no such directory")
    return path if path.is_dir() else None


@cache
def cases_of(directory: Path, area: str) -> list[Case]:
    """All cases of an area, in the order of files and of cases in them."""
    return [case for path in sorted((directory / area).glob("*.json")) for case in _read(path)]


def _read(path: Path) -> Iterator[Case]:
    area, file = path.parent.name, path.stem
    data = json.loads(path.read_text("utf-8"))
    if isinstance(data, list):
        rows = data
    elif "cases" in data:
        shared = {name: value for name, value in data.items() if name != "cases"}
        rows = [{**row, "file": shared} for row in data["cases"]]
    elif "steps" in data:
        rows = [{**row, "objects": data["objects"]} for row in data["steps"]]
    else:
        rows = [data]
    for row in rows:
        yield Case(area, file, row["id"], row)
