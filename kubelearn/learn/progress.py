"""What a learner has done so far: in memory, and in a file of her own only if she asks for it."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from kubelearn.learn.feedback import MARKS, OUTCOMES

FILE = Path(".kubelearn") / "progress.json"
"""Under the user's home."""


class Progress:
    """The best outcome of each task of each lesson. Nothing leaves this computer."""

    def __init__(self) -> None:
        self.file: Path | None = None
        self._best: dict[str, dict[str, str]] = {}

    def record(self, lesson: str, task: str, outcome: str) -> None:
        """Remember an outcome if it is the best one so far."""
        tasks = self._best.setdefault(lesson, {})
        tasks[task] = max(tasks.get(task, OUTCOMES[0]), outcome, key=OUTCOMES.index)
        self._write()

    def best(self, lesson: str, task: str) -> str:
        """The best outcome of a task, "not attempted" when there is none."""
        return self._best.get(lesson, {}).get(task, OUTCOMES[0])

    def keep(self, file: str | Path | None = None) -> Path:
        """From now on keep it in a file too, and take over what the file holds.

        By default `~/.kubelearn/progress.json`. ValueError when the file is something else.
        """
        path = Path(file) if file is not None else Path.home() / FILE
        for lesson, tasks in _read(path).items():
            for task, outcome in tasks.items():
                self.record(lesson, task, outcome)
        self.file = path
        self._write()
        return path

    def _write(self) -> None:
        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_text(json.dumps(self._best, indent=1, sort_keys=True) + "\n", "utf-8")

    def _rows(self) -> list[tuple[str, str, str]]:
        return [
            (lesson, task, outcome)
            for lesson, tasks in sorted(self._best.items())
            for task, outcome in sorted(tasks.items())
        ]

    def __str__(self) -> str:
        lines = [f"{lesson}  {MARKS[out]} {task}: {out}" for lesson, task, out in self._rows()]
        return "\n".join(lines) or "nothing done yet"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(lesson)}</td><td>{escape(task)}</td><td>{MARKS[out]} {out}</td></tr>"
            for lesson, task, out in self._rows()
        )
        head = "<tr><th>lesson</th><th>task</th><th>best outcome</th></tr>"
        if not rows:
            return "<p>nothing done yet</p>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _read(path: Path) -> dict[str, dict[str, str]]:
    """What a file of ours holds; {} when there is none."""
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text("utf-8"))
        known = all(out in OUTCOMES for tasks in found.values() for out in tasks.values())
    except (ValueError, AttributeError, TypeError):
        known = False
    if not known:
        raise ValueError(f"{path} holds no progress: move it away, or name another file")
    return dict(found)
