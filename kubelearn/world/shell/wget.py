"""wget, as BusyBox has it: a request through the modelled network.

Source: BusyBox 1.37, `networking/wget.c`.

Unlike the real one: no meter of progress is shown.
"""

from __future__ import annotations

import math
from typing import Final

from kubelearn.network import verdict
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.call import Call, Target
from kubelearn.world.shell.curl import REASONS
from kubelearn.world.shell.effects import Ask, Err, Out, Run
from kubelearn.world.shell.flags import UnknownFlag, read_flags
from kubelearn.world.shell.process import Process

FLAGS: Final = {
    "-q": False, "-S": False, "-O": True, "-T": True, "--timeout": True, "--spider": False,
    "--header": True, "--post-data": True, "--no-check-certificate": False,
}  # fmt: skip
PATIENCE: Final = 900


def wget(process: Process) -> Run:
    """`wget [-qS] [-O FILE] [-T SECONDS] [--header H] [--post-data D] [--spider] URL`."""
    try:
        options, urls = read_flags(process.words, FLAGS)
        seconds = float((options.get("-T") or options.get("--timeout") or [str(PATIENCE)])[-1])
        if not math.isfinite(seconds) or seconds <= 0:
            raise ValueError(seconds)
    except UnknownFlag as error:
        yield Err(f"wget: unrecognized option: {error.flag.lstrip('-')}\n")
        return 1
    except ValueError:
        yield Err("wget: invalid number\n")
        return 1
    if not urls:
        yield Err("BusyBox v1.37.0 multi-call binary.\n\nUsage: wget [-qS] [-O FILE] URL...\n")
        return 1
    code = 0
    for url in urls:
        code = code or (yield from _one(process, url, options, min(seconds, 3600.0)))
    return code


def _one(process: Process, url: str, options: dict[str, list[str]], seconds: float) -> Run:
    full = url if "://" in url else f"http://{url}"
    try:
        target = Target.of(full)
    except ValueError:
        yield Err(f"wget: not an http or ftp url: {url}\n")
        return 1
    pairs = (given.partition(":")[::2] for given in options.get("--header", ()))
    headers = {"user-agent": "Wget", **{name.strip().lower(): text.strip() for name, text in pairs}}
    method = "POST" if "--post-data" in options else "HEAD" if "--spider" in options else "GET"
    trust = {"insecure": True}  # it has no authorities to check a certificate with, and says so
    call: Call = yield Ask(full, method, headers, int(seconds * SECOND), trust)
    address = call.state.get("dialled", "")
    if address and "-q" not in options:
        yield Err(f"Connecting to {target.host}:{target.port} ({address}:{target.port})\n")
    if address and target.scheme == "https" and "--no-check-certificate" not in options:
        yield Err("wget: note: TLS certificate validation not implemented\n")
    if not call.ok:
        yield Err(f"wget: {_problem(call, str(address))}\n")
        return 1
    return (yield from _saved(process, call, options))


def _problem(call: Call, address: str) -> str:
    if call.status:
        return f"server returned error: HTTP/1.1 {call.status} {REASONS.get(call.status, '')}"
    if call.error.startswith(verdict.NO_NAME) or call.error == verdict.NAME_FAILURE:
        return f"bad address '{call.target.host}'"
    if call.error == verdict.NO_ANSWER:
        return "download timed out"
    why = {
        verdict.REFUSED: "Connection refused",
        verdict.NO_ROUTE: "Host is unreachable",
        verdict.TIMED_OUT: "Operation timed out",
    }.get(call.error)
    if why is None:
        return "error getting response: Connection reset by peer"
    return f"can't connect to remote host ({address}): {why}"


def _saved(process: Process, call: Call, options: dict[str, list[str]]) -> Run:
    name = (options.get("-O") or [call.target.path.rpartition("/")[2] or "index.html"])[-1]
    quiet = "-q" in options
    if "--spider" in options:
        if not quiet:
            yield Err("remote file exists\n")
        return 0
    if name == "-":
        if not quiet:
            yield Err("writing to stdout\n")
        yield Out(call.body)
        return 0
    process.written[process.path(name)] = call.body
    yield Err("" if quiet else f"saving to '{name}'\n'{name}' saved\n")
    return 0
