"""The streams of a program: what it prints is taken, what it reads is given."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final

from kubelearn.world.shell.effects import Effect, Err, Out, Read, Run, Step

LONGEST: Final = 1 << 20
"""Letters that a variable, a pipe or a file of a session may hold."""


def captured(run: Run, kind: type[Out | Err] = Out) -> Generator[Effect, Any, tuple[str, int]]:
    """(what a program prints, its exit code), with all its other effects passed on."""
    texts: list[str] = []
    answer = None
    length = 0
    try:
        while True:
            effect = run.send(answer)
            answer = None
            if isinstance(effect, kind):
                length += len(effect.text)
                if length <= LONGEST:
                    texts.append(effect.text)
                yield Step()
            else:
                answer = yield effect
    except StopIteration as end:
        return "".join(texts), end.value


def fed(run: Run, text: str) -> Run:
    """A program whose standard input is a text."""
    lines = text.splitlines(keepends=True)[::-1]
    answer = None
    try:
        while True:
            effect = run.send(answer)
            if isinstance(effect, Read):
                answer = lines.pop() if lines else None
                yield Step()
            else:
                answer = yield effect
    except StopIteration as end:
        return int(end.value)


def turned(run: Run, kind: type[Out | Err], other: type[Out | Err]) -> Run:
    """A program of which one stream goes into the other."""
    answer = None
    try:
        while True:
            effect = run.send(answer)
            if isinstance(effect, kind):
                effect = other(effect.text)
            answer = yield effect
    except StopIteration as end:
        return int(end.value)
