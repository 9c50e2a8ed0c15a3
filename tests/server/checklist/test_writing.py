"""The checklist, second part: whatever writes."""

import json
import re

import pytest


def image(kubectl):
    """The image of the Deployment."""
    return kubectl.text("get", "deploy", "web", "-o", "jsonpath={..image}")


def test_create_from_a_file(kubectl):
    """Once; wrong fields are named, as is what is there already."""
    (kubectl.folder / "c.json").write_text(
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"1"}}'
    )
    assert kubectl.text("create", "-f", "c.json") == "configmap/c created\n"
    assert 'configmaps "c" already exists' in kubectl.run("create", "-f", "c.json").stderr
    wrong = (kubectl.folder / "web.yaml").read_text().replace("replicas:", "replica:")
    done = kubectl.run("create", "-f", "-", stdin=wrong)
    assert 'strict decoding error: unknown field "spec.replica"' in done.stderr


def test_run(kubectl):
    """A pod; with --rm and attached it goes when its program has ended."""
    assert kubectl.text("run", "p", "--image=nginx", "--port=80") == "pod/p created\n"
    text = kubectl.run("run", "hello", "--image=busybox", "--rm", "-i", "--restart=Never", "--",
                       "echo", "hello").stdout  # fmt: skip
    assert "hello" in text
    assert 'pod "hello" deleted' in text


def test_expose(kubectl):
    """A Service for the Deployment."""
    assert kubectl.text("expose", "deploy", "web", "--name=w2", "--port=8080", "--target-port=80")
    assert kubectl.text("get", "svc", "w2", "-o", "jsonpath={.spec.selector.app}") == "web"


def test_apply(kubectl):
    """Three-way patches: changed, unchanged, pruned fields, new objects."""
    kubectl.text("apply", "-f", "web.yaml")
    assert kubectl.text("apply", "-f", "web.yaml").count("unchanged") == 2
    file = kubectl.folder / "web.yaml"
    file.write_text(file.read_text().replace("cpu: 100m", "memory: 64Mi").replace("1.27", "1.28"))
    assert "deployment.apps/web configured" in kubectl.text("apply", "-f", "web.yaml")
    requests = "jsonpath={.spec.template.spec.containers[0].resources.requests}"
    assert kubectl.text("get", "deploy", "web", "-o", requests) == '{"memory":"64Mi"}'


def test_server_side_apply(kubectl):
    """With managers, conflicts and force; also after an apply on the client side."""
    kubectl.text("apply", "-f", "web.yaml")
    assert kubectl.text("apply", "--server-side", "-f", "web.yaml").count("applied") == 2
    other = (kubectl.folder / "web.yaml").read_text().replace("replicas: 2", "replicas: 3")
    words = ["apply", "--server-side", "--field-manager=me", "-f", "-"]
    done = kubectl.run(*words, stdin=other)
    assert 'conflict with "kubectl": .spec.replicas' in done.stderr
    assert kubectl.text(*words, "--force-conflicts", stdin=other).count("applied") == 2
    managers = "jsonpath={.metadata.managedFields[*].manager}"
    assert "me" in kubectl.text("get", "deploy", "web", "-o", managers, "--show-managed-fields")


@pytest.mark.parametrize("flags", [[], ["--server-side", "--force-conflicts"]])
def test_diff(kubectl, flags):
    """Nothing, then the line that differs and exit code 1; nothing is stored."""
    kubectl.text("apply", "-f", "web.yaml", *flags)
    assert kubectl.text("diff", "-f", "web.yaml", *flags) == ""
    changed = (kubectl.folder / "web.yaml").read_text().replace("replicas: 2", "replicas: 9")
    done = kubectl.run("diff", "-f", "-", *flags, stdin=changed)
    assert (done.returncode, "+  replicas: 9" in done.stdout) == (1, True)
    assert kubectl.text("get", "deploy", "web", "-o", "jsonpath={.spec.replicas}") == "2"


def test_dry_run_of_the_server(kubectl):
    """Of create, apply, patch and delete: nothing happens."""
    assert "(server dry run)" in kubectl.text("create", "ns", "n", "--dry-run=server")
    assert "(server dry run)" in kubectl.text("delete", "deploy", "web", "--dry-run=server")
    assert "(server dry run)" in kubectl.text("scale", "deploy/web", "--replicas=9",
                                              "--dry-run=server")  # fmt: skip
    assert kubectl.run("get", "ns", "n").returncode == 1
    assert kubectl.text("get", "deploy", "web", "-o", "jsonpath={.spec.replicas}") == "2"


