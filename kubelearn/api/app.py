"""What the program in a container does, told by its manifest.

The same manifest applies to a real cluster, where the real program answers these questions. Here
three things do, the later winning: the catalogue of known images (`kubelearn.api.images`), the
container's own command (`kubelearn.api.commands`), and annotations of the pod template:

| annotation | example | meaning |
|---|---|---|
| `kubelearn.dev/start-time` | `"2s"` | from the container's start until its program listens |
| `kubelearn.dev/ready-after` | `"5s"` | from the start until readiness probes get a good answer |
| `kubelearn.dev/stop-time` | `"1s"`, `"1s code=143"`, `"never"` | from SIGTERM to the exit |
| `kubelearn.dev/exit` | `"after=30s code=1"`, `"never"` | the program ends by itself |
| `kubelearn.dev/probe-fails` | `"liveness after=60s for=30s"` | a probe gets a bad answer; `,` |
| `kubelearn.dev/listens` | `"80,443"` | its ports; by default those that the container declares |
| `kubelearn.dev/pull` | `"missing"`, `"denied"`, `"40s"` | how the pull of its image goes |
| `kubelearn.dev/service-time` | `"lognormal 20ms 5ms"` | one request; `fixed`, `exponential` too |
| `kubelearn.dev/workers` | `"4"` | on how many requests it works at once; 1 if nothing is said |
| `kubelearn.dev/fails` | `"2%"` | part of the requests that it answers with 500 |
| `kubelearn.dev/calls` | `"http://reviews:9080"` | what it asks for each request; `,` |
| `kubelearn.dev/forwards` | `"x-request-id,end-user"` | headers that it copies into its calls |
| `kubelearn.dev/cookie` | `"SESSION"` | the cookie that it gives to clients who have none yet |
| `kubelearn.dev/admits` | `"x-ext-authz: allow"` | it answers 403 to requests without this header |
| `kubelearn.dev/serves` | `"keys"` | the volume, a ConfigMap, whose files it answers with |
| `kubelearn.dev/tls` | `"certs"` | it speaks TLS; the volume, a Secret, has its certificate |
| `kubelearn.dev/stores` | `"data"` | the volume to which it writes each POST and PUT |
| `kubelearn.dev/memory` | `"100Mi"` | the memory that it uses |

Behind an address in `calls` may stand `timeout=3s`, `tries=2`, and `optional` for what the program
can answer without: `"http://reviews:9080 timeout=3s tries=2 optional"`.

A name with `.container` at its end (`kubelearn.dev/exit.logger`) speaks of that container; a name
without speaks of the pod's first regular container.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, NamedTuple

from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.sim.duration import parse_duration

PREFIX = "kubelearn.dev/"
PROBES = ("startup", "readiness", "liveness")
BYTES = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


class Exit(NamedTuple):
    """The program ends by itself, `after` ns, with `code`."""

    after: int
    code: int


class Stop(NamedTuple):
    """The program ends `after` ns from SIGTERM (None: it ignores it) with `code`."""

    after: int | None
    code: int


class ProbeFailure(NamedTuple):
    """A probe gets a bad answer from `after` ns on, for `lasts` ns (None: for ever)."""

    probe: str
    after: int
    lasts: int | None


class Distribution(NamedTuple):
    """Lengths of time in ns: `law` is "fixed", "exponential" or "lognormal"."""

    law: str
    mean: int
    deviation: int = 0


MOST_WORKERS = 1000
PROMPT = Stop(SECOND, 0)
QUICK = Distribution("lognormal", 10 * MILLISECOND, 3 * MILLISECOND)


@dataclass(frozen=True, slots=True)
class AppBehaviour:
    """What the program of one container does; times in ns, memory in bytes."""

    start_time: int = SECOND
    ready_after: int | None = None
    """None: as soon as it listens."""
    exit: Exit | None = None
    """None: it runs for ever."""
    stop: Stop = PROMPT
    probe_failures: tuple[ProbeFailure, ...] = ()
    listens: tuple[int, ...] | None = None
    """None: on every port that is asked for."""
    paths: tuple[str, ...] | None = None
    """The HTTP paths that it knows; others get 404. None: all."""
    pull: str = ""
    """"missing", "denied", a time, or "" for what the registry says."""
    service_time: Distribution = QUICK
    workers: int = 1
    """On how many requests it works at once."""
    fails: float = 0.0
    calls: tuple[str, ...] = ()
    forwards: tuple[str, ...] = ()
    """Headers of a request, in lower case, that it copies into the calls for it."""
    cookie: str = ""
    """The cookie that it sets in answers to requests without it; "" = none."""
    admits: tuple[str, str] | None = None
    """The header, in lower case, and its value without which it answers 403; None = none."""
    serves: str = ""
    """The volume of the pod, a ConfigMap, whose files it answers with; "" = it has none."""
    tls: str = ""
    """The volume of the pod, a Secret, with its certificate; "" = it speaks no TLS."""
    stores: str = ""
    """The volume of the pod that it writes to; "" = it keeps nothing."""
    memory: int = 50 * 2**20
    memory_said: bool = False
    """Whether an annotation says it; nobody is killed for a guess."""
    followed: bool = field(default=True, compare=False)
    """False when the command could not be read, so that how it ends is a guess."""


def _time(text: str) -> int:
    value = parse_duration(text)
    if value < 0:
        raise ValueError(f"{text!r} is negative: give a time of 0s or more")
    return value


def _pairs(words: list[str], allowed: tuple[str, ...]) -> dict[str, str]:
    found = dict(word.partition("=")[::2] for word in words)
    for name in found:
        if name not in allowed:
            raise ValueError(f"{name!r} is not known here: use {', '.join(allowed)}")
    return found


def _code(text: str) -> int:
    if not text.isdigit() or int(text) > 255:
        raise ValueError(f"{text!r} is not an exit code: give a number from 0 to 255")
    return int(text)


def _exit(text: str) -> Exit | None:
    if text.strip() == "never":
        return None
    found = _pairs(text.split(), ("after", "code"))
    return Exit(_time(found.get("after", "0s")), _code(found.get("code", "0")))


def _stop(text: str) -> Stop:
    words = text.split()
    if not words:
        raise ValueError("give a time such as '1s', or 'never'")
    if words[0] == "never":
        return Stop(None, 137)
    return Stop(_time(words[0]), _code(_pairs(words[1:], ("code",)).get("code", "0")))


def _probe_failures(text: str) -> tuple[ProbeFailure, ...]:
    return tuple(_probe_failure(part) for part in text.split(",") if part.strip())


def _probe_failure(text: str) -> ProbeFailure:
    probe, *words = text.split()
    if probe not in PROBES:
        raise ValueError(f"{probe!r} is no probe: use {', '.join(PROBES)}")
    found = _pairs(words, ("after", "for"))
    lasts = _time(found["for"]) if "for" in found else None
    return ProbeFailure(probe, _time(found.get("after", "0s")), lasts)


def _ports(text: str) -> tuple[int, ...]:
    ports = [part.strip() for part in text.split(",") if part.strip()]
    for port in ports:
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError(f"{port!r} is not a port: give numbers from 1 to 65535, such as '80'")
    return tuple(int(port) for port in ports)


def _pull(text: str) -> str:
    if text not in ("missing", "denied"):
        _time(text)
    return text


def _distribution(text: str) -> Distribution:
    law, *times = text.split() or [""]
    wanted = {"fixed": 1, "exponential": 1, "lognormal": 2}.get(law)
    if wanted is None:
        laws = "'fixed 5ms', 'exponential 20ms' or 'lognormal 20ms 5ms'"
        raise ValueError(f"{law!r} is no distribution: write {laws}")
    if len(times) != wanted:
        raise ValueError(f"{law} takes {wanted} time(s), {len(times)} given")
    return Distribution(law, *(_time(each) for each in times))


def _share(text: str) -> float:
    number = text.strip().removesuffix("%")
    try:
        share = float(number) / (100 if text.strip().endswith("%") else 1)
    except ValueError:
        raise ValueError(f"{text!r} is not a share: write '2%' or 0.02") from None
    if not 0 <= share <= 1:
        raise ValueError(f"{text!r} is not between 0% and 100%")
    return share


def _workers(text: str) -> int:
    if not text.strip().isdigit() or not 0 < int(text) <= MOST_WORKERS:
        raise ValueError(f"{text!r} is no number of workers: give one from 1 to {MOST_WORKERS}")
    return int(text)


def _calls(text: str) -> tuple[str, ...]:
    calls = tuple(part.strip() for part in text.split(",") if part.strip())
    for call in calls:
        out_call(call)
    return calls


class OutCall(NamedTuple):
    """One call that a program makes for a request."""

    url: str
    timeout: int | None = None
    """How long it waits for one answer, in ns; None: as long as its own client does."""
    tries: int = 1
    optional: bool = False
    """Whether it answers without it when it fails."""


@lru_cache(maxsize=4096)
def out_call(text: str) -> OutCall:
    """The call that a text such as "http://reviews:9080 timeout=3s tries=2 optional" means."""
    url, *words = text.split()
    if not re.fullmatch(r"(https?|grpcs?|tcp)://[^\s/]+(/\S*)?", url):
        raise ValueError(f"{url!r} is not an address: write it as http://reviews:9080/path")
    found = _pairs(words, ("timeout", "tries", "optional"))
    tries = found.get("tries", "1")
    if not tries.isdigit() or int(tries) < 1:
        raise ValueError(f"tries={tries} is not a number of tries: give one of 1 or more")
    timeout = _time(found["timeout"]) if "timeout" in found else None
    return OutCall(url, timeout, int(tries), "optional" in found)


def _headers(text: str) -> tuple[str, ...]:
    names = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    for name in names:
        if not re.fullmatch(r"[a-z0-9!#$%&'*+.^_`|~-]+", name):
            raise ValueError(f"{name!r} is no name of a header: write 'x-request-id,end-user'")
    return names


def _cookie(text: str) -> str:
    name = text.strip()
    if not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII):
        raise ValueError(f"{text!r} is no name of a cookie: write it as SESSION")
    return name


def _admitted(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip() or "," in name or not value.strip():
        raise ValueError(f"{text!r} is no header with a value: write it as x-ext-authz: allow")
    return _headers(name)[0], value.strip()


def _volume(text: str) -> str:
    name = text.strip()
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", name):
        raise ValueError(f"{text!r} is no name of a volume: write one of the pod's spec.volumes")
    return name


def _memory(text: str) -> int:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(Ki|Mi|Gi|k|M|G|)", text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not an amount of memory: write it as 100Mi")
    return int(float(found[1]) * BYTES[found[2]])


class Annotation(NamedTuple):
    """One annotation: the field that it sets and how its text is read."""

    field: str
    read: Callable[[str], Any]


ANNOTATIONS: dict[str, Annotation] = {
    "start-time": Annotation("start_time", _time),
    "ready-after": Annotation("ready_after", _time),
    "stop-time": Annotation("stop", _stop),
    "exit": Annotation("exit", _exit),
    "probe-fails": Annotation("probe_failures", _probe_failures),
    "listens": Annotation("listens", _ports),
    "pull": Annotation("pull", _pull),
    "service-time": Annotation("service_time", _distribution),
    "workers": Annotation("workers", _workers),
    "fails": Annotation("fails", _share),
    "calls": Annotation("calls", _calls),
    "forwards": Annotation("forwards", _headers),
    "cookie": Annotation("cookie", _cookie),
    "admits": Annotation("admits", _admitted),
    "serves": Annotation("serves", _volume),
    "tls": Annotation("tls", _volume),
    "stores": Annotation("stores", _volume),
    "memory": Annotation("memory", _memory),
}
"""Every annotation that describes a program."""

FIELDS = tuple(each.name for each in fields(AppBehaviour))


def described(annotations: Mapping[str, str], container: str, first: bool) -> tuple[str, ...]:
    """What annotations say of one container, as sorted "name=text" (a key for caches)."""
    found = []
    for key, text in annotations.items():
        if key.startswith(PREFIX):
            name, _, who = key[len(PREFIX) :].partition(".")
            if (who == container or (not who and first)) and name in ANNOTATIONS:
                found.append((bool(who), name, text))
    return tuple(f"{name}={text}" for _, name, text in sorted(found))


@lru_cache(maxsize=4096)
def changed(base: AppBehaviour, said: tuple[str, ...]) -> AppBehaviour:
    """`base` with what `described` found; ValueError names the annotation that is wrong."""
    values = {}
    for each in said:
        name, _, text = each.partition("=")
        try:
            values[ANNOTATIONS[name].field] = ANNOTATIONS[name].read(text)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{PREFIX}{name}: {error}") from None
    if "memory" in values:
        values["memory_said"] = True
    return replace(base, **values) if values else base


def problems(annotations: Mapping[str, str]) -> list[tuple[str, str]]:
    """(annotation, what is wrong with it) for all of ours in a pod template; [] when all is well.

    Names of `kubelearn.dev/` that no one here knows are left alone: other parts have theirs.
    """
    found = []
    for key, text in annotations.items():
        name = key[len(PREFIX) :].partition(".")[0] if key.startswith(PREFIX) else ""
        if name in ANNOTATIONS:
            try:
                ANNOTATIONS[name].read(text)
            except (ValueError, TypeError) as error:
                found.append((key, str(error)))
    return found
