"""Makes docs/fidelity.md from docs/fidelity.toml: `python -m scripts.make_fidelity`."""

import tomllib
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"
HEAD = """# What is exact, approximated, absent

Made from `docs/fidelity.toml`, where the tests that prove each row stand too. The target is
Kubernetes 1.36.
"""

TABLE_HEAD = ("| behaviour | status | what differs | source |", "|---|---|---|---|")


def load() -> list[dict[str, Any]]:
    """The rows of the ledger, in the file's order."""
    rows: list[dict[str, Any]] = tomllib.loads((DOCS / "fidelity.toml").read_text())["behaviour"]
    return rows


def render(rows: list[dict[str, Any]]) -> str:
    """The ledger as Markdown: a table for each area, areas in the order of their first row."""
    areas = dict.fromkeys(row["area"] for row in rows)
    return "\n".join([HEAD, *(_area(area, rows) for area in areas)])


def _area(area: str, rows: list[dict[str, Any]]) -> str:
    lines = [f"## {area}", "", *TABLE_HEAD]
    lines += [_row(row) for row in rows if row["area"] == area]
    return "\n".join([*lines, ""])


def _row(row: dict[str, Any]) -> str:
    cells = (row["behaviour"], row["status"], row["differs"] or "–", row["source"])
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


if __name__ == "__main__":
    (DOCS / "fidelity.md").write_text(render(load()))
