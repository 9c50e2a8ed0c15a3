"""What the webhook of ingress-nginx refuses, in its words."""

import pytest

from kubelearn.api.errors import BadRequest, InternalError
from kubelearn.kubectl.failures import UsageError
from tests.network.edge.entry import PREFIX, edge, path

REFUSED = 'admission webhook "validate.nginx.ingress.kubernetes.io" denied the request: '
HOST = "shop.example.com"


@pytest.fixture
def cluster():
    """Where shop.example.com/ belongs to Ingress first."""
    found = edge("ingress-nginx")
    write(found, "first", path("shop"))
    return found.run("1s")


def write(cluster, name, *paths, host=HOST, kind="nginx", **said):
    """Apply an Ingress with annotations by their short names."""
    notes = {PREFIX + key.replace("_", "-"): value for key, value in said.items()}
    rule = {"http": {"paths": list(paths)}, **({"host": host} if host else {})}
    cluster.apply({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
                   "metadata": {"name": name, "annotations": notes},
                   "spec": {"ingressClassName": kind, "rules": [rule]}})  # fmt: skip


def refusal(cluster, *rest, **more):
    """Why an Ingress is refused; "" when it is taken."""
    try:
        write(cluster, *rest, **more)
    except BadRequest as error:
        return error.message.replace(REFUSED, "")
    return ""


TAKEN = f'host "{HOST}" and path "/" is already defined in ingress default/first'


@pytest.mark.parametrize(
    ("paths", "more", "expected"),
    [
        ([path("cart")], {}, TAKEN),
        ([path("cart", "/cart"), path("cart")], {}, ""),
        ([path("cart"), path("cart", "/cart")], {}, TAKEN),
        ([path("cart", "/cart")], {}, ""),
        ([path("cart", kind="Exact")], {}, ""),
        ([path("cart")], {"host": "other.example.com"}, ""),
        ([path("cart")], {"host": ""}, ""),
        ([path("cart")], {"kind": "other"}, ""),
        ([path("cart")], {"canary": "true"}, ""),
        ([path("cart")], {"canary": "false"}, ""),
    ],
)
def test_a_host_and_path_belong_to_one(cluster, paths, more, expected):
    """The first path of a newcomer that has an owner decides; canaries share."""
    assert refusal(cluster, "second", *paths, **more) == expected


def test_the_owner_may_change(cluster):
    """Its own path is no conflict."""
    assert refusal(cluster, "first", path("cart")) == ""


def test_it_is_free_when_the_owner_has_gone(cluster):
    """Another may have it."""
    cluster.delete("ingress/first")
    cluster.run("1s")
    assert refusal(cluster, "second", path("cart")) == ""


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("Prefix", "path /a(/|$)(.*) cannot be used with pathType Prefix"),
        ("Exact", "path /a(/|$)(.*) cannot be used with pathType Exact"),
        ("ImplementationSpecific", ""),
    ],
)
def test_only_implementation_specific_paths_are_expressions(cluster, kind, expected):
    """Since 1.12 by default."""
    said = refusal(cluster, "second", path("cart", "/a(/|$)(.*)", kind))
    assert said == (f"ingress contains invalid paths: {expected}" if expected else "")


def test_without_the_controller_no_ingress_is_written(cluster):
    """Of whatever class: the webhook is asked about all, and its failure policy is Fail."""
    cluster.scale("deployment/ingress-nginx-controller", 0, namespace="ingress-nginx")
    cluster.run("20s")
    with pytest.raises(InternalError, match="no endpoints available for service"):
        write(cluster, "second", path("cart", "/cart"), kind="other")
    cluster.delete("validatingwebhookconfiguration/ingress-nginx-admission")
    write(cluster, "second", path("cart"))


def test_kubectl_tells_it(cluster):
    """As `kubectl create` does."""
    with pytest.raises(UsageError, match=f"failed to create ingress: {REFUSED}host"):
        cluster.kubectl(f"create ingress second --class=nginx --rule={HOST}/*=cart:80")
