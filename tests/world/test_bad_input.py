"""Whatever is handed to apply: one clear sentence, and a cluster that has not changed."""

import pytest

from kubelearn.api.errors import APIError
from kubelearn.api.manifest import ManifestError
from kubelearn.cluster import Cluster

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
"""
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}]\n"
    for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n"


@pytest.fixture(scope="module")
def cluster():
    """One cluster for all the nonsense: nothing may stick to it."""
    return Cluster(nodes=1, seed=1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("kind: Pod\n\tname: x\n", r"line 2.*tab"),
        ("a: 1\nb: [\n", r"line \d"),
        ("apiVersion: v1\nkind: Pod\nkind: Pod\n", r"line 3: the key .kind. is already set"),
        ("just words\n", r"line 1"),
        ("- 1\n- 2\n", r"line 1"),
        ("kind: Pod\n", r"apiVersion"),
        ("apiVersion: v1\n", r"kind"),
        (BOMB, r"line|anchors|expand"),
        ("\x00\x01\x02" * 100, r"line|character"),
    ],
)
def test_text_that_is_no_manifest(cluster, text, sentence):
    """The sentence names the place."""
    before = cluster.fingerprint()
    with pytest.raises(ManifestError, match=sentence) as caught:
        cluster.apply(text)
    assert cluster.fingerprint() == before
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (POD + "  - {name: web, image: nginx, prots: []}\n", 'unknown field "spec.containers'),
        (POD.replace("kind: Pod", "kind: Podd") + "  - {}\n", 'no matches for kind "Podd"'),
        (POD + "  - {name: web, image: [1]}\n", "cannot unmarshal|expected"),
        (POD + "  - {name: Web, image: nginx}\n", "RFC 1123 label"),
    ],
)
def test_manifests_that_the_api_server_refuses(cluster, text, sentence):
    """With its own words."""
    before = cluster.fingerprint()
    with pytest.raises(APIError, match=sentence):
        cluster.apply(text)
    assert cluster.fingerprint() == before


def test_a_missing_file_is_named(cluster):
    """With the folder that it was looked for in."""
    with pytest.raises(ManifestError, match=r"nowhere\.yaml"):
        cluster.apply("nowhere.yaml")


def test_an_empty_file_is_named(cluster, tmp_path):
    """Nothing to apply is a mistake, not a success."""
    path = tmp_path / "empty.yaml"
    path.write_text("# nothing\n")
    with pytest.raises(ManifestError, match=r"empty\.yaml"):
        cluster.apply(path)


def test_ten_megabytes_of_nonsense(cluster, tmp_path):
    """Refused in one sentence."""
    path = tmp_path / "big.yaml"
    path.write_text("{[}]:- \n" * 1_300_000)
    with pytest.raises(ManifestError, match=r"big\.yaml") as caught:
        cluster.apply(path)
    assert len(str(caught.value)) < 500


WRONG_TYPES = """
apiVersion: v1
kind: Pod
metadata:
  name: x
spec:
  containers:
  - name: web
    image: nginx
  - name: log
    image: {value}
    resources:
      limits:
        cpu: {cpu}
