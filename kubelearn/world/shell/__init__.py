"""The toy shell: programs that show a container's own view of the cluster.

`PROGRAMS` is what `kubectl exec` finds in $PATH; a new program is its function and one line.

Unlike the real one: every image has these programs and no others, except those that are known to
have no shell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kubelearn.world.shell import system, texts
from kubelearn.world.shell.curl import curl
from kubelearn.world.shell.effects import Effect, Run
from kubelearn.world.shell.nslookup import nslookup
from kubelearn.world.shell.process import Inside, Process, Program
from kubelearn.world.shell.shells import sh
from kubelearn.world.shell.wget import wget

PROGRAMS: Final[Mapping[str, Program]] = {
    "[": system.test,
    "ash": sh,
    "bash": sh,
    "cat": texts.cat,
    "curl": curl,
    "date": system.date,
    "echo": texts.echo,
    "env": system.env,
    "false": system.false,
    "grep": texts.grep,
    "head": texts.head,
    "hostname": system.hostname,
    "id": system.identity,
    "ls": system.ls,
    "nslookup": nslookup,
    "printenv": system.printenv,
    "printf": texts.printf,
    "pwd": system.pwd,
    "seq": texts.seq,
    "sh": sh,
    "sleep": system.sleep,
    "tail": texts.tail,
    "test": system.test,
    "true": system.true,
    "uname": system.uname,
    "wc": texts.wc,
    "wget": wget,
    "whoami": system.whoami,
}
"""The programs of every image that has a shell."""

__all__ = ["PROGRAMS", "Effect", "Inside", "Process", "Program", "Run"]
