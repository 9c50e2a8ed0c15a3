"""One kubectl command line: which verb it is, and what it prints.

Unlike the real one: `get`, `rollout`, `cordon`, `uncordon` and `drain` only so far; every other
verb is refused by name.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable

from kubelearn.kubectl.drain import cordon, drain, uncordon
from kubelearn.kubectl.get import get
from kubelearn.kubectl.rollout import rollout
from kubelearn.world import World

VERBS: dict[str, Callable[[World, list[str]], str]] = {
    "get": get,
    "cordon": cordon,
    "uncordon": uncordon,
    "drain": drain,
    "rollout": rollout,
}


def run(world: World, line: str) -> str:
    """What `kubectl LINE` prints; ValueError for what is not modelled yet."""
    words = shlex.split(line)
    if words[:1] == ["kubectl"]:
        words = words[1:]
    if not words:
        raise ValueError('kubectl needs a verb, such as "get pods"')
    verb = VERBS.get(words[0])
    if verb is None:
        raise ValueError(f"kubectl {words[0]} is not modelled yet: choose {', '.join(VERBS)}")
    return verb(world, words[1:])
