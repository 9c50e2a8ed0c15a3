"""`kubectl cordon`, `uncordon` and `drain`, for one node.

Source: kubectl `pkg/cmd/drain/drain.go`, Kubernetes 1.36.

Unlike the real one: one node at a time, no dry runs; a drain that a budget holds up gives the
prompt back after five minutes and goes on by itself.
"""

from __future__ import annotations

from kubelearn.kubectl.parsing import Parser
from kubelearn.world import World


def _name(word: str) -> str:
    return word.removeprefix("node/").removeprefix("nodes/")


def _node(verb: str, words: list[str]) -> str:
    parser = Parser(verb)
    parser.add_argument("node")
    return _name(parser.parse_args(words).node)


def cordon(world: World, words: list[str]) -> str:
    """What `kubectl cordon NODE` prints."""
    name = _node("cordon", words)
    return str(world.cordon(name))


def uncordon(world: World, words: list[str]) -> str:
    """What `kubectl uncordon NODE` prints."""
    name = _node("uncordon", words)
    return str(world.uncordon(name))


def drain(world: World, words: list[str]) -> str:
    """What `kubectl drain NODE` prints; time passes meanwhile."""
    parser = Parser("drain")
    parser.add_argument("node")
    for flag in ("ignore-daemonsets", "delete-emptydir-data", "force", "disable-eviction"):
        parser.add_argument(f"--{flag}", action="store_true")
    parser.add_argument("--grace-period", type=int, default=-1)
    parser.add_argument("--timeout", default="0s")
    parser.add_argument("--pod-selector", default="")
    flags = vars(parser.parse_args(words))
    return str(world.drain(_name(flags.pop("node")), **flags))
