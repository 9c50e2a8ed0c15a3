"""curl: a request through the modelled network, with curl's texts and exit codes.

Source: curl 8.14, `src/tool_operate.c`, `lib/connect.c`, `lib/strerror.c`, `lib/hostip.c`
(Curl_loadhostpairs), `lib/vtls/openssl.c`; RFC 6066 for what a server says of a name.

Unlike the real one: no meter of progress is shown, redirects are not followed, of several
addresses behind `--resolve` the first is taken, and an answer has its length and what proxies have
added as headers and no others.
"""

from __future__ import annotations

import ipaddress
import math
from typing import Any, Final

from kubelearn.network import verdict
from kubelearn.network.tls import client as tls
from kubelearn.network.tls.certificates import read_chain
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.call import Call, Target
from kubelearn.world.shell.effects import Ask, Err, Out, Run, Step
from kubelearn.world.shell.flags import UnknownFlag, read_flags
from kubelearn.world.shell.process import Process

FLAGS: Final = {
    "-s": False, "--silent": False, "-S": False, "--show-error": False, "-k": False,
    "--insecure": False, "-L": False, "--location": False, "-f": False, "--fail": False,
    "-i": False, "--include": False, "-I": False, "--head": False, "-o": True, "--output": True,
    "-w": True, "--write-out": True, "-X": True, "--request": True, "-H": True, "--header": True,
    "-d": True, "--data": True, "-m": True, "--max-time": True, "--connect-timeout": True,
    "-v": False, "--verbose": False, "--resolve": True, "--cacert": True,
}  # fmt: skip
LONG: Final = {
    "--silent": "-s", "--show-error": "-S", "--insecure": "-k", "--location": "-L", "--fail": "-f",
    "--include": "-i", "--head": "-I", "--output": "-o", "--write-out": "-w", "--request": "-X",
    "--header": "-H", "--data": "-d", "--max-time": "-m", "--verbose": "-v",
}  # fmt: skip
HINT: Final = "curl: try 'curl --help' or 'curl --manual' for more information\n"
AGENT: Final = "curl/8.14.1"
REASONS: Final = {
    200: "OK", 301: "Moved Permanently", 302: "Found", 303: "See Other", 307: "Temporary Redirect",
    308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 429: "Too Many Requests",
    500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout",
}  # fmt: skip
UNVERIFIED: Final = 60
MISTRUSTED: Final = (tls.PROBLEM, tls.WRONG_HOST.partition("'")[0])
REFUSED_BY_TLS: Final = (tls.NOT_TLS, tls.NO_NAME)
NOT_VERIFIED: Final = """\
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the webpage mentioned above.
"""


