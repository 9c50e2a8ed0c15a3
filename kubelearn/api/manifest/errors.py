"""A manifest that cannot be read."""

from __future__ import annotations


class ManifestError(ValueError):
    """A manifest cannot be read; `str(error)` is one sentence with file and line.

    `line` counts from 1; 0 means that the mistake is not on one line.
    """

    def __init__(self, problem: str, file: str = "", line: int = 0) -> None:
        where = f"{file}:{line}" if file and line else file or (f"line {line}" if line else "")
        super().__init__(f"{where}: {problem}" if where else problem)
        self.problem = problem
        self.file = file
        self.line = line


class NoObjects(ManifestError):
    """A text is well formed and holds no object, or an empty List alone."""
