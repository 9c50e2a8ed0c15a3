"""nslookup, as BIND's tools have it: what the pod's resolver finds for a name.

Source: BIND 9.20, `bin/dig/nslookup.c`.

Unlike the real one: only names are looked up, and only at the resolver's own server.
"""

from __future__ import annotations

from kubelearn.network.lookup import NO_ANSWER, Resolved
from kubelearn.world.shell.effects import Err, Lookup, Out, Run
from kubelearn.world.shell.process import Process


def nslookup(process: Process) -> Run:
    """`nslookup NAME`."""
    names = [word for word in process.words if not word.startswith("-")]
    if len(names) != 1 or len(names) != len(process.words):
        yield Err("usage: nslookup NAME (other servers and types are not modelled)\n")
        return 1
    found: Resolved = yield Lookup(names[0])
    if found.problem == NO_ANSWER or not found.server:
        server = found.server or "127.0.0.1"
        yield Out(f";; communications error to {server}#53: timed out\n" * 3)
        yield Out(";; no servers could be reached\n\n")
        return 1
    yield Out(f"Server:\t\t{found.server}\nAddress:\t{found.server}#53\n\n")
    if not found.addresses:
        yield Out(f"** server can't find {found.name or names[0]}: {found.problem}\n\n")
        return 1
    for address in found.addresses:
        yield Out(f"Name:\t{found.name}\nAddress: {address}\n")
    yield Out("\n")
    return 0