class Unusable(Exception):
    """The value of an option that curl cannot use: its exit code and what it says."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


def curl(process: Process) -> Run:
    """`curl [-sSfikILv] [-o FILE] [-w FORMAT] [-X METHOD] [-H HEADER] [-d DATA] [-m S] URL...`.

    And `[--resolve HOST:PORT:ADDRESS] [--cacert FILE]`.
    """
    try:
        found, urls = read_flags(process.words, FLAGS)
        options = {LONG.get(name, name): values for name, values in found.items()}
        seconds = _seconds(options)
    except UnknownFlag as error:
        word = "requires parameter" if error.lacks_value else "is unknown"
        yield Err(f"curl: option {error.flag}: {word}\n{HINT}")
        return 2
    except ValueError as error:
        yield Err(f"curl: option -m: expected a proper numerical parameter: {error}\n{HINT}")
        return 2
    if not urls:
        yield Err(f"curl: (2) no URL specified\n{HINT}")
        return 2
    code = 0
    for url in urls:
        code = yield from _one(process, url if "://" in url else f"http://{url}", options, seconds)
    return code


def _seconds(options: dict[str, list[str]]) -> float:
    """How long to wait; 0 = as long as the system does."""
    given = (options.get("-m") or options.get("--connect-timeout") or ["0"])[-1]
    seconds = float(given)
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(given)
    return min(seconds, 3600.0)


def _one(process: Process, url: str, options: dict[str, list[str]], seconds: float) -> Run:
    try:
        Target.of(url)
    except ValueError:
        yield Err("curl: (3) URL rejected: Malformed input to a URL function\n")
        return 3
    loud = "-s" not in options or "-S" in options
    try:
        ask = Ask(url, _method(options), _headers(options), options=_connection(process, options))
    except Unusable as error:
        yield Err(f"curl: ({error.code}) {error}\n" if loud else "")
        return error.code
    if seconds:
        ask = ask._replace(timeout=int(seconds * SECOND))
    call: Call = yield ask
    if not call.status:
        code, text = failure(call, limited=bool(seconds))
        if loud:
            yield Err(f"curl: ({code}) {text}\n{NOT_VERIFIED if code == UNVERIFIED else ''}")
        yield from _write_out(call, options)
        return code
    return (yield from _answered(process, call, options))


def _method(options: dict[str, list[str]]) -> str:
    default = "HEAD" if "-I" in options else "POST" if "-d" in options else "GET"
    return (options.get("-X") or [default])[-1]


def _headers(options: dict[str, list[str]]) -> dict[str, str]:
    pairs = (given.partition(":")[::2] for given in options.get("-H", ()))
    return {"user-agent": AGENT, **{name.strip().lower(): text.strip() for name, text in pairs}}


def _connection(process: Process, options: dict[str, list[str]]) -> dict[str, Any]:
    """What the options say of addresses and certificates; Unusable when that cannot be."""
    said: dict[str, Any] = {"insecure": "-k" in options}
    said["resolve"] = dict(_resolved(entry) for entry in options.get("--resolve", ()))
    if "--cacert" in options and "-k" not in options:
        said["cacert"] = _authorities(process, options["--cacert"][-1])
    return said


def _authorities(process: Process, path: str) -> str:
    """The certificates in a file (PEM)."""
    text = process.read(path) or ""
    try:
        read_chain(text)
    except ValueError:
        raise Unusable(77, f"error adding trust anchors from file: {path}") from None
    return text


def _resolved(entry: str) -> tuple[str, str]:
    """`[+]HOST:PORT:ADDRESS[,ADDRESS]...` as (host and port, address)."""
    host, _, rest = entry.removeprefix("+").partition(":")
    port, _, addresses = rest.partition(":")
    try:
        given = [ipaddress.ip_address(address) for address in addresses.split(",")]
    except ValueError:
        given = []
    if not (host and given and port.isdigit() and 0 < int(port) < 65536):
        raise Unusable(49, f"Couldn't parse CURLOPT_RESOLVE entry '{entry}'")
    return f"{host}:{port}", str(given[0])


def _answered(process: Process, call: Call, options: dict[str, list[str]]) -> Run:
    if "-f" in options and call.status >= 400:
        if "-s" not in options or "-S" in options:
            yield Err(f"curl: (22) The requested URL returned error: {call.status}\n")
        yield from _write_out(call, options)
        return 22
    body = "" if call.method == "HEAD" else call.body
    if "-i" in options or "-I" in options:
        body = f"{_head(call)}\r\n{body}"
    name = (options.get("-o") or [""])[-1]
    if name and name != "-":
        process.written[process.path(name)] = body
        yield Step()
    else:
        yield Out(body)
    yield from _write_out(call, options)
    return 0


def _head(call: Call) -> str:
    """The status line and the headers of an answer."""
    headers = {"content-length": len(call.body.encode()), **call.state.get("response", {})}
    lines = [f"HTTP/1.1 {call.status} {REASONS.get(call.status, '')}"]
    lines += [f"{name}: {line}" for name, text in headers.items() for line in f"{text}".split("\n")]
    return "".join(f"{line}\r\n" for line in lines)


def _write_out(call: Call, options: dict[str, list[str]]) -> Run:
    form = (options.get("-w") or [""])[-1]
    values = {
        "%{http_code}": f"{call.status:03d}",
        "%{response_code}": f"{call.status:03d}",
        "%{time_total}": f"{call.latency:.6f}",
        "%{remote_ip}": str(call.state.get("dialled", "")),
        "\\n": "\n",
        "\\t": "\t",
    }
    for name, value in values.items():
        form = form.replace(name, value)
    yield Out(form) if form else Step()
    return 0


def failure(call: Call, *, limited: bool) -> tuple[int, str]:
    """(exit code, text) of a request without an answer; `limited`: curl itself gave up."""
    host, port, took = call.target.host, call.target.port, round(call.latency * 1000)
    if call.error.startswith(verdict.NO_NAME) or call.error == verdict.NAME_FAILURE:
        return 6, f"Could not resolve host: {host}"
    if call.error == verdict.NO_ANSWER:
        return 28, f"Operation timed out after {took} milliseconds with 0 bytes received"
    if call.error == verdict.RESET:
        return 56, "Recv failure: Connection reset by peer"
    if call.error in REFUSED_BY_TLS:
        return 35, f"TLS connect error: {call.error}"
    if call.error.startswith(MISTRUSTED):
        return UNVERIFIED, call.error
    place = f"Failed to connect to {host} port {port} after {took} ms"
    if call.error == verdict.TIMED_OUT and limited:
        return 28, f"Connection timed out after {took} milliseconds"
    if call.error == verdict.TIMED_OUT:
        return 28, f"{place}: Timeout was reached"
    return 7, f"{place}: Could not connect to server"
