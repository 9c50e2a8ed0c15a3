"""Commands that belong to the toy shell itself; a new one is its function and one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from kubelearn.world.shell.effects import Err, Read, Run, Step
from kubelearn.world.shell.process import Process
from kubelearn.world.shell.streams import LONGEST

if TYPE_CHECKING:
    from kubelearn.world.shell.interpreter import Shell

Builtin: TypeAlias = Callable[["Shell", list[str]], Run]


class Exit(Exception):
    """The script ends here."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Leave(Exception):
    """`break` or `continue`: out of one loop, or to its next round."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.again = word == "continue"


def _exit(shell: Shell, words: list[str]) -> Run:
    yield Step()
    given = words[0] if words else str(shell.code)
    if not given.lstrip("-").isdigit():
        yield Err(f"{shell.name}: exit: Illegal number: {given}\n")
        raise Exit(2)
    raise Exit(int(given) % 256)


def _cd(shell: Shell, words: list[str]) -> Run:
    yield Step()
    process = Process((shell.name,), shell.inside, shell.variables, shell.written)
    target = process.path(words[0] if words else shell.variables.get("HOME", "/"))
    if process.names_in(target) is None:
        yield Err(f"{shell.name}: cd: can't cd to {words[0]}: No such file or directory\n")
        return 2
    shell.variables["PWD"] = target
    return 0


def _export(shell: Shell, words: list[str]) -> Run:
    yield Step()
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            shell.variables[name] = value[:LONGEST]
    return 0


def _unset(shell: Shell, words: list[str]) -> Run:
    yield Step()
    for name in words:
        shell.variables.pop(name, None)
    return 0


def _read(shell: Shell, words: list[str]) -> Run:
    line = yield Read()
    names = [word for word in words if not word.startswith("-")] or ["REPLY"]
    values = (line or "").split(maxsplit=len(names) - 1)
    for place, name in enumerate(names):
        shell.variables[name] = values[place].strip() if place < len(values) else ""
    return int(line is None)


def _leave(word: str) -> Builtin:
    def leave(_shell: Shell, _words: list[str]) -> Run:
        yield Step()
        raise Leave(word)

    return leave


def _nothing(_shell: Shell, _words: list[str]) -> Run:
    yield Step()
    return 0


def _exec(shell: Shell, words: list[str]) -> Run:
    raise Exit((yield from shell.start(words)))


BUILTINS: Final[dict[str, Builtin]] = {
    ":": _nothing,
    "break": _leave("break"),
    "cd": _cd,
    "continue": _leave("continue"),
    "exec": _exec,
    "exit": _exit,
    "export": _export,
    "read": _read,
    "set": _nothing,
    "umask": _nothing,
    "unset": _unset,
}
