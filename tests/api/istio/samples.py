"""Istio's objects in the manifests of well-known projects, where the folder is there."""

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[4]
FOLDERS = (ROOT / "notebooks" / "manifests", ROOT.parent / "shared" / "manifests")


def samples(kind):
    """The objects of a kind as parameters of a test, each named by its file and name."""
    return [
        pytest.param(one, id=f"{path.stem}-{one['metadata']['name']}")
        for folder in FOLDERS
        for path in sorted(folder.rglob("*.yaml"))
        for one in _objects(path.read_text())
        if one["kind"] == kind
    ]


def _objects(text):
    if "networking.istio.io" not in text:
        return []
    found = [one for one in yaml.safe_load_all(text) if one]
    return [one for one in found if one["apiVersion"].startswith("networking.istio.io/")]