def test_edit(kubectl):
    """An editor that changes a number."""
    kubectl.environment["KUBE_EDITOR"] = "sed -i 's/replicas: 2/replicas: 3/'"
    assert kubectl.text("edit", "deploy", "web") == "deployment.apps/web edited\n"
    assert kubectl.text("get", "deploy", "web", "-o", "jsonpath={.spec.replicas}") == "3"


IMAGE = '{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"x:1"}]}}}}'
PATH = "/spec/template/spec/containers/0/image"


@pytest.mark.parametrize(
    ("kind", "patch"),
    [
        ("strategic", IMAGE),
        ("json", json.dumps([{"op": "replace", "path": PATH, "value": "x:1"}])),
        ("merge", IMAGE),
    ],
)  # fmt: skip
def test_patch(kubectl, kind, patch):
    """All three kinds."""
    assert kubectl.text("patch", "deploy", "web", f"--type={kind}", "-p", patch) == (
        "deployment.apps/web patched\n"
    )
    assert image(kubectl) == "x:1"


def test_patch_refused(kubectl):
    """A JSON patch that does not fit; a subresource."""
    bad = '[{"op":"remove","path":"/spec/nosuch"}]'
    done = kubectl.run("patch", "deploy", "web", "--type=json", "-p", bad)
    assert "the server rejected our request due to an error in our request" in done.stderr
    words = ["patch", "deploy", "web", "--subresource=scale", "--type=merge", "-p"]
    kubectl.text(*words, '{"spec":{"replicas":4}}')
    assert kubectl.text("get", "deploy", "web", "-o", "jsonpath={.spec.replicas}") == "4"


def test_replace(kubectl):
    """With the revision that was read: once; by force always."""
    got = kubectl.text("get", "deploy", "web", "-o", "json")
    changed = got.replace("nginx:1.27", "nginx:1.28")
    assert kubectl.text("replace", "-f", "-", stdin=changed) == "deployment.apps/web replaced\n"
    again = kubectl.run("replace", "-f", "-", stdin=got)
    assert "the object has been modified; please apply your changes" in again.stderr
    forced = kubectl.text("replace", "--force", "-f", "web.yaml")
    assert "deployment.apps/web replaced" in forced


@pytest.mark.parametrize(
    ("flags", "left"),
    [([], 0), (["--now"], 0), (["--grace-period=0", "--force"], 0),
     (["--cascade=foreground"], 0), (["--cascade=orphan"], 2)],
)  # fmt: skip
def test_delete(cluster, kubectl, flags, left):
    """The Deployment and, unless orphaned, its pods."""
    kubectl.text("delete", "deploy", "web", *flags)
    cluster.run("60s")
    pods = kubectl.text("get", "pods", "-l", "app=web", "-o", "name").split()
    assert (kubectl.run("get", "deploy", "web").returncode, len(pods)) == (1, left)


def test_delete_several(kubectl):
    """By label, and all."""
    assert kubectl.text("delete", "pods", "-l", "app=web").count("deleted") == 2
    assert kubectl.text("delete", "svc", "--all").count("deleted") == 2


def test_scale(kubectl):
    """On its condition only."""
    done = kubectl.run("scale", "deploy/web", "--current-replicas=7", "--replicas=3")
    assert "Expected replicas to be 7, was 2" in done.stderr
    words = ["scale", "deploy/web", "--current-replicas=2", "--replicas=3"]
    assert kubectl.text(*words) == "deployment.apps/web scaled\n"


def test_autoscale(kubectl):
    """v1 from the older, v2 from the newer one; the same object."""
    kubectl.text("autoscale", "deploy", "web", "--min=2", "--max=5", "--cpu-percent=60")
    target = "jsonpath={.spec.metrics[0].resource.target.averageUtilization}"
    assert kubectl.text("get", "hpa", "web", "-o", target) == "60"


def test_set(kubectl):
    """image, env, resources, serviceaccount, selector."""
    kubectl.text("set", "image", "deploy/web", "web=nginx:1.28")
    kubectl.text("set", "env", "deploy/web", "A=1")
    kubectl.text("set", "resources", "deploy/web", "--limits=cpu=200m")
    kubectl.text("set", "serviceaccount", "deploy/web", "default")
    kubectl.text("set", "selector", "svc/web", "app=other")
    spec = json.loads(kubectl.text("get", "deploy", "web", "-o", "json"))["spec"]["template"][
        "spec"
    ]
    own = spec["containers"][0]
    assert (own["image"], own["env"], own["resources"]["limits"]) == (
        "nginx:1.28", [{"name": "A", "value": "1"}], {"cpu": "200m"})  # fmt: skip
    assert spec["serviceAccountName"] == "default"


