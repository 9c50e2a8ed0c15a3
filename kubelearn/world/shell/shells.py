"""sh: a script of its own, `sh -c SCRIPT`, or the lines of standard input."""

from __future__ import annotations

import re

from kubelearn.world.shell.effects import Err, Run
from kubelearn.world.shell.interpreter import Shell
from kubelearn.world.shell.process import Process


def sh(process: Process) -> Run:
    """`sh [-ceux] [SCRIPT [NAME [WORD]...]]`; without a script it reads lines."""
    words, letters = list(process.words), ""
    while words and re.fullmatch(r"-[a-z]+|-o|pipefail", words[0]):
        letters += words.pop(0)
    shell = Shell(
        process.inside,
        name=words[1] if "c" in letters and len(words) > 1 else process.name,
        parameters=tuple(words[2:]),
        depth=process.depth + 1,
    )
    shell.variables, shell.written = dict(process.variables), process.written
    if "c" in letters:
        if not words:
            yield Err(f"{process.name}: -c requires an argument\n")
            return 2
        return (yield from shell.script(words[0]))
    if words:
        text = process.read(words[0])
        if text is None:
            yield Err(f"{process.name}: can't open '{words[0]}': No such file or directory\n")
            return 2
        return (yield from shell.script(text))
    return (yield from shell.lines())
