"""Writes `kubelearn/api/tables/column_texts.json`: the texts that stand over table columns.

They are part of the wire (the API server sends them with each table). Taken from the definitions
of Kubernetes 1.36 in the `kubernetes-validate` wheel, only for the fields that a column names.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

from kubelearn.api.tables import COLUMNS
from kubelearn.api.tables.printer import DEFAULT

VERSION = "v1.36.0-local"
TARGET = Path(__file__).parent.parent / "kubelearn/api/tables/column_texts.json"
PACKAGES = {"meta.v1": "io.k8s.apimachinery.pkg.apis.meta.v1"}


def main() -> None:
    """Collect the texts of all fields that columns name."""
    folder = files("kubernetes_validate") / "kubernetes-json-schema" / VERSION
    definitions = json.loads(folder.joinpath("_definitions.json").read_text())["$defs"]
    printers = [*COLUMNS.values(), DEFAULT]
    names = sorted({c.doc for printer in printers for c in printer.columns if c.doc})
    texts = {name: _text(definitions, name) for name in names}
    TARGET.write_text(json.dumps(texts, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{TARGET.name}: {len(texts)} texts")


def _text(definitions: dict[str, dict[str, dict[str, dict[str, str]]]], name: str) -> str:
    package, kind, field = name.rsplit(".", 2)
    definition = definitions[f"{PACKAGES.get(package, f'io.k8s.api.{package}')}.{kind}"]
    return definition["properties"][field]["description"]


if __name__ == "__main__":
    main()
