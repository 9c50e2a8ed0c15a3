"""Makes `kubelearn/server/data/enumerations-1.36.json.gz`: the values that fields can have.

    python scripts/make_enumerations.py FOLDER    writes the file

FOLDER is `k8s.io` with upstream's Go packages of 1.36 in it (Apache-2.0), as the Debian packages
golang-k8s-api-dev and golang-k8s-apiextensions-apiserver-dev 0.36 lay it out: upstream's published
OpenAPI documents are made without enumerations, so they come from where the server has them. A
type marked `+enum` has its typed constants as values, and the comments above them say what they
mean: kube-openapi `pkg/generators/enum.go`, whose rules for both are followed here.

Form: `{"values": {ENUM: [[value, comment]]}, "fields": {TYPE: {field: [ENUM, blanks]}}}`, with the
full names of the types (`io.k8s.api.core.v1.PullPolicy`) and the values in their order; `blanks`
is how many empty lines stand behind the prose of the field's comment, before its markers.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

from kubelearn.api.schema import schema

TARGET = Path(__file__).parent.parent / "kubelearn" / "server" / "data"
FILE = "enumerations-1.36.json.gz"
SKIPPED = ("zz_generated", "_test.go", "generated.pb.go")
IMPORT = re.compile(r'^\s*(?:import\s+)?(\w+\s+)?"k8s\.io/([\w./-]+)"$')
STRING = re.compile(r"^type (\w+) string$")
CONSTANT = re.compile(r"^(?:const\s+|\s+)(\w+)(?:\s+([\w.]+))?\s*=\s*(.+?)(?:\s+//.*)?$")
CONVERSION = re.compile(r"^([\w.]+)\((.+)\)$")
LITERAL = re.compile(r'^"[^"]*"$')
STRUCT = re.compile(r"^type (\w+) struct \{")
MEMBER = re.compile(r'^\s+(?:\w+\s+)?([\w.*\[\]]+)\s+`json:"([^",]*)')
AROUND = re.compile(r"^(?:\*|\[\]|map\[[\w.]+\])+")
"""What stands before the name of a type of a pointer, a list or a map."""

Values: TypeAlias = dict[str, list[tuple[str, str]]]
"""Enumeration → its values with what is said of them, in the order of the text."""


class Member(NamedTuple):
    """One member of a struct."""

    field: str
    """Its name in JSON; empty for an embedded struct."""
    kind: str
    blanks: int


class Constant(NamedTuple):
    """One constant as it is declared."""

    name: str
    kind: str
    """Its type; empty when that of the value is meant."""
    value: str
    """A literal, or the name of another constant."""
    comment: str


class Package(NamedTuple):
    """What the Go files of one folder declare, by their short names."""

    name: str
    imports: dict[str, str]
    """Name in a file → the package: "v1" → "io.k8s.api.core.v1"."""
    enums: set[str]
    constants: dict[str, Constant]
    structs: dict[str, list[Member]]

    def full(self, short: str) -> str:
        """A name as this package spells it, in full; pointers, lists and maps left out."""
        place, _, name = AROUND.sub("", short).rpartition(".")
        return f"{self.imports.get(place, place) if place else self.name}.{name}"


def package(folder: Path, root: Path) -> Package:
    """Reads the Go files of a folder."""
    found = Package(_dotted(str(folder.relative_to(root))), {}, set(), {}, {})
    for file in sorted(folder.glob("*.go")):
        if not any(part in file.name for part in SKIPPED):
            _read(file.read_text(encoding="utf-8").splitlines(), found)
    return found


def _dotted(path: str) -> str:
    return "io.k8s." + path.replace("/", ".")


def _read(lines: list[str], found: Package) -> None:
    comment: list[str] = []
    block = ""
    """The struct whose members follow, or "const"."""
    for line in lines:
        if line.lstrip().startswith("//"):
            comment.append(line.lstrip()[2:].removeprefix(" ").rstrip())
            continue
        if told := IMPORT.match(line):
            short = (told[1] or told[2].rpartition("/")[2]).strip()
            found.imports[short] = _dotted(told[2])
        elif (told := STRING.match(line)) and "+enum" in comment:
            found.enums.add(told[1])
        elif told := STRUCT.match(line):
            block = told[1]
            found.structs[block] = []
        elif line in ("}", ")", "const ("):
            block = "const" if line == "const (" else ""
        elif block in found.structs and (told := MEMBER.match(line)):
            found.structs[block].append(Member(told[2], told[1], _blanks(comment)))
        elif (block == "const" or line.startswith("const ")) and (told := CONSTANT.match(line)):
            found.constants[told[1]] = _constant(told, " ".join(comment))
        comment = []


def _blanks(comment: list[str]) -> int:
    """Runs of empty lines behind the prose that markers (`+optional`) still follow."""
    runs = 0
    for before, line in zip(["", *comment], comment, strict=False):
        if not line.startswith("+"):
            runs = runs + (before != "") if not line else 0
    return runs - (comment[-1:] == [""])


def _constant(told: re.Match[str], comment: str) -> Constant:
    if inner := CONVERSION.match(told[3]):
        return Constant(told[1], inner[1], inner[2], comment)
    return Constant(told[1], told[2] or "", told[3], comment)


def values(packages: list[Package]) -> Values:
    """The values of each enumeration with what is said of them."""
    known = {each.name: each for each in packages}
    found: dict[str, dict[str, tuple[str, str]]] = {
        f"{each.name}.{name}": {} for each in packages for name in each.enums
    }
    for each in packages:
        for constant in each.constants.values():
            kind, value = _evaluated(known, each, constant)
            if kind in found:
                said = (constant.comment, constant.name)
                rows = found[kind]
                rows[value] = _better(rows[value], said) if value in rows else said
    return {name: sorted(_rows(table), key=_quoted) for name, table in found.items()}


def _evaluated(known: dict[str, Package], owner: Package, constant: Constant) -> tuple[str, str]:
    """The full name of the type of a constant, and its value."""
    kind = owner.full(constant.kind) if constant.kind else ""
    if LITERAL.match(constant.value):
        return kind, json.loads(constant.value)
    place, _, name = owner.full(constant.value).rpartition(".")
    other = known[place].constants.get(name) if place in known else None
    if other is None:
        return "", ""
    of, value = _evaluated(known, known[place], other)
    return kind or of, value


def _better(one: tuple[str, str], other: tuple[str, str]) -> tuple[str, str]:
    """Of two comments on one value the longer counts; of equally long ones the lesser."""
    return min(one, other, key=lambda said: (-len(said[0]), said[0]))


def _rows(table: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for value, (comment, name) in table.items():
        text = comment.strip().removeprefix(name).strip()
        yield value, re.sub(r"\s+", " ", text)


def _quoted(row: tuple[str, str]) -> str:
    return json.dumps(row[0])


def fields(packages: list[Package], enums: Values) -> dict[str, dict[str, tuple[str, int]]]:
    """The fields of all types of the schema that are of an enumeration, or lists or maps of it."""
    places = {f"{each.name}.{name}": (each, name) for each in packages for name in each.structs}
    found: dict[str, dict[str, tuple[str, int]]] = {}
    for name in sorted(set(schema()) & set(places)):
        known = set(schema().row(name).get("fields", ()))
        members = _members(places, name, enums)
        of = {field: (enum, blanks) for field, enum, blanks in members if field in known}
        if of:
            found[name] = of
    return found


def _members(places: dict[str, tuple[Package, str]], name: str, enums: Values) -> Iterator[Member]:
    owner, short = places[name]
    for member in owner.structs[short]:
        full = owner.full(member.kind)
        if not member.field and full in places:
            yield from _members(places, full, enums)
        elif full in enums:
            yield member._replace(kind=full)


def document(root: Path) -> bytes:
    """The bytes of the data file."""
    folders = sorted({file.parent for file in root.rglob("types*.go")})
    packages = [package(folder, root) for folder in folders]
    found = values(packages)
    of = fields(packages, found)
    used = {enum for row in of.values() for enum, _ in row.values()}
    table = {"values": {name: found[name] for name in used}, "fields": of}
    text = json.dumps(table, sort_keys=True, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def main() -> int:
    """Writes the file."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    (TARGET / FILE).write_bytes(document(Path(sys.argv[1])))
    print(f"{FILE}: {(TARGET / FILE).stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
