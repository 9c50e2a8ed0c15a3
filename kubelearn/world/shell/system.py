"""Programs that tell what a container is: env, hostname, date, id, ls and their kin.

Unlike the real one: everybody is root, every machine is an x86_64, and a folder shows names only.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from kubelearn.api.times import EPOCH
from kubelearn.sim.clock import MICROSECOND, SECOND
from kubelearn.sim.duration import parse_duration
from kubelearn.world.shell.effects import Err, Now, Out, Run, Sleep, Step
from kubelearn.world.shell.process import Process

KERNEL = {"s": "Linux", "n": "", "r": "6.1.0-kubelearn", "m": "x86_64"}


def env(process: Process) -> Run:
    """All variables, one a line."""
    found = process.variables or process.inside.environment
    yield Out("".join(f"{name}={value}\n" for name, value in found.items()))
    return 0


def printenv(process: Process) -> Run:
    """All variables, or the values of those that are named."""
    if not process.words:
        return (yield from env(process))
    code = 0
    for name in process.words:
        if name in process.variables:
            yield Out(f"{process.variables[name]}\n")
        else:
            code = 1
    return code


def hostname(process: Process) -> Run:
    """The pod's hostname; `-i` its address."""
    name = process.inside.hostname
    if process.words[:1] in (("-i",), ("-I",)):
        hosts = process.inside.files().get("/etc/hosts", "").splitlines()
        name = next((line.split()[0] for line in hosts if name in line.split()[1:]), name)
    yield Out(f"{name}\n")
    return 0


def date(process: Process) -> Run:
    """The moment in UTC, as `date` or with a format: `+%s`, `+%H:%M:%S`."""
    now = yield Now()
    moment = EPOCH + timedelta(microseconds=now // MICROSECOND)
    forms = [word[1:] for word in process.words if word.startswith("+")]
    others = [word for word in process.words if not word.startswith("+") and word != "-u"]
    if others:
        yield Err(f"date: invalid date '{others[0]}'\n")
        return 1
    form = forms[0] if forms else "%a %b %e %H:%M:%S UTC %Y"
    form = form.replace("%s", str(int(EPOCH.timestamp()) + now // SECOND))
    form = form.replace("%N", f"{now % SECOND:09d}")
    yield Out(moment.strftime(form[:200]) + "\n")
    return 0


def identity(_process: Process) -> Run:
    """Who runs here."""
    yield Out("uid=0(root) gid=0(root) groups=0(root)\n")
    return 0


def whoami(_process: Process) -> Run:
    """The name of who runs here."""
    yield Out("root\n")
    return 0


def pwd(process: Process) -> Run:
    """The folder in which this runs."""
    yield Out(f"{process.path('.')}\n")
    return 0


def uname(process: Process) -> Run:
    """The system; `-s`, `-n`, `-r`, `-m`, `-a` parts of its name."""
    flags = "".join(word.lstrip("-") for word in process.words) or "s"
    parts = {**KERNEL, "n": process.inside.hostname}
    yield Out(" ".join(parts[each] for each in parts if each in flags or "a" in flags) + "\n")
    return 0


def ls(process: Process) -> Run:
    """The names in folders; hidden ones with `-a`."""
    flags = "".join(word for word in process.words if word.startswith("-"))
    places = [word for word in process.words if not word.startswith("-")] or ["."]
    code = 0
    for place in places:
        names = process.names_in(place)
        if process.read(place) is not None and names is None:
            names = [place]
        if names is None:
            yield Err(f"ls: {place}: No such file or directory\n")
            code = 1
            continue
        shown = [name for name in names if not name.startswith(".") or "a" in flags.lower()]
        heading = f"{place}:\n" if len(places) > 1 else ""
        yield Out(heading + "".join(f"{name}\n" for name in shown))
    return code


def true(_process: Process) -> Run:
    """Nothing, well."""
    yield Step()
    return 0


def false(_process: Process) -> Run:
    """Nothing, badly."""
    yield Step()
    return 1


def sleep(process: Process) -> Run:
    """Seconds (or 2m, 1h) without doing anything; `infinity` for ever."""
    try:
        if not process.words:
            raise ValueError
        total = sum(_time(word) for word in process.words)
    except (ValueError, OverflowError):
        yield Err(f"sleep: invalid number '{' '.join(process.words)}'\n")
        return 1
    yield Sleep(total)
    return 0


def _time(word: str) -> int:
    if word in ("infinity", "inf"):
        return 10**9 * SECOND
    found = parse_duration(word if word[-1:].isalpha() else f"{word}s")
    if not 0 <= found <= 10**9 * SECOND:
        raise ValueError(word)
    return found


def test(process: Process) -> Run:
    """A condition: files (-f, -d, -e, -s), texts (=, !=, -n, -z), numbers (-eq, -lt ...), !."""
    yield Step()
    words = list(process.words)
    if process.name == "[":
        if words[-1:] != ["]"]:
            yield Err("[: missing ]\n")
            return 2
        words.pop()
    negated = words[:1] == ["!"]
    try:
        holds = _holds(process, words[1:] if negated else words)
    except ValueError:
        yield Err(f"{process.name}: {' '.join(words)}: unknown operand\n")
        return 2
    return int(holds == negated)


def _holds(process: Process, words: list[str]) -> bool:
    match words:
        case []:
            return False
        case [one]:
            return one != ""
        case [("-n" | "-z") as flag, text]:
            return bool(text) == (flag == "-n")
        case [("-e" | "-f" | "-s" | "-d" | "-r") as flag, name]:
            held, folder = process.read(name), process.names_in(name) is not None
            if flag == "-s":
                return bool(held)
            return folder if flag == "-d" else held is not None or (flag in "-e-r" and folder)
        case [one, ("=" | "==" | "!=") as flag, other]:
            return (one == other) != (flag == "!=")
        case [one, flag, other] if flag in COMPARISONS:
            return COMPARISONS[flag](int(one), int(other))
    raise ValueError(words)


COMPARISONS: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "-eq": operator.eq,
    "-ne": operator.ne,
    "-lt": operator.lt,
    "-le": operator.le,
    "-gt": operator.gt,
    "-ge": operator.ge,
}
