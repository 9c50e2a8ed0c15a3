"""The properties of a Spring application: its application.yaml, and the environment above it.

Names are relaxed: `default-zone`, `defaultZone` and `DEFAULT_ZONE` are one. A variable
`SPRING_APPLICATION_NAME` is `spring.application.name` and wins over the file; `${NAME:default}` in
a value is another property or variable.
Source: spring-boot 4.0 `context/properties/source`, `context/config` (ConfigDataEnvironment),
spring-core `util/PropertyPlaceholderHelper.java`.

Unlike the real one: variables set single values, not elements of lists; documents for a profile
and `spring.config.import` are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from kubelearn.sim.clock import MILLISECOND
from kubelearn.sim.duration import parse_duration
from kubelearn.spring.boot.failure import StartFailure

Tree = dict[str, Any]
PLACES = ("/app/application.yaml", "/app/application.yml", "/app/config/application.yaml",
          "/app/config/application.yml")  # fmt: skip
"""Where a program whose working directory is /app looks; what is further down wins."""
PLACEHOLDER = re.compile(r"\$\{(?P<name>[^${}:]+)(?::(?P<default>[^{}]*))?\}")
PROFILE = "on-profile"


def duration(given: Any) -> int:
    """A duration in ns: 200, "200ms", "1s"; a bare number is milliseconds. ValueError for none."""
    text = str(given)
    return int(text) * MILLISECOND if text.isdigit() else parse_duration(text)


def canonical(name: str) -> str:
    """A name without what does not count in it."""
    return re.sub(r"[^a-z0-9.]", "", name.lower())


class Properties:
    """What an application has been told; frozen from its start on."""

    def __init__(self, tree: Tree, environment: Mapping[str, str]) -> None:
        self.tree = tree
        self.environment = dict(environment)
        self._variables = {
            canonical(name.replace("_", "")): text for name, text in sorted(environment.items())
        }

    def get(self, name: str) -> Any:
        """The value of a property: a text, a number, a list, a tree; None when nobody has set it.

        Raises StartFailure for a placeholder that nothing fills.
        """
        found = self._variables.get(canonical(name).replace(".", ""))
        return self.filled(_at(self.tree, name) if found is None else found)

    def text(self, name: str, default: str = "") -> str:
        """A value as text."""
        found = self.get(name)
        return default if found is None else str(found)

    def branch(self, name: str) -> Tree:
        """The properties below a name; StartFailure when it is a value."""
        found = self.get(name)
        if not isinstance(found, dict | None):
            raise StartFailure.unbound(name, found, "there are properties below it")
        return found or {}

    def elements(self, name: str) -> list[Any]:
        """The elements of a list; StartFailure when it is none."""
        found = self.get(name)
        if not isinstance(found, list | None):
            raise StartFailure.unbound(name, found, "it is a list")
        return found or []

    def filled(self, value: Any) -> Any:
        """A value with its placeholders filled, in all its parts."""
        if isinstance(value, str):
            return self._filled(value, 0)
        if isinstance(value, list):
            return [self.filled(one) for one in value]
        if isinstance(value, dict):
            return {name: self.filled(one) for name, one in value.items()}
        return value

    def _filled(self, text: str, depth: int) -> str:
        def fill(found: re.Match[str]) -> str:
            name = found["name"]
            value = self.environment.get(name)
            if value is None:
                value = _at(self.tree, name)
            if value is None and found["default"] is None:
                message = f"Could not resolve placeholder '{name}' in value \"{text}\""
                kind = "org.springframework.util.PlaceholderResolutionException"
                raise StartFailure.thrown(kind, message)
            return self._filled(str(found["default"] if value is None else value), depth + 1)

        return PLACEHOLDER.sub(fill, text) if depth < 8 else text


def read(files: Mapping[str, str], environment: Mapping[str, str]) -> Properties:
    """The properties that an application finds at its start; StartFailure when it cannot read."""
    tree: Tree = {}
    for place in PLACES:
        for document in _documents(files.get(place, "")):
            if _at(document, f"spring.config.activate.{PROFILE}") is None:
                tree = _merged(tree, document)
    return Properties(tree, environment)


def _documents(text: str) -> Iterable[Tree]:
    try:
        found = list(yaml.safe_load_all(text))
    except yaml.MarkedYAMLError as error:
        stage = type(error).__name__.removesuffix("Error")
        words = str(error).replace('"<unicode string>"', "'reader'")
        kind = f"org.yaml.snakeyaml.{stage.lower()}.{stage}Exception"
        raise StartFailure.thrown(kind, words) from error
    except yaml.YAMLError as error:
        kind = "org.yaml.snakeyaml.error.YAMLException"
        raise StartFailure.thrown(kind, str(error)) from error
    return [_expanded(document) for document in found if isinstance(document, dict)]


def _expanded(tree: Tree) -> Tree:
    """A tree whose names hold no dots, but for the parts of lists and texts."""
    made: Tree = {}
    for name, value in tree.items():
        inner = _expanded(value) if isinstance(value, dict) else value
        for part in reversed(str(name).split(".")[1:]):
            inner = {part: inner}
        made = _merged(made, {str(name).partition(".")[0]: inner})
    return made


def _merged(old: Tree, new: Tree) -> Tree:
    """Both trees; of two values the new one, of two lists too. Names are relaxed."""
    made = dict(old)
    known = {canonical(name): name for name in old}
    for name, value in new.items():
        place = known.get(canonical(name), name)
        before = made.get(place)
        both = isinstance(before, dict) and isinstance(value, dict)
        made[place] = _merged(before, value) if both else value  # type: ignore[arg-type]
    return made


def _at(tree: Any, name: str) -> Any:
    for part in name.split("."):
        if not isinstance(tree, dict):
            return None
        wanted = canonical(part)
        tree = next((value for key, value in tree.items() if canonical(str(key)) == wanted), None)
    return tree
