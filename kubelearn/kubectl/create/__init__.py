"""`kubectl create`: objects from files, or from the words of a command line.

Source: kubectl `pkg/cmd/create/create.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import argparse

from kubelearn.api.apply import with_last_applied
from kubelearn.api.errors import APIError
from kubelearn.api.objects import Object
from kubelearn.kubectl.builder import Chosen, chosen, each
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.create.access import ACCESS
from kubelearn.kubectl.create.configuration import CONFIGURATION
from kubelearn.kubectl.create.generator import Generator
from kubelearn.kubectl.create.networking import NETWORKING
from kubelearn.kubectl.create.policies import POLICIES
from kubelearn.kubectl.create.token import create_token
from kubelearn.kubectl.create.workloads import WORKLOADS
from kubelearn.kubectl.failures import UsageError, source
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.printed import created

GENERATORS: dict[str, Generator] = WORKLOADS | CONFIGURATION | NETWORKING | POLICIES | ACCESS
"""Words after `create` → how the object is made."""
SHORT = {
    "cm": "configmap",
    "cj": "cronjob",
    "deploy": "deployment",
    "ing": "ingress",
    "ns": "namespace",
    "pdb": "poddisruptionbudget",
    "pc": "priorityclass",
    "resourcequota": "quota",
    "sa": "serviceaccount",
    "svc": "service",
}
"""Other words for the same."""
FOREIGN = (
    'the namespace from the provided object "{0}" does not match the namespace "{1}". You must '
    "pass '--namespace={0}' to perform this operation."
)


def create(client: Client, words: list[str]) -> str:
    """What `kubectl create KIND NAME` or `kubectl create -f FILE` prints."""
    if not words or words[0].startswith("-"):
        return _from_files(client, words)
    if words[0] == "token":
        return create_token(client, words[1:])
    first = SHORT.get(words[0], words[0])
    for taken in (2, 1):
        name = " ".join([first, *words[1:taken]])
        if name in GENERATORS:
            return _generated(client, name, words[taken:])
    raise UsageError(f'unknown command "{" ".join(words[:2])}" for "kubectl create"')


def _generated(client: Client, name: str, words: list[str]) -> str:
    generator = GENERATORS[name]
    options = generator.options(f"create {name}", words)
    obj = generator.build(client, options)
    try:
        return created(client, obj, options)
    except APIError as error:
        if not generator.failed:
            raise
        raise UsageError(f"{generator.failed}: {error}") from None


def _from_files(client: Client, words: list[str]) -> str:
    parser = Parser("create", "namespace", "files", "validation", "dry run", "output")
    parser.switch("--save-config")
    options = parser.parse(words)
    if not options.filename:
        raise UsageError("must specify one of -f and -k")
    explicit = any(word.startswith(("-n", "--namespace")) for word in words)
    objects = chosen(client, options, [])
    if not objects:
        raise UsageError("no objects passed to create")

    def act(one: Chosen) -> str:
        obj: Object = one.manifest or {}
        if explicit and one.reference.namespace != options.namespace and one.reference.namespace:
            raise UsageError(FOREIGN.format(one.reference.namespace, options.namespace))
        if options.save_config:
            obj = with_last_applied(one.reference.kind, obj, options.namespace)
        place = argparse.Namespace(**{**vars(options), "namespace": one.reference.namespace})
        with source("creating", one.source):
            return created(client, obj, place)

    return each(client, objects, act)
