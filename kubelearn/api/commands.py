"""How a container's command ends: the few shell scripts that examples are made of, followed.

`sleep 3600`, `sh -c "echo hello; sleep 5; exit 1"`, `while true; do …; done` and the like are read
exactly. Anything else is not guessed at: the answer is that nobody knows.

Unlike the real one: no program runs. Commands other than the listed ones, pipes, variables and
conditions are not followed; such a container runs for ever (an init container ends well after a
second), unless the annotation `kubelearn.dev/exit` says otherwise.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from functools import lru_cache

from kubelearn.api.app import Exit
from kubelearn.sim.duration import parse_duration

SHELLS = ("sh", "bash", "ash", "dash")
QUICK = (
    "true", ":", "echo", "printf", "date", "cd", "mkdir", "touch", "hostname", "env", "export",
    "ls", "pwd", "uname", "whoami", "id", "chmod", "chown", "set", "umask", "sync",
)  # fmt: skip
"""Commands that end at once with 0."""
FOR_EVER = re.compile(r"while\s+(true|:|sleep\s+\S+)\s*;|for\s*\(\(\s*;\s*;\s*\)\)|tail\s+-f\s")
TOO_HARD = re.compile(r"[|`<]|\$\(|(?<!&)&(?!&)|\b(if|case|until|while|for|trap|wait)\b")


class Unknown(Exception):
    """The command cannot be followed."""


def exit_of(argv: Sequence[str]) -> Exit | None:
    """When and how a command ends; None when it runs for ever. Raises Unknown."""
    return _exit_of(tuple(argv))


@lru_cache(maxsize=4096)
def _exit_of(argv: tuple[str, ...]) -> Exit | None:
    script = _script(argv)
    if script is None:
        return _followed([list(argv)])
    if FOR_EVER.search(script):
        return None
    unquoted = re.sub(r"'[^']*'|\"[^\"]*\"", "", script)
    if TOO_HARD.search(unquoted):
        raise Unknown(script)
    return _followed(_steps(script))


def _script(argv: tuple[str, ...]) -> str | None:
    """The script of `sh -c script`; None for other commands."""
    if len(argv) < 3 or argv[0].rpartition("/")[2] not in SHELLS:
        return None
    if not re.fullmatch(r"-[a-z]*c", argv[1]):
        return None
    return argv[2]


def _steps(script: str) -> list[list[str]]:
    """The commands of a script, with "&&" kept as a command of its own."""
    lexer = shlex.shlex(script.replace("\n", " ; "), posix=True, punctuation_chars=";&")
    lexer.whitespace_split = True
    steps: list[list[str]] = [[]]
    try:
        for word in lexer:
            if word in (";", "&&", ";;"):
                steps += [["&&"], []] if word == "&&" else [[]]
            else:
                steps[-1].append(word)
    except ValueError:
        raise Unknown(script) from None
    return [step for step in steps if step]


def _followed(steps: list[list[str]]) -> Exit | None:
    total, code, needed = 0, 0, False
    for step in steps:
        if step == ["&&"]:
            needed = True
            continue
        skipped, needed = needed and code != 0, False
        if skipped:
            continue
        name, words = step[0].rpartition("/")[2], step[1:]
        if name == "exec" and words:
            name, words = words[0].rpartition("/")[2], words[1:]
        if name == "exit":
            return Exit(total, _number(words[0]) if words else code)
        if name == "sleep":
            if words[:1] in (["infinity"], ["inf"]):
                return None
            total, code = total + _slept(words), 0
        elif name == "tail" and "-f" in words:
            return None
        elif name in QUICK:
            code = 0
        elif name == "false":
            code = 1
        else:
            raise Unknown(" ".join(step))
    return Exit(total, code)


def _number(word: str) -> int:
    if not word.isdigit():
        raise Unknown(word)
    return int(word) % 256


def _slept(words: list[str]) -> int:
    try:
        return sum(parse_duration(word if word[-1:].isalpha() else word + "s") for word in words)
    except ValueError:
        raise Unknown(" ".join(words)) from None
