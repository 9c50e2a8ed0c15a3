"""Programs that print and pick texts: echo, printf, cat, head, tail, wc, grep, seq.

Unlike the real one: only the flags that are named in a program's line are known, the others are
refused as the program refuses a flag that it does not have.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any, Final

from kubelearn.world.shell.effects import Effect, Err, Out, Read, Run, Step
from kubelearn.world.shell.process import Process

ESCAPES: Final = {"n": "\n", "t": "\t", "\\": "\\", "r": "\r", "a": "\a", "0": "\0"}
DIRECTIVE: Final = re.compile(r"%(%|-?\d*(?:\.\d+)?[sdi])")
MOST: Final = 100_000


def echo(process: Process) -> Run:
    """Its words; `-n` without the line's end, `-e` with escapes."""
    words, flags = list(process.words), ""
    while words and re.fullmatch(r"-[neE]+", words[0]):
        flags += words.pop(0)
    text = " ".join(words)
    yield Out((unescaped(text) if "e" in flags else text) + ("" if "n" in flags else "\n"))
    return 0


def unescaped(text: str) -> str:
    """A text with its backslashes followed."""
    return re.sub(r"\\([ntra0\\])", lambda found: ESCAPES[found[1]], text)


def printf(process: Process) -> Run:
    """A format with %s and %d, again as long as there are words."""
    if not process.words:
        yield Err("printf: usage: printf FORMAT [ARG]...\n")
        return 2
    form, words = unescaped(process.words[0]), list(process.words[1:])
    text = _formatted(form, words)
    while words and DIRECTIVE.search(form):
        text += _formatted(form, words)
    yield Out(text)
    return 0


def _formatted(form: str, words: list[str]) -> str:
    def one(found: re.Match[str]) -> str:
        if found[1] == "%":
            return "%"
        word = words.pop(0) if words else ""
        width = re.sub(r"\d{4,}", "999", found[1][:-1])
        if found[1][-1] == "s":
            return f"%{width}s" % word
        return f"%{width}d" % (int(word) if re.fullmatch(r"-?\d{1,18}", word) else 0)

    return DIRECTIVE.sub(one, form)


def given(process: Process, names: list[str]) -> Generator[Effect, Any, tuple[str, int]]:
    """(the texts of files, or standard input when none is named; the exit code)."""
    if not names or names == ["-"]:
        text = ""
        while (line := (yield Read())) is not None:
            text += line
        return text, 0
    texts, code = [], 0
    for name in names:
        found = process.read(name)
        if found is None:
            why = (
                "No such file or directory" if process.names_in(name) is None else "is a directory"
            )
            yield Err(f"{process.name}: {name}: {why}\n")
            code = 1
        texts.append(found or "")
    return "".join(texts), code


def cat(process: Process) -> Run:
    """Files one behind the other, or line for line what it is told."""
    names = [word for word in process.words if word != "-u"]
    if not names or names == ["-"]:
        while (line := (yield Read())) is not None:
            yield Out(line)
        return 0
    text, code = yield from given(process, names)
    yield Out(text)
    return code


def _count(words: list[str], default: int) -> int:
    """The number of `-n N`, `-nN` or `-N`, taken out of the words."""
    for place, word in enumerate(words):
        found = re.fullmatch(r"-n?(\d{1,9})", word)
        if found:
            del words[place]
            return int(found[1])
        if word == "-n" and words[place + 1 : place + 2] and words[place + 1].isdigit():
            count = int(words[place + 1][:9])
            del words[place : place + 2]
            return count
    return default


def head(process: Process) -> Run:
    """The first ten lines, or `-n N`."""
    words = list(process.words)
    count = _count(words, 10)
    text, code = yield from given(process, words)
    yield Out("".join(text.splitlines(keepends=True)[:count]))
    return code


def tail(process: Process) -> Run:
    """The last ten lines, or `-n N`."""
    words = list(process.words)
    count = _count(words, 10)
    text, code = yield from given(process, words)
    lines = text.splitlines(keepends=True)
    yield Out("".join(lines[len(lines) - count if count < len(lines) else 0 :]))
    return code


def wc(process: Process) -> Run:
    """Lines, words and letters; `-l`, `-w`, `-c` one of them."""
    flags = [word for word in process.words if word in ("-l", "-w", "-c")]
    names = [word for word in process.words if word not in flags]
    text, code = yield from given(process, names)
    counts = {"-l": text.count("\n"), "-w": len(text.split()), "-c": len(text.encode())}
    shown = [str(counts[flag]) for flag in flags or counts]
    yield Out(" ".join([*shown, *names]) + "\n")
    return code


def grep(process: Process) -> Run:
    """Lines that hold a plain text; `-i`, `-v`, `-q`, `-c`. Patterns are not modelled."""
    words, flags = list(process.words), ""
    while words and re.fullmatch(r"-[ivqcFE]+", words[0]):
        flags += words.pop(0)
    if not words:
        yield Err("usage: grep [-ivqc] TEXT [FILE]...\n")
        return 2
    if re.search(r"[\\^$.*\[\]+?(){}|]", words[0]) and "F" not in flags:
        yield Err("grep: patterns are not modelled here: give a plain text, or -F\n")
        return 2
    wanted = words[0].lower() if "i" in flags else words[0]
    text, _ = yield from given(process, words[1:])
    lines = text.splitlines(keepends=True)
    kept = [x for x in lines if (wanted in (x.lower() if "i" in flags else x)) != ("v" in flags)]
    if "q" not in flags:
        yield Out(f"{len(kept)}\n" if "c" in flags else "".join(kept))
    return int(not kept)


def seq(process: Process) -> Run:
    """The numbers from the first (1) to the last."""
    numbers = [int(word) for word in process.words if re.fullmatch(r"-?\d{1,9}", word)]
    if len(numbers) != len(process.words) or not 0 < len(numbers) < 3:
        yield Err("usage: seq [FIRST] LAST\n")
        return 1
    first, last = (1, *numbers)[-2:]
    for count, value in enumerate(range(first, last + 1)):
        if count >= MOST:
            break
        yield Step()
        yield Out(f"{value}\n")
    return 0
