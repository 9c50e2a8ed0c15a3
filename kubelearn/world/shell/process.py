"""A program of the toy shell at work: its words, its environment and the files that it sees."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from kubelearn.world.shell.effects import Run

Program: TypeAlias = Callable[["Process"], Run]
"""What a name in $PATH stands for."""
FOLDERS = ("bin", "dev", "etc", "home", "proc", "root", "run", "tmp", "usr", "var")
"""What stands in the root folder of every container."""


@dataclass(frozen=True, slots=True)
class Inside:
    """What a container sees of itself."""

    hostname: str
    environment: Mapping[str, str]
    files: Callable[[], Mapping[str, str]]
    """Path → text of what is mounted or made by the kubelet, as it is now."""
    programs: Mapping[str, Program]
    """What its image brings."""
    nameserver: str = ""
    folder: str = "/"
    """Where its programs start."""


@dataclass(slots=True)
class Process:
    """A running program; `variables` and `written` are those of the shell that started it."""

    argv: tuple[str, ...]
    inside: Inside
    variables: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    """Path → text of the files that were written in this session."""
    depth: int = 0
    """How many shells it was started through."""

    @property
    def name(self) -> str:
        """The program's name."""
        return self.argv[0].rpartition("/")[2]

    @property
    def words(self) -> tuple[str, ...]:
        """The words behind the name."""
        return self.argv[1:]

    def path(self, given: str) -> str:
        """The absolute path that a path means here."""
        folder = self.variables.get("PWD") or self.inside.folder
        return posixpath.normpath(posixpath.join(folder, given)).replace("//", "/")

    def read(self, given: str) -> str | None:
        """The text of a file; None when there is none."""
        path = self.path(given)
        if path == "/dev/null":
            return ""
        return self.written.get(path, self.inside.files().get(path))

    def names_in(self, given: str) -> list[str] | None:
        """What a folder holds; None when there is no such folder."""
        path = self.path(given).rstrip("/")
        below = [file[len(path) + 1 :] for file in self._files() if file.startswith(f"{path}/")]
        names = {file.partition("/")[0] for file in below}
        if not path:
            names |= set(FOLDERS)
        elif path.strip("/") in FOLDERS:
            return sorted(names)
        return sorted(names) if names else None

    def _files(self) -> list[str]:
        return [*self.inside.files(), *self.written]
