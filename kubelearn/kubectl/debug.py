"""`kubectl debug`: one more container in a pod that runs, to look into it.

Source: kubectl `pkg/cmd/debug/{debug,profiles}.go`, Kubernetes 1.36.

Unlike the real one: of pods only, by the profile "general", and without attaching (`-i`, `-t`);
copies of pods (`--copy-to`) and pods on a node are absent.
"""

from __future__ import annotations

import argparse

from kubelearn.api.errors import APIError
from kubelearn.api.objects import Object
from kubelearn.kubectl.builder import SLASH, asked
from kubelearn.kubectl.client import Client, Write
from kubelearn.kubectl.create.generator import split_command
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.parsing import Parser
from kubelearn.world.references import Reference

MANAGER = "kubectl"
FIELD = "ephemeralContainers"
PULLS = ("", "Always", "IfNotPresent", "Never")
TARGETING = (
    'Targeting container "{}". If you don\'t see processes from this container it may be because '
    "the container runtime doesn't support this feature."
)


def debug(client: Client, words: list[str]) -> str:
    """What `kubectl debug POD --image=IMAGE` prints."""
    words, command = split_command(words)
    parser = Parser("debug", "namespace")
    parser.add_argument("-c", "--container", default="")
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("--image-pull-policy", choices=PULLS, default="")
    for flag in ("image", "target"):
        parser.add_argument(f"--{flag}", default="")
    parser.add_argument("--profile", choices=("general",), default="general")
    options = parser.parse(words)
    if not options.image:
        raise UsageError("you must specify --image when not using --copy-to.")
    if not options.words:
        raise UsageError("NAME or filename is required for debug")
    lines: list[str] = []
    for word in options.words:
        try:
            _add(client, _pod(client, word, options.namespace), options, command, lines)
        except (APIError, UsageError) as error:
            client.failed(error)
    return "\n".join(lines)


def _pod(client: Client, word: str, namespace: str) -> Reference:
    kinds = client.world.api.kinds
    if "/" not in word:
        return Reference(kinds.named("pods"), namespace, word)
    found = asked(kinds, [word])
    if len(found) != 1:
        raise UsageError(SLASH)
    kind, (name,) = found[0]
    if kind.resource == "nodes":
        raise UsageError("kubectl debug of nodes is not modelled here, only in the real one")
    if kind.resource != "pods":
        client.get(Reference(kind, namespace, name))
        text = f'"{kind.api_version}, Kind={kind.kind}" not supported by debug'
        raise UsageError(text)
    return Reference(kind, namespace, name)


def _add(
    client: Client,
    reference: Reference,
    options: argparse.Namespace,
    command: list[str],
    lines: list[str],
) -> None:
    """Add the container, after saying so."""
    pod, name = client.get(reference), options.container
    known = [one["name"] for one in pod["spec"].get(FIELD) or ()]
    if not name:
        suffix = client.world.api.draws.suffix(5, "debug", pod["metadata"]["uid"], len(known))
        name = f"debugger-{suffix}"
        lines.append(f"Defaulting debug container name to {name}.")
    if options.target:
        lines.append(TARGETING.format(options.target))
    container = {"name": name, **_container(options, command)}
    order = [{"name": each} for each in dict.fromkeys([*known, name])]
    patch = {"spec": {f"$setElementOrder/{FIELD}": order, FIELD: [container]}}
    write = Write(MANAGER, validation="Warn", subresource="ephemeralcontainers")
    client.patch(reference, patch, "strategic", write)


def _container(options: argparse.Namespace, command: list[str]) -> Object:
    pairs = (text.partition("=") for text in options.env)
    given: Object = {
        "image": options.image,
        "command": command or None,
        "env": [{"name": key, "value": value} for key, _, value in pairs] or None,
        "securityContext": {"capabilities": {"add": ["SYS_PTRACE"]}},
        "terminationMessagePolicy": "File",
    }
    if options.image_pull_policy:
        given["imagePullPolicy"] = options.image_pull_policy
    return given | ({"targetContainerName": options.target} if options.target else {})