@pytest.mark.parametrize("what", ["deploy/web", "sts/db", "ds/agent"])
def test_rollouts(kubectl, what):
    """status, history, undo, restart."""
    container = what.partition("/")[2]
    kubectl.text("set", "image", what, f"{container}=nginx:1.28")
    kubectl.text("rollout", "status", what, "--timeout=60s")
    history = kubectl.text("rollout", "history", what)
    assert re.findall(r"^(\d+) ", history, re.MULTILINE) == ["1", "2"]
    assert "nginx:1.28" in kubectl.text("rollout", "history", what, "--revision=2")
    assert "rolled back" in kubectl.text("rollout", "undo", what)
    assert "restarted" in kubectl.text("rollout", "restart", what)
    kubectl.text("rollout", "status", what, "--timeout=60s")


def test_pause_and_resume(kubectl):
    """A paused Deployment waits."""
    assert "paused" in kubectl.text("rollout", "pause", "deploy/web")
    kubectl.text("set", "image", "deploy/web", "web=nginx:1.28")
    assert kubectl.run("rollout", "status", "deploy/web", "--timeout=1s").returncode == 1
    assert "resumed" in kubectl.text("rollout", "resume", "deploy/web")
    kubectl.text("rollout", "status", "deploy/web", "--timeout=60s")


def test_labels_and_annotations(kubectl):
    """Added, refused without --overwrite, taken away."""
    assert "labeled" in kubectl.text("label", "deploy", "web", "a=b")
    assert "already has a value (b)" in kubectl.run("label", "deploy", "web", "a=c").stderr
    assert "unlabeled" in kubectl.text("label", "deploy", "web", "a-")
    assert "annotated" in kubectl.text("annotate", "deploy", "web", "a=b")


def test_nodes(kubectl):
    """Taints, cordon, uncordon."""
    assert "tainted" in kubectl.text("taint", "node", "worker-1", "k=v:NoSchedule")
    assert "untainted" in kubectl.text("taint", "node", "worker-1", "k-")
    assert "cordoned" in kubectl.text("cordon", "worker-1")
    assert "SchedulingDisabled" in kubectl.text("get", "node", "worker-1")
    assert "uncordoned" in kubectl.text("uncordon", "worker-1")


def test_drain(cluster, kubectl):
    """A budget holds it up: 429, again after 5 s, and in the end all pods have moved."""
    kubectl.text("create", "pdb", "web", "--selector=app=web", "--min-available=2")
    cluster.run("5s")
    process = kubectl.start("drain", "worker-1", "--ignore-daemonsets", "--timeout=60s")
    complaint = ""
    while "Cannot evict pod as it would violate" not in complaint and process.poll() is None:
        complaint += process.stderr.readline()
    cluster.scale("deployment/web", 3)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, "node/worker-1 drained" in out) == (0, True)


def test_wait(kubectl, version):
    """For a condition, a field, its creation (since 1.31), its end."""
    wait = ["wait", "--timeout=60s"]
    assert "condition met" in kubectl.text(*wait, "--for=condition=Available", "deploy/web")
    kubectl.text("scale", "deploy/web", "--replicas=3")
    field = "--for=jsonpath={.status.readyReplicas}=3"
    assert "condition met" in kubectl.text(*wait, field, "deploy/web")
    kubectl.text("run", "gone", "--image=nginx")
    kubectl.text("delete", "pod", "gone", "--wait=false")
    assert kubectl.run(*wait, "--for=delete", "pod/gone").returncode == 0
    if version == "1.37":
        process = kubectl.start(*wait, "--for=create", "pod/later")
        kubectl.text("run", "later", "--image=nginx")
        assert "condition met" in process.communicate(timeout=60)[0]


def test_copying_is_not_claimed(kubectl):
    """`cp` needs tar, which no container has here."""
    done = kubectl.run("cp", "web.yaml", "db-0:/tmp/web.yaml")
    assert done.returncode == 1
    assert '"tar": executable file not found in $PATH' in done.stderr
