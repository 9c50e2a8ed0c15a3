"""Makes `kubelearn/server/data/descriptions-1.36.json.gz`: the prose of all built-in types.

    python scripts/make_descriptions.py            writes the file
    python scripts/make_descriptions.py --check    fails if the file differs

Source: the 1.36 definitions in the `kubernetes-validate` wheel (Apache-2.0), as in
`make_schema.py`. Form: `{type: [description, {field: description}]}`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from pathlib import Path

from make_schema import definitions, same

TARGET = Path(__file__).parent.parent / "kubelearn" / "server" / "data"
FILE = "descriptions-1.36.json.gz"


def document() -> bytes:
    """The bytes of the data file."""
    rows = {}
    for name, definition in definitions()[1].items():
        fields = definition.get("properties", {}).items()
        texts = {field: row["description"] for field, row in fields if row.get("description")}
        rows[name] = [definition.get("description", ""), texts]
    text = json.dumps(rows, sort_keys=True, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def main() -> int:
    """Writes the file, or compares it."""
    parser = argparse.ArgumentParser(description="Makes the file of descriptions.")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    if parser.parse_args().check:
        return 0 if same((TARGET / FILE).read_bytes(), document()) else 1
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / FILE).write_bytes(document())
    print(f"{FILE}: {(TARGET / FILE).stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
