"""The toy shell at work: runs the tree of a script as one program.

Source: POSIX.1-2024, Shell Command Language.

Unlike the real one: an unset variable, a failing command and `set -e` never end a script, files
that a script writes are seen by itself only, and numbers have 64 bits.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Mapping
from typing import Any, Final

from kubelearn.world.shell.builtins import BUILTINS, Exit, Leave
from kubelearn.world.shell.effects import Effect, Err, Interrupt, Out, Read, Run, Step
from kubelearn.world.shell.process import Inside, Process, Program
from kubelearn.world.shell.streams import LONGEST, captured, fed, turned
from kubelearn.world.shell.sums import number
from kubelearn.world.shell.syntax import (
    AndOr,
    Command,
    For,
    Group,
    If,
    Loop,
    Pipeline,
    Redirect,
    Script,
    Simple,
    parse,
)
from kubelearn.world.shell.words import Part, SyntaxProblem, Word

NOT_FOUND: Final = 127
INTERRUPTED: Final = 130
DEEPEST: Final = 20
"""Shells inside shells."""


class Shell:
    """One shell: its variables, its parameters and what its last command returned."""

    def __init__(
        self,
        inside: Inside,
        *,
        name: str = "sh",
        parameters: tuple[str, ...] = (),
        depth: int = 0,
    ) -> None:
        self.inside, self.name = inside, name
        self.parameters, self.depth = parameters, depth
        self.variables = dict(inside.environment)
        self.written: dict[str, str] = {}
        self.code = 0

    def script(self, text: str) -> Run:
        """Run a script; returns the exit code."""
        try:
            return (yield from self._script(parse(text)))
        except SyntaxProblem as problem:
            yield Err(f"{self.name}: {problem}\n")
            return 2
        except Exit as end:
            return end.code
        except Leave:
            return self.code

    def lines(self) -> Run:
        """Run what standard input says, line by line."""
        while True:
            try:
                line = yield Read(self._prompt())
                if line is None:
                    return self.code
                self.code = yield from self._script(parse(line))
            except SyntaxProblem as problem:
                yield Err(f"{self.name}: {problem}\n")
                self.code = 2
            except Exit as end:
                return end.code
            except Interrupt:
                self.code = INTERRUPTED
            except Leave:
                continue

    def _prompt(self) -> str:
        return f"{self.variables.get('PWD') or self.inside.folder} # "

    # Lists

    def _script(self, script: Script) -> Run:
        for each in script:
            yield from self._and_or(each)
        return self.code

    def _and_or(self, list_: AndOr) -> Run:
        for operator, pipeline in list_.parts:
            if operator and (operator == "&&") != (self.code == 0):
                continue
            self.code = yield from self._pipeline(pipeline)
        return self.code

    def _pipeline(self, pipeline: Pipeline) -> Run:
        *firsts, last = pipeline.commands
        text: str | None = None
        for command in firsts:
            text, _ = yield from captured(self._fed(command, text))
        code = yield from self._fed(last, text)
        return int(code == 0) if pipeline.negated else code

    def _fed(self, command: Command, text: str | None) -> Run:
        run = self._command(command)
        return (yield from run if text is None else fed(run, text))

    def _command(self, command: Command) -> Run:
        if isinstance(command, Simple):
            return (yield from self._simple(command))
        yield Step()
        if isinstance(command, Group):
            return (yield from self._group(command))
        if isinstance(command, If):
            return (yield from self._if(command))
        try:
            if isinstance(command, For):
                return (yield from self._for(command))
            return (yield from self._loop(command))
        except Leave:
            return self.code

    def _group(self, command: Group) -> Run:
        """In parentheses nothing that changes is left behind, and `exit` ends no more than that."""
        if not command.subshell:
            return (yield from self._script(command.body))
        kept = dict(self.variables)
        try:
            return (yield from self._script(command.body))
        except Exit as end:
            return end.code
        finally:
            self.variables = kept

    def _if(self, command: If) -> Run:
        for condition, body in command.branches:
            if not condition or (yield from self._script(condition)) == 0:
                self.code = 0
                return (yield from self._script(body))
        return 0

    def _for(self, command: For) -> Run:
        for word in (yield from self._words(command.words)):
            self.variables[command.name] = word
            yield from self._round(command.body)
        return self.code

    def _loop(self, command: Loop) -> Run:
        while ((yield from self._script(command.condition)) == 0) != command.until:
            yield from self._round(command.body)
        return 0

    def _round(self, body: Script) -> Run:
        yield Step()
        try:
            return (yield from self._script(body))
        except Leave as leave:
            if not leave.again:
                raise
            return self.code

    # Simple commands

    def _simple(self, command: Simple) -> Run:
        yield Step()
        words = yield from self._words(command.words)
        kept = dict(self.variables) if words and command.assignments else None
        for name, value in command.assignments:
            self.variables[name] = yield from self._text(value)
        run = self.start(words)
        # The last one stands next to the command: `> file 2>&1` sends both into the file.
        for redirect in reversed(command.redirects):
            target = yield from self._text(redirect.target)
            run = self._redirected(run, redirect, target)
        code = yield from run
        if kept is not None:  # what stands before a command is the command's alone
            self.variables = kept
        return code

    def start(self, words: list[str]) -> Run:
        """Run a command by its words."""
        if not words:
            return self.code
        builtin = BUILTINS.get(words[0])
        if builtin is not None:
            return (yield from builtin(self, words[1:]))
        program = program_named(self.inside.programs, words[0])
        if program is None:
            yield Err(f"{self.name}: {words[0]}: not found\n")
            return NOT_FOUND
        if self.depth > DEEPEST:
            yield Err(f"{self.name}: too many shells inside shells\n")
            return 2
        process = Process(tuple(words), self.inside, self.variables, self.written, self.depth)
        return (yield from program(process))

    def _redirected(self, run: Run, redirect: Redirect, target: str) -> Run:
        process = Process((self.name,), self.inside, self.variables, self.written)
        if redirect.operator == "<":
            text = process.read(target)
            if text is None:
                yield Err(f"{self.name}: can't open {target}: no such file\n")
                return 1
            return (yield from fed(run, text))
        if "&" in redirect.operator:
            kinds = (Err, Out) if redirect.operator == "2>&1" else (Out, Err)
            return (yield from turned(run, *kinds))
        kind = Err if redirect.operator.startswith("2") else Out
        text, code = yield from captured(run, kind)
        path = process.path(target)
        before = (process.read(path) or "") if redirect.operator.endswith(">>") else ""
        if path != "/dev/null":
            self.written[path] = (before + text)[-LONGEST:]
        return code

    # Words

    def _words(self, words: Iterable[Word]) -> Generator[Effect, Any, list[str]]:
        found: list[str] = []
        for word in words:
            found += yield from self._fields(word)
        return found

    def _fields(self, word: Word) -> Generator[Effect, Any, list[str]]:
        """The fields that a word becomes: what is not quoted is split at blanks."""
        fields, open_ = [""], any(part.quoted for part in word)
        for part in word:
            text = yield from self._part(part)
            if part.quoted or part.kind == "text":
                fields[-1] += text
                open_ = open_ or bool(text)
                continue
            first, *rest = re.split(r"[ \t\n]+", text)
            fields[-1] += first
            fields += rest
        return [field for field in fields if field or open_]

    def _text(self, word: Word) -> Generator[Effect, Any, str]:
        text = ""
        for part in word:
            text += yield from self._part(part)
        return text[:LONGEST]

    def _part(self, part: Part) -> Generator[Effect, Any, str]:
        if part.kind == "variable":
            return self._variable(part.text) or part.default
        if part.kind == "sum":
            return str(number(part.text, self._variable))
        if part.kind == "command":
            inner = Shell(self.inside, name=self.name, depth=self.depth + 1)
            inner.variables, inner.written = dict(self.variables), self.written
            if self.depth > DEEPEST:
                raise SyntaxProblem("syntax error: nested too deeply")
            text, _ = yield from captured(inner.script(part.text))
            return text.rstrip("\n")
        return part.text

    def _variable(self, name: str) -> str:
        if name == "?":
            return str(self.code)
        if name == "#":
            return str(len(self.parameters))
        if name in "*@":
            return " ".join(self.parameters)
        if name.isdigit():
            return ([self.name, *self.parameters][int(name) :] or [""])[0]
        return {"$": "1"}.get(name) or self.variables.get(name, "")


def program_named(programs: Mapping[str, Program], name: str) -> Program | None:
    """The program that a word starts: by its name, or by its path in a folder of $PATH."""
    folder, slash, base = name.rpartition("/")
    if slash and folder not in ("/bin", "/usr/bin", "/sbin", "/usr/sbin", "/usr/local/bin"):
        return None
    return programs.get(base)
