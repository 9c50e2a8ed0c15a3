"""Every imperative create of kubectl: what arrives is what kubectl meant.

kubectl sends these bodies in protobuf. With `--dry-run=client` it prints the object without asking
anybody, so whatever that has must come back from the server as well.
"""

import json

import pytest

from kubelearn.cluster import Cluster
from kubelearn.server.http import Server
from tests.server.http.kubectl import PROGRAMS, Kubectl

CREATES = [
    "clusterrole r --verb=get,list --resource=pods --resource-name=a",
    "clusterrole r --verb=get --non-resource-url=/logs",
    "clusterrole r --aggregation-rule=a=b",
    "clusterrolebinding b --clusterrole=view --user=u --group=g --serviceaccount=default:sa",
    "configmap c --from-literal=a=1 --from-literal=b=",
    "cronjob c --image=x --schedule=* --restart=Never -- date -u",
    "deployment web --image=nginx --replicas=3 --port=80",
    "deployment web --image=nginx --replicas=0",
    "ingress i --rule=a.example/p*=svc:80,tls=t --default-backend=d:http --annotation=x=y",
    "ingress i --rule=a.example/=svc:http --class=c",
    "job j --image=x -- echo hi",
    "namespace n",
    "pdb p --selector=a=b --min-available=50%",
    "pdb p --selector=a=b --max-unavailable=0",
    "priorityclass p --value=-5 --description=low --preemption-policy=Never",
    "priorityclass p --value=0 --global-default",
    "quota q --hard=cpu=1,memory=1Gi",
    "quota q --hard=pods=2 --scopes=BestEffort",
    "role r --verb=get --verb=watch --resource=pods --resource=deployments.apps",
    "rolebinding b --role=r --user=u",
    "secret generic s --from-literal=a=geheim",
    "secret docker-registry s --docker-username=u --docker-password=p --docker-server=h",
    "service clusterip s --tcp=80:8080 --clusterip=None",
    "service nodeport s --tcp=80:http --node-port=30080",
    "service loadbalancer s --tcp=443",
    "service externalname s --external-name=example.com",
    "serviceaccount sa",
]


@pytest.fixture(scope="module", params=PROGRAMS)
def kubectl(request, tmp_path_factory):
    """A cluster of its own for these dry runs, for each version of kubectl."""
    if PROGRAMS[request.param]() is None:
        pytest.skip(f"no kubectl {request.param} here: see scripts/older_kubectl.py")
    with Server(Cluster(nodes=1), time="frozen", environment=False) as server:
        yield Kubectl(server, tmp_path_factory.mktemp("home"), version=request.param)


def contains(whole, part):
    """Whether everything in `part` is in `whole`; empty values may be left out there."""
    if isinstance(part, dict):
        return all(contains((whole or {}).get(name), each) for name, each in part.items())
    if isinstance(part, list):
        pairs = zip(whole or [], part, strict=False)
        return len(whole or []) == len(part) and all(contains(*pair) for pair in pairs)
    return whole == part or (part is None and whole != part)


@pytest.mark.parametrize("line", CREATES)
def test_the_server_gets_what_kubectl_means(kubectl, line):
    """The object of the dry run in the server has all that kubectl's own has."""
    words = line.replace("--schedule=*", "--schedule=*/5_*_*_*_*").split()
    words = ["create", *(word.replace("_", " ") for word in words)]
    at = words.index("--") if "--" in words else len(words)
    client = [*words[:at], "--dry-run=client", "-o", "json", *words[at:]]
    server = [*words[:at], "--dry-run=server", "-o", "json", *words[at:]]
    wanted, found = json.loads(kubectl.text(*client)), json.loads(kubectl.text(*server))
    assert contains(found, wanted), (wanted, found)
