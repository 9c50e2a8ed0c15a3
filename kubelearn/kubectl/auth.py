"""`kubectl auth can-i` and `whoami`.

Source: kubectl `pkg/cmd/auth/{cani,whoami}.go`, Kubernetes 1.36.

Unlike the real one: `can-i --list` and `auth reconcile` are absent.
"""

from __future__ import annotations

import argparse
import json

from kubelearn.api.errors import NotFound
from kubelearn.api.objects import Object
from kubelearn.kubectl.client import JSON, Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.layout import layout
from kubelearn.kubectl.parsing import Parser

ACCESS = "authorization.k8s.io/v1"
WHO = "authentication.k8s.io/v1"


def auth(client: Client, words: list[str]) -> str:
    """What `kubectl auth can-i VERB RESOURCE` and `kubectl auth whoami` print."""
    if not words or words[0] not in QUESTIONS:
        raise UsageError(f"kubectl auth takes one of {', '.join(QUESTIONS)}")
    parser = Parser(f"auth {words[0]}", "namespace", "all namespaces", "impersonation")
    parser.add_argument("--subresource", default="")
    options = parser.parse(words[1:])
    if options.user:
        client.user, client.groups = options.user, tuple(options.groups)
    return QUESTIONS[words[0]](client, options)


def _can_i(client: Client, options: argparse.Namespace) -> str:
    if len(options.words) < 2:
        raise UsageError(
            "you must specify two arguments: verb resource or verb resource/resourceName."
        )
    verb, what, *names = options.words
    if what.startswith("/"):
        spec: Object = {"nonResourceAttributes": {"verb": verb, "path": what}}
    else:
        spec = {"resourceAttributes": _attributes(client, options, verb, what, names)}
    review = {"apiVersion": ACCESS, "kind": "SelfSubjectAccessReview", "spec": spec}
    answer = _asked(client, f"/apis/{ACCESS}/selfsubjectaccessreviews", review)
    client.code = int(not answer["status"]["allowed"])
    return "no" if client.code else "yes"


def _attributes(
    client: Client, options: argparse.Namespace, verb: str, what: str, names: list[str]
) -> Object:
    word, _, name = what.partition("/")
    attributes = {"verb": verb, "resource": word, "name": name or "".join(names[:1])}
    attributes["subresource"] = options.subresource
    try:
        kind = client.world.api.kinds.named(word)
    except NotFound:
        if word != "*":
            client.stderr.append(f"Warning: the server doesn't have a resource type '{word}'")
    else:
        attributes |= {"resource": kind.plural, "group": kind.group}
        if not kind.namespaced:
            where = f" in group '{kind.group}'" if kind.group else ""
            client.stderr.append(
                f"Warning: resource '{kind.plural}' is not namespace scoped{where}\n"
            )
        elif not options.all_namespaces:
            attributes["namespace"] = options.namespace
    return {field: text for field, text in attributes.items() if text}


def _whoami(client: Client, _options: argparse.Namespace) -> str:
    review = {"apiVersion": WHO, "kind": "SelfSubjectReview"}
    info = _asked(client, f"/apis/{WHO}/selfsubjectreviews", review)["status"]["userInfo"]
    rows = [["Username", info["username"]]]
    if info.get("uid"):
        rows.append(["UID", info["uid"]])
    rows.append(["Groups", f"[{' '.join(info.get('groups') or ())}]"])
    return layout([["ATTRIBUTE", "VALUE"], *rows])


def _asked(client: Client, path: str, review: Object) -> Object:
    answer: Object = client.request("POST", path, body=json.dumps(review), content_type=JSON)
    return answer


QUESTIONS = {"can-i": _can_i, "whoami": _whoami}
"""Word after `auth` → what answers it."""
