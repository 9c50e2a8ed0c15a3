"""`kubectl cordon`, `uncordon` and `drain`, for one node.

Source: kubectl `pkg/cmd/drain/drain.go`, Kubernetes 1.36.

Unlike the real one: one node at a time, no dry runs; a drain that a budget holds up gives the
prompt back after five minutes and goes on by itself.
"""

from __future__ import annotations

from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.parsing import Parser


def _name(words: list[str], verb: str) -> str:
    if len(words) != 1:
        raise UsageError(f"USAGE: {verb} NODE [flags]")
    return words[0].removeprefix("node/").removeprefix("nodes/")


def cordon(client: Client, words: list[str]) -> str:
    """What `kubectl cordon NODE` prints."""
    name = _name(Parser("cordon").parse(words).words, "cordon")
    return str(client.world.cordon(name))


def uncordon(client: Client, words: list[str]) -> str:
    """What `kubectl uncordon NODE` prints."""
    name = _name(Parser("uncordon").parse(words).words, "uncordon")
    return str(client.world.uncordon(name))


def drain(client: Client, words: list[str]) -> str:
    """What `kubectl drain NODE` prints; time passes meanwhile."""
    parser = Parser("drain")
    for flag in ("ignore-daemonsets", "delete-emptydir-data", "force", "disable-eviction"):
        parser.switch(f"--{flag}")
    parser.add_argument("--grace-period", type=int, default=-1)
    parser.add_argument("--timeout", default="0s")
    parser.add_argument("--pod-selector", default="")
    flags = vars(parser.parse(words))
    return str(client.world.drain(_name(flags.pop("words"), "drain"), **flags))
