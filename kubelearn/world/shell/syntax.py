"""The grammar of the toy shell: a script as a tree.

Lists, pipes, `&&`, `||`, `!`, redirections, `if`, `while`, `until`, `for`, `{ }` and `( )`; single
and double quotes, variables, `$(...)` and `$((...))`. Source: POSIX.1-2024, Shell Command Language.

Unlike the real one: functions, `case`, here-documents, background jobs and patterns for file names
are refused; a script that uses them does nothing.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple, TypeAlias

from kubelearn.world.shell.words import NAME, SyntaxProblem, Token, Word, plain, start_of, tokens

RESERVED: Final = ("then", "else", "elif", "fi", "do", "done", "}", ")")
REFUSED: Final = ("case", "function", "<<", "&", ";;", "select", "trap", "&>")
REDIRECTIONS: Final = (">", ">>", "2>", "2>>", "<", "2>&1", "1>&2", ">&2")
ASSIGNMENT: Final = re.compile(rf"({NAME})=")
DEEPEST: Final = 40


class Redirect(NamedTuple):
    """Where output goes or input comes from, such as ">" to a word."""

    operator: str
    target: Word = ()


class Simple(NamedTuple):
    """A command with its variables and redirections."""

    assignments: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...] = ()


class Pipeline(NamedTuple):
    """Commands of which each reads what the one before prints."""

    commands: tuple[Command, ...]
    negated: bool = False


class AndOr(NamedTuple):
    """Pipelines with the "&&" or "||" before each ("" before the first)."""

    parts: tuple[tuple[str, Pipeline], ...]


class Loop(NamedTuple):
    """`while` (or `until`) a script ends well, another one."""

    until: bool
    condition: Script
    body: Script


class For(NamedTuple):
    """A script for each word."""

    name: str
    words: tuple[Word, ...]
    body: Script


class If(NamedTuple):
    """The first script whose condition ends well; a condition of () always does."""

    branches: tuple[tuple[Script, Script], ...]


class Group(NamedTuple):
    """A script in braces, or, as a shell of its own, in parentheses."""

    body: Script
    subshell: bool = False


Script: TypeAlias = tuple[AndOr, ...]
Command: TypeAlias = Simple | Loop | For | If | Group


def parse(text: str) -> Script:
    """The tree of a script; SyntaxProblem when it has none."""
    parser = _Parser(tokens(text))
    script = parser.script()
    if parser.tokens:
        raise parser.unexpected()
    return script


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self.tokens = found[::-1]
        self._depth = 0

    def unexpected(self) -> SyntaxProblem:
        token = self._peek()
        shown = token if isinstance(token, str) else plain(token)
        if shown in REFUSED:
            return SyntaxProblem(f'syntax error: "{shown}" is not modelled in this shell')
        return SyntaxProblem(f"syntax error: unexpected {_shown(shown)}")

    def _peek(self) -> Token:
        return self.tokens[-1] if self.tokens else ""

    def _keyword(self) -> str:
        """The next token as an operator or an unquoted plain word."""
        token = self._peek()
        if isinstance(token, str):
            return token
        return plain(token) if not any(part.quoted for part in token) else ""

    def _take(self, *expected: str) -> bool:
        if self._keyword() in expected and self.tokens:
            self.tokens.pop()
            return True
        return False

    def _need(self, word: str) -> None:
        self._separators()
        if not self._take(word):
            raise self.unexpected()

    def _separators(self) -> None:
        while self._take(";", "\n"):
            pass

    def script(self) -> Script:
        """Commands up to a word that closes them."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise SyntaxProblem("syntax error: nested too deeply")
        found = []
        self._separators()
        while self.tokens and self._keyword() not in RESERVED:
            found.append(self._and_or())
            if not self._take(";", "\n"):
                break
            self._separators()
        self._depth -= 1
        return tuple(found)

    def _and_or(self) -> AndOr:
        parts = [("", self._pipeline())]
        while (operator := self._keyword()) in ("&&", "||"):
            self._take(operator)
            while self._take("\n"):
                pass
            parts.append((operator, self._pipeline()))
        return AndOr(tuple(parts))

    def _pipeline(self) -> Pipeline:
        negated = self._take("!")
        commands = [self._command()]
        while self._take("|"):
            while self._take("\n"):
                pass
            commands.append(self._command())
        return Pipeline(tuple(commands), negated)

    def _command(self) -> Command:
        if self._take("{"):
            return self._group("}")
        if self._take("("):
            return self._group(")")
        for word in ("while", "until"):
            if self._take(word):
                return self._loop(until=word == "until")
        if self._take("for"):
            return self._for()
        if self._take("if"):
            return self._if()
        return self._simple()

    def _group(self, closing: str) -> Group:
        body = self.script()
        self._need(closing)
        return Group(body, closing == ")")

    def _body(self) -> Script:
        self._need("do")
        body = self.script()
        self._need("done")
        return body

    def _loop(self, *, until: bool) -> Loop:
        condition = self.script()
        return Loop(until, condition, self._body())

    def _for(self) -> For:
        name = self._keyword()
        if not re.fullmatch(NAME, name):
            raise self.unexpected()
        self.tokens.pop()
        words: list[Word] = []
        self._need("in")
        while self.tokens and not isinstance(token := self._peek(), str):
            words.append(token)
            self.tokens.pop()
        return For(name, tuple(words), self._body())

    def _if(self) -> If:
        branches = []
        again = True
        while again:
            condition = self.script()
            self._need("then")
            branches.append((condition, self.script()))
            again = self._take("elif")
        if self._take("else"):
            branches.append(((), self.script()))
        self._need("fi")
        return If(tuple(branches))

    def _simple(self) -> Simple:
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while self.tokens:
            token = self._peek()
            if isinstance(token, str):
                if token not in REDIRECTIONS:
                    break
                redirects.append(self._redirect())
                continue
            if not words and (found := ASSIGNMENT.match(start_of(token))):
                rest = token[0]._replace(text=token[0].text[found.end() :])
                assignments.append((found[1], (rest, *token[1:])))
            elif not words and plain(token) in (*REFUSED, *RESERVED):
                raise self.unexpected()
            else:
                words.append(token)
            self.tokens.pop()
        if not (assignments or words or redirects):
            raise self.unexpected()
        return Simple(tuple(assignments), tuple(words), tuple(redirects))

    def _redirect(self) -> Redirect:
        operator = self.tokens.pop()
        assert isinstance(operator, str)
        if "&" in operator:
            return Redirect(operator)
        target = self._peek()
        if isinstance(target, str):
            raise self.unexpected()
        self.tokens.pop()
        return Redirect(operator, target)


def _shown(text: str) -> str:
    return {"\n": "newline", "": "end of file"}.get(text, f'"{text}"')
