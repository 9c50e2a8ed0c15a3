"""`kubectl exec`: runs a program in a container.

Source: kubectl `pkg/cmd/exec/exec.go`, Kubernetes 1.36.

Unlike the real one: there is no terminal; what a program reads is given beforehand.
"""

from __future__ import annotations

from kubelearn.api.errors import InternalError
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.create.generator import split_command
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.pod_choice import container_of, pods_of
from kubelearn.world.execute import execute

FINISHED = ("Succeeded", "Failed")


def exec_program(client: Client, words: list[str]) -> str:
    """What `kubectl exec POD -- COMMAND` prints; its complaints stand on the other output."""
    words, command = split_command(words)
    parser = Parser("exec", "namespace")
    parser.add_argument("-c", "--container", default="")
    for flags in (("-i", "--stdin"), ("-t", "--tty"), ("-q", "--quiet")):
        parser.switch(*flags)
    options = parser.parse(words)
    if not options.words:
        raise UsageError("pod, type/name or --filename must be specified")
    if not command:
        raise UsageError("you must specify at least one command for the container")
    pod = pods_of(client, options.words[0], options.namespace)[0]
    name, phase = pod["metadata"]["name"], (pod.get("status") or {}).get("phase")
    if phase in FINISHED:
        text = f"cannot exec into a container in a completed pod; current phase is {phase}"
        raise UsageError(text)
    container = container_of(client, pod, options.container, quiet=options.quiet)
    place = {"namespace": options.namespace, "container": container}
    try:
        done = execute(client.world, name, command, stdin=client.stdin, **place)
    except InternalError as error:
        raise UsageError(error.message) from None
    if done.stderr:
        client.stderr.append(done.stderr.removesuffix("\n"))
    if done.code:
        client.stderr.append(f"command terminated with exit code {done.code}")
        client.code = done.code
    return done.stdout.removesuffix("\n")
