"""kubectl's JSONPath: a template with paths in braces, such as `{.items[*].metadata.name}`.

Source: client-go `util/jsonpath/{parser,jsonpath}.go`, Kubernetes 1.36.

Unlike the real one: a filter compares two sides and knows no `&&` and `||`; what fails is told
without the dump of the object.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from kubelearn.kubectl.failures import UsageError

TOKEN = re.compile(
    r"""\s*(?:
      (?P<recurse>\.)(?=\.)
    | \.?(?P<all>\*)
    | \.(?P<field>(?:\\.|[^\s.\[\]{}()'"\\=<>!])+)
    | \[\s*(?P<inner>(?:'[^']*'|"[^"]*"|[^\]\['"]|\[[^\]]*\])*)\]
    | (?P<root>[$@.])
    | (?P<word>[A-Za-z]\w*)
    | (?P<text>'[^']*'|"(?:\\.|[^"])*")
    | (?P<number>-?\d+(?:\.\d+)?)
    )""",
    re.VERBOSE,
)
FILTER = re.compile(r"\?\(\s*(.*)\s*\)", re.DOTALL)
COMPARED = re.compile(r"(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)", re.DOTALL)
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<=": lambda a, b: bool(a <= b),
    ">=": lambda a, b: bool(a >= b),
    "<": lambda a, b: bool(a < b),
    ">": lambda a, b: bool(a > b),
}
Step = Callable[[list[Any]], list[Any]]
"""From some values to those below them."""


class NotThere(UsageError):
    """A field or an element that is not there."""


class Path(NamedTuple):
    """One expression between braces."""

    steps: tuple[Step, ...]
    literal: tuple[Any, ...] = ()
    """What it is when it is no path but a text or a number."""

    def find(self, value: Any) -> list[Any]:
        """All values that it leads to."""
        found = [value]
        for step in self.steps:
            found = step(found)
        return list(self.literal) or found


class Range(NamedTuple):
    """`{range PATH}...{end}`."""

    path: Path
    body: tuple[Any, ...]


def render(template: str, value: Any, *, missing: bool = True) -> str:
    """The text that a template makes of an object; `missing` fields are left out, or an error."""
    nodes, rest = _parsed(_pieces(template), missing)
    if rest:
        raise UsageError(f"error parsing jsonpath {template}, not in range")
    return "".join(_rendered(nodes, value))


def values(path: str, value: Any, *, missing: bool = True) -> list[Any]:
    """What one path, such as `.metadata.name`, leads to."""
    return parse(path, missing).find(value)


def relaxed(text: str) -> str:
    """A path in braces for `x.y.z`, `.x.y.z`, `{x.y}` and `{.x.y}`."""
    inner = text.removeprefix("{").removesuffix("}")
    return inner if inner.startswith((".", "[", "$")) else f".{inner}"


def _pieces(template: str) -> list[tuple[bool, str]]:
    """(whether it stands in braces, its text) in order."""
    pieces, place = [], 0
    while place < len(template):
        begin = template.find("{", place)
        if begin < 0:
            begin = len(template)
        if begin > place:
            pieces.append((False, template[place:begin]))
        if begin == len(template):
            break
        end = _closing(template, begin)
        pieces.append((True, template[begin + 1 : end].strip()))
        place = end + 1
    return pieces


def _closing(template: str, begin: int) -> int:
    quote = ""
    for place in range(begin + 1, len(template)):
        letter = template[place]
        if quote:
            quote = "" if letter == quote and template[place - 1] != "\\" else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "}":
            return place
    raise UsageError(f"error parsing jsonpath {template}, unclosed action")


def _parsed(
    pieces: list[tuple[bool, str]], missing: bool
) -> tuple[tuple[Any, ...], list[tuple[bool, str]]]:
    """Texts, paths and ranges up to the end, or up to an {end}; and what is left."""
    nodes: list[Any] = []
    while pieces:
        (braces, text), *pieces = pieces
        if not braces:
            nodes.append(text)
        elif text == "end":
            return tuple(nodes), [(True, "end"), *pieces]
        elif text.startswith("range"):
            body, pieces = _parsed(pieces, missing)
            if not pieces:
                raise UsageError("error parsing jsonpath, unterminated range")
            nodes.append(Range(parse(text.removeprefix("range").strip(), missing), body))
            pieces = pieces[1:]
        else:
            nodes.append(parse(text, missing))
    return tuple(nodes), pieces


def _rendered(nodes: tuple[Any, ...], value: Any) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, str):
            yield node
        elif isinstance(node, Range):
            for item in node.path.find(value):
                yield from _rendered(node.body, item)
        else:
            yield " ".join(shown(found) for found in node.find(value))


def shown(value: Any) -> str:
    """A value as kubectl prints it."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return str(value)


def parse(text: str, missing: bool = True) -> Path:
    """One expression as steps."""
    steps: list[Step] = []
    place = 0
    while place < len(text.rstrip()):
        token = TOKEN.match(text, place)
        if token is None:
            raise UsageError(f"unrecognized character in action: {text[place:]!r}")
        place = token.end()
        kind, found = token.lastgroup, token[token.lastgroup or 0]
        if kind == "text":
            return Path((), (_unquoted(found),))
        if kind == "number":
            return Path((), (json.loads(found),))
        if kind == "word":
            raise UsageError(f"unrecognized identifier {found}")
        if kind == "inner":
            steps.append(_subscript(found.strip(), missing))
        elif kind != "root":
            steps.append(STEPS[kind or ""](found, missing))
    return Path(tuple(steps))


def _unquoted(text: str) -> str:
    if text[0] == "'":
        return text[1:-1]
    unquoted: str = json.loads(text)
    return unquoted


def _field(name: str, missing: bool) -> Step:
    name = re.sub(r"\\(.)", r"\1", name)

    def step(found: list[Any]) -> list[Any]:
        below = [one[name] for one in found if isinstance(one, Mapping) and name in one]
        if not below and not missing:
            raise NotThere(f"{name} is not found")
        return below

    return step


def _everything(_text: str, _missing: bool) -> Step:
    return lambda found: [below for one in found for below in _below(one)]


def _below(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [value[name] for name in sorted(value)]
    return list(value) if isinstance(value, list) else []


def _recursive(_text: str, _missing: bool) -> Step:
    def descend(value: Any) -> Iterator[Any]:
        yield value
        for below in _below(value):
            if isinstance(below, Mapping | list):
                yield from descend(below)

    return lambda found: [one for value in found for one in descend(value)]


STEPS: dict[str, Callable[[str, bool], Step]] = {
    "field": _field,
    "all": _everything,
    "recurse": _recursive,
}
"""Kind of token → the step that it means."""


def _subscript(text: str, missing: bool) -> Step:
    """`[*]`, `[0]`, `[-1]`, `[0:2]`, `['name']`, `[0,2]`, `[?(@.a==1)]`."""
    if text == "*":
        return _everything(text, missing)
    condition = FILTER.fullmatch(text)
    if condition:
        return _filter(condition[1])
    if re.fullmatch(r"-?\d*:-?\d*(:-?\d*)?", text):
        bounds = slice(*(int(part) if part else None for part in text.split(":")))
        return lambda found: [
            item for one in found if isinstance(one, list) for item in one[bounds]
        ]
    parts = [_subscript_part(part.strip(), missing) for part in text.split(",")]
    return lambda found: [below for part in parts for below in part(found)]


def _subscript_part(text: str, missing: bool) -> Step:
    if text[:1] in ("'", '"'):
        return _path_step(_unquoted(text), missing)
    if not re.fullmatch(r"-?\d+", text):
        raise UsageError(f"invalid array index {text}")
    index = int(text)

    def step(found: list[Any]) -> list[Any]:
        below = []
        for one in found:
            if not isinstance(one, list):
                continue
            if not -len(one) <= index < len(one):
                raise NotThere(f"array index out of bounds: index {index}, length {len(one)}")
            below.append(one[index])
        return below

    return step


def _path_step(text: str, missing: bool) -> Step:
    """A quoted part: a field, or a path of fields."""
    path = parse(relaxed(text), missing)
    return lambda found: [below for one in found for below in path.find(one)]


def _filter(text: str) -> Step:
    compared = COMPARED.fullmatch(text)
    if compared is None:
        path = parse(text)
        return lambda found: [i for one in found for i in _below(one) if path.find(i)]
    left, right = parse(compared[1], missing=True), parse(compared[3], missing=True)
    compare = COMPARISONS[compared[2]]

    def holds(item: Any) -> bool:
        pairs = zip(left.find(item)[:1], right.find(item)[:1], strict=False)
        return any(compare(a, b) for a, b in pairs)

    return lambda found: [item for one in found for item in _below(one) if holds(item)]