"""


@pytest.mark.parametrize(
    ("value", "cpu", "line"), [("[1]", "1", 11), ("5", "1", 11), ("nginx", "much", 14)]
)
def test_a_value_of_the_wrong_type_is_found_in_the_text(cluster, value, cpu, line):
    """The line of the field, not of the document."""
    text = WRONG_TYPES.replace("{value}", value).replace("{cpu}", cpu)
    with pytest.raises(APIError) as caught:
        cluster.apply(text)
    assert caught.value.__notes__ == [f"in line {line}"]


URL = "http://web.default/"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda c: c.scale("deployment/web", 2.5), "replicas=2.5: give a whole number"),
        (lambda c: c.scale("deployment/web", True), "replicas=True: give a whole number"),
        (lambda c: c.scale("deployment/web", None), "replicas=None: give a whole number"),
        (lambda c: c.scale("deployment/web", "1"), "replicas='1': give a whole number"),
        (lambda c: c.scale("deployment/web", 10**30), "give a whole number from 0 to 2147483647"),
        (lambda c: c.scale("deployment/web", -(10**30)), "give a whole number from 0 to"),
        (lambda c: c.scale("deployment/web", -1), "must be greater than or equal to 0"),
        (lambda c: c.why(3), "3 is no reference"),
        (lambda c: c.why(None), "None is no reference"),
        (lambda c: c.why(["pod/web"]), "is no reference"),
        (lambda c: c.why("deployment/web", []), r"namespace=\[\]: give a text"),
        (lambda c: c.request(3), "url=3: give a text"),
        (lambda c: c.request("http://[::1"), "write http://host/path"),
        (lambda c: c.request("http://we b/"), "write http://host/path"),
        (lambda c: c.request(URL, method=""), "method='': name one"),
        (lambda c: c.request(URL, client=None), "client=None: give a text"),
        (lambda c: c.request(URL, timeout=3), "no argument 'timeout'"),
        (lambda c: c.load(URL, rate="x"), "rate='x': give requests per second, or steps"),
        (lambda c: c.load(URL, rate=True), "rate=True: give requests per second"),
        (lambda c: c.load(URL, rate=[(0, "y")]), "give requests per second, or steps"),
        (lambda c: c.load(URL, users=2.5), "users=2.5: give a whole number"),
        (lambda c: c.load(URL, rates=1), r"no argument 'rates': .*did you mean rate\?"),
        (lambda c: c.load(URL, rate=1, duration=float("inf")), "inf is not a duration"),
        (lambda c: c.run(until=3), "until=3: give a function"),
        (lambda c: c.run(until=lambda _: False, limit=-1), "is no time to wait for"),
        (lambda c: c.run(float("nan")), "nan is not a duration"),
        (lambda c: c.run(10**30), "shorter than 292 years"),
        (lambda c: c.run("1s", progress=3), "progress=3: give a function"),
        (lambda c: c.rollout("undo", "deployment/web", revision="x"), "revision='x': give a whole"),
        (lambda c: c.rollout("undoo", "deployment/web"), r"did you mean undo\?"),
        (lambda c: c.install("metric-server"), r"did you mean metrics-server\?"),
        (lambda c: c.fail.node("worker1"), r"did you mean worker-1\?"),
        (lambda c: c.fail.zone([]), r"zone=\[\]: give a text"),
        (lambda c: c.heal.zone("us-west-2"), r"did you mean us-west-2a\?"),
        (lambda c: c.fail.pod("pod/web"), "give the pod's name alone, 'web'"),
        (lambda c: c.delete("deployment/web", grace="x"), "grace='x': give a whole number"),
        (lambda c: c.delete("deployment/web", grace=10**30), "grace=10+: give a whole number from"),
        (lambda c: c.delete("deployment/web", propagation="x"), "choose one of Background"),
        (lambda c: c.patch("deployment/web", {1: 2}), "names are texts, '1' for 1"),
        (lambda c: c.patch("deployment/web", {}, subresource="x"), "choose one of status, resize"),
        (lambda c: c.add_node("n", labels={"a": 1}), "labels={'a': 1}: give texts by name"),
        (lambda c: c.add_node("n", taints=["x"]), "give a list of dicts"),
        (lambda c: c.add_node("n", pods="x"), "pods='x': give a whole number"),
        (lambda c: c.cordon(None), "node=None: give a text"),
        (lambda c: c.drain("worker-1", grace_period=10**30), "give a whole number from -1"),
        (lambda c: c.drain("worker-1", pod_selector=3), "pod_selector=3: give a text"),
        (lambda c: c.drain("worker-1", pod_selector="-5"), "unable to parse requirement"),
        (lambda c: c.drain("worker-1", wait=-1), "is no time to wait for"),
        (lambda c: c.rules("deployment/web", "worker-1"), "name a Service"),
        (lambda c: c.rewind(float("nan")), "nan is not a duration"),
        (lambda c: c.command([]), "there is no command"),
        (lambda c: c.kubectl(3), "line=3: give a text"),
        (lambda c: c.kubectl("apply -f -", stdin=3), "stdin=3: give a text"),
        (lambda c: c.get(3), "kind=3: give a text"),
        (lambda c: c.get("pods", selector={"app": "web"}), "write labels as 'app=web'"),
        (lambda c: c.get("pods", selector=[]), "give a text or a dict or None"),
        (lambda c: c.metrics(response_code=503), "response_code=503: give a text or a list"),
        (lambda c: c.metrics(reporter="x"), "choose one of source, destination"),
        (lambda c: c.metrics(by="app"), "by='app': give a list of texts"),
        (lambda c: c.analyze(3), "namespace=3: give a text or None"),
        (lambda c: c.import_certificate("x"), "issue"),
        (lambda c: c.send("GET", "/version", bdy=1), r"did you mean body\?"),
        (lambda c: c.send("POST", "/api/v1/namespaces", body=3), "body=3: give what is JSON"),
        (lambda c: c.serve(port=-1), "port=-1: give a whole number from 0 to 65535"),
        (lambda c: c.show("cluster", "pod/web"), "leave 'pod/web' out"),
        (lambda c: c.show(foo=1), "no option 'foo'"),
        (lambda c: c.show("queue", foo=1), "no option 'foo': choose one of namespace, since"),
    ],
)
def test_a_call_that_cannot_be_meant(cluster, call, sentence):
    """It says what was given and what is allowed; nothing is written, nothing is remembered."""
    if cluster.api.find("deployments.apps", "default", "web") is None:
        cluster.apply(WEB)
    before, commands = cluster.fingerprint(), len(cluster.journal.commands)
    with pytest.raises((TypeError, ValueError, APIError), match=sentence):
        call(cluster)
    assert cluster.fingerprint() == before
    assert (cluster.time, len(cluster.journal.commands)) == (0, commands)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"nodes": "3"}, "nodes='3': give a whole number"),
        ({"nodes": 10**30}, "give a whole number from 0 to 50000"),
        ({"zones": "a"}, "zones='a': give a whole number"),
        ({"seed": None}, "seed=None: give a whole number"),
        ({"node": 3}, "node=3: give a dict"),
        ({"node": {1: 2}}, "1 is unknown; a node has cpu, memory, pods and labels"),
        ({"node": {"labels": {"a": 1}}}, "labels={'a': 1}: give texts by name"),
        ({"history": 3}, "history=3: give a text"),
        ({"nods": 3}, r"there is no argument 'nods': .*did you mean nodes\?"),
        ({"scheduler_plugins": [1]}, "give a table"),
    ],
)
def test_a_cluster_that_cannot_be_meant(options, sentence):
    """There is none."""
    with pytest.raises((TypeError, ValueError), match=sentence):
        Cluster(**options)
