"""`kubectl auth can-i` and `whoami`.

Source: kubectl `pkg/cmd/auth/{cani,whoami}.go`, Kubernetes 1.36.

Unlike the real one: `auth reconcile` is absent.
"""

from __future__ import annotations

import argparse
import json

from kubelearn.api.errors import NotFound
from kubelearn.api.objects import Object
from kubelearn.api.yaml_output import to_yaml
from kubelearn.kubectl.client import JSON, Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.layout import layout
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.rules import Rule, compact, spaced

ACCESS = "authorization.k8s.io/v1"
WHO = "authentication.k8s.io/v1"
LIST_HEAD = ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]


def auth(client: Client, words: list[str]) -> str:
    """What `kubectl auth can-i VERB RESOURCE` and `kubectl auth whoami` print."""
    if not words or words[0] not in QUESTIONS:
        raise UsageError(f"kubectl auth takes one of {', '.join(QUESTIONS)}")
    parser = Parser(f"auth {words[0]}", "namespace", "all namespaces", "impersonation")
    parser.add_argument("--subresource", default="")
    parser.add_argument("-o", "--output", default="", choices=("", "yaml", "json"))
    parser.switch("-q", "--quiet")
    for flag in ("list", "no-headers"):
        parser.switch(f"--{flag}")
    options = parser.parse(words[1:])
    if options.user:
        client.user, client.groups = options.user, tuple(options.groups)
    return QUESTIONS[words[0]](client, options)


def _can_i(client: Client, options: argparse.Namespace) -> str:
    if options.list:
        return _listed(client, options)
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
    if options.quiet:
        return ""
    return "no" if client.code else "yes"


def _listed(client: Client, options: argparse.Namespace) -> str:
    """All that she may do in a namespace."""
    review = {
        "apiVersion": ACCESS,
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": options.namespace},
    }
    status = _asked(client, f"/apis/{ACCESS}/selfsubjectrulesreviews", review)["status"]
    rows = list(map(_cells, compact([*status["resourceRules"], *status["nonResourceRules"]])))
    return layout(rows if options.no_headers else [LIST_HEAD, *rows])


def _cells(rule: Rule) -> list[str]:
    return [rule.target(), *map(spaced, (rule.urls, rule.names, rule.verbs))]


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


def _whoami(client: Client, options: argparse.Namespace) -> str:
    review = {"kind": "SelfSubjectReview", "apiVersion": WHO, "metadata": {}}
    status = _asked(client, f"/apis/{WHO}/selfsubjectreviews", review)["status"]
    if options.output:
        shown = {**review, "status": status}
        return json.dumps(shown, indent=4) if options.output == "json" else to_yaml(shown).rstrip()
    info = status["userInfo"]
    rows = [["Username", info["username"]]]
    if info.get("uid"):
        rows.append(["UID", info["uid"]])
    rows.append(["Groups", spaced(info.get("groups") or ())])
    return layout([["ATTRIBUTE", "VALUE"], *rows])


def _asked(client: Client, path: str, review: Object) -> Object:
    answer: Object = client.request("POST", path, body=json.dumps(review), content_type=JSON)
    return answer


QUESTIONS = {"can-i": _can_i, "whoami": _whoami}
"""Word after `auth` → what answers it."""
