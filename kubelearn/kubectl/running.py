"""`kubectl run`: one pod from the words of a command line.

Source: kubectl `pkg/cmd/run/run.go`, `pkg/generate/versioned/run.go`, Kubernetes 1.36.

Unlike the real one: it never attaches to the pod (`-i`, `-t`, `--rm` are absent).
"""

from __future__ import annotations

import json

from kubelearn.api.objects import Object, merge
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.create.generator import comma_separated, split_command
from kubelearn.kubectl.expose import service_for
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.printed import created

MANAGER = "kubectl-run"
PULLS = ("", "Always", "IfNotPresent", "Never")
RESTARTS = ("Always", "OnFailure", "Never")


def run_pod(client: Client, words: list[str]) -> str:
    """What `kubectl run NAME --image=IMAGE` prints."""
    words, arguments = split_command(words)
    options = _parser().parse(words)
    if not options.words:
        raise UsageError("NAME is required for run")
    if not options.image:
        raise UsageError("--image is required")
    name, *more = options.words
    pod = _pod(name, [*more, *arguments], options)
    if options.overrides:
        pod = merge(pod, json.loads(options.overrides))
    lines = [created(client, pod, options, MANAGER)]
    if options.expose:
        service = service_for(pod, name, {"port": options.port})
        lines.insert(0, created(client, service, options, MANAGER))
    return "\n".join(lines)


def _parser() -> Parser:
    parser = Parser("run", "namespace", "dry run", "output")
    for flag in ("image", "labels", "port", "overrides", "privileged"):
        parser.add_argument(f"--{flag}", default="")
    parser.add_argument("-l", dest="labels")
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("--annotations", action="append", default=[])
    parser.add_argument("--restart", choices=RESTARTS, default="Always")
    parser.add_argument("--image-pull-policy", choices=PULLS, default="")
    for flag in ("command", "expose"):
        parser.switch(f"--{flag}")
    return parser


def _pod(name: str, words: list[str], options: object) -> Object:
    given = vars(options)
    container: Object = {"image": given["image"], "name": name, "resources": {}}
    if words:
        container["command" if given["command"] else "args"] = words
    if given["env"]:
        pairs = (text.partition("=") for text in given["env"])
        container["env"] = [{"name": key, "value": value} for key, _, value in pairs]
    if given["port"]:
        container["ports"] = [{"containerPort": int(given["port"])}]
    if given["image_pull_policy"]:
        container["imagePullPolicy"] = given["image_pull_policy"]
    labels = dict(text.split("=", 1) for text in comma_separated([given["labels"]]))
    metadata: Object = {"labels": labels or {"run": name}, "name": name}
    if given["annotations"]:
        metadata["annotations"] = dict(text.split("=", 1) for text in given["annotations"])
    spec = {"containers": [container], "dnsPolicy": "ClusterFirst"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {**spec, "restartPolicy": given["restart"]},
        "status": {},
    }
