"""Settings and checks of the exercises on URLs: one entry, several Services, real certificates."""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.api.objects import get_path
from kubelearn.cluster import Cluster
from kubelearn.learn.checks import EXAMINER
from kubelearn.learn.feedback import NEARLY, WRONG
from kubelearn.learn.service_checks import SETTLE, a_client
from kubelearn.learn.trial import Trial, Unmet
from kubelearn.learn.visiting import came_back, pod_of, rule_of
from kubelearn.network.tls.certificates import Authority
from kubelearn.traffic.call import Call
from kubelearn.world.redirects import location

SHOP, WWW, OTHER = "shop.example.com", "www.shop.example.com", "other.example.com"
SHOP_CA = "Shop CA"
INGRESS = ("ingress-nginx", "ingress-nginx-controller")
GATEWAY = ("infra", "entry-nginx")
PROGRAM = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  replicas: 1
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}, annotations: {{kubelearn.dev/service-time: fixed 10ms}}}}
    spec:
      containers:
      - {{name: web, image: "example.com/{name}:1", ports: [{{containerPort: 8080}}]}}
---
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80, targetPort: 8080}}]}}
---
"""
DOORWAY = """
apiVersion: v1
kind: Namespace
metadata: {name: infra}
---
apiVersion: v1
kind: Namespace
metadata: {name: depot}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: entry, namespace: infra}
spec:
  gatewayClassName: nginx
  listeners:
  - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
"""
BOTH_NAMES = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  tls: [{hosts: [shop.example.com, www.shop.example.com], secretName: shop-tls}]
  rules:
  - host: shop.example.com
    http: &front
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: front, port: {number: 80}}}}
  - host: www.shop.example.com
    http: *front
"""


def program(name: str, namespace: str = "default") -> str:
    """The manifest of a program and its Service."""
    return (PROGRAM + SERVICE).format(name=name, namespace=namespace)


def deployed(name: str, namespace: str = "default") -> str:
    """The manifest of a program without a Service."""
    return PROGRAM.format(name=name, namespace=namespace)


def _with(seed: int, addon: str, *manifests: object) -> Cluster:
    cluster = Cluster(nodes=3, zones=3, seed=seed)
    cluster.install(addon)
    cluster.run("40s")  # the webhook of ingress-nginx answers when its controller runs
    for manifest in manifests:
        cluster.apply(manifest)
    return cluster.run("40s")


def with_ingress(seed: int) -> Cluster:
    """ingress-nginx, three programs with Services, and a certificate; nobody leads to them."""
    leaf = Authority(SHOP_CA).issue(SHOP)
    return _with(seed, "ingress-nginx", *map(program, ("front", "cart", "pay")),
                 leaf.secret("shop-tls"))  # fmt: skip


def with_gateway(seed: int) -> Cluster:
    """A Gateway of the platform's; cart has no Service yet, stock is in another namespace."""
    return _with(seed, "gateway-api", DOORWAY, program("front"), deployed("cart"),
                 program("stock", "depot"))  # fmt: skip


def with_an_old_certificate(seed: int) -> Cluster:
    """Two host names, and a certificate that has run out and bears only one of them."""
    leaf = Authority(SHOP_CA).issue(SHOP, days=0.0001)
    return _with(seed, "ingress-nginx", program("front"), leaf.secret("shop-tls"), BOTH_NAMES)


class Entry(NamedTuple):
    """The Service of a proxy through which everybody comes in, asked from a pod of the check."""

    trial: Trial
    address: str

    def ask(self, url: str) -> Call:
        """One request to the proxy, by whatever name; the client trusts the shop's authority."""
        resolve = {"*:80": self.address, "*:443": self.address}
        call: Call = self.trial.cluster.request(
            url, client="pod/client", namespace=EXAMINER, resolve=resolve,
            cacert=Authority(SHOP_CA).certificate,
        )  # fmt: skip
        return call

    def served(self, urls: dict[str, str], *, failing: str = WRONG) -> None:
        """Each URL is answered by its Deployment; `failing`: what it means when none is."""
        calls = {url: self.ask(url) for url in urls}
        bad = [url for url in urls if not pod_of(calls[url]).startswith(f"{urls[url]}-")]
        for url in urls:
            self.trial.note(f"GET {url}: {told(calls[url])}")
        if bad:
            text = (
                f"GET {bad[0]} should be answered by {urls[bad[0]]}; it got {told(calls[bad[0]])}"
            )
            raise Unmet(text, failing if len(bad) == len(urls) else NEARLY)


def entry(trial: Trial, service: tuple[str, str]) -> Entry:
    """The way in, once its proxy and the client are there."""
    a_client(trial)
    found = trial.cluster.api.find("services", *service)
    if found is None:
        raise Unmet(f"the Service {'/'.join(service)} is gone: nobody comes in any more")
    trial.cluster.run(SETTLE)
    return Entry(trial, str(get_path(found, "spec", "clusterIP")))


def told(call: Call) -> str:
    """A call's end in a sentence."""
    status = f"{call.status}: " if call.status else ""
    rule = rule_of(call) if call.status and not pod_of(call) else ""
    return f"{status}{came_back(call)}" + (f" ({rule})" if rule else "")


def one_name(trial: Trial) -> str:
    """Three programs behind one name, over TLS, and plain HTTP is sent there."""
    trial.cluster.run("10s")
    door = entry(trial, INGRESS)
    secure = f"https://{SHOP}"
    door.served({f"{secure}/": "front", f"{secure}/cart": "cart", f"{secure}/cart/7": "cart",
                 f"{secure}/cartoon": "front", f"{secure}/pay": "pay"})  # fmt: skip
    plain = door.ask(f"http://{SHOP}/cart")
    trial.note(f"GET {plain.url}: {told(plain)}")
    if location(plain) != f"{secure}/cart":
        raise Unmet(f"GET {plain.url} should be sent to https; it got {told(plain)}", NEARLY)
    return "one name, one port, one certificate, three programs"


def three_statuses(trial: Trial) -> str:
    """Each route leads to its program, and other names lead nowhere."""
    trial.cluster.run("10s")
    door = entry(trial, GATEWAY)
    url = f"http://{SHOP}"
    door.served({f"{url}/": "front", f"{url}/cart": "cart", f"{url}/stock": "stock"})
    stranger = door.ask(f"http://{OTHER}/")
    if stranger.status != 404:
        raise Unmet(f"GET {stranger.url} should still get 404; it got {told(stranger)}", NEARLY)
    return "all three are reached, and nothing else is"


def certificate_holds(trial: Trial) -> str:
    """Both names can be asked over TLS, now and an hour later."""
    door = entry(trial, INGRESS)
    both = {f"https://{name}/": "front" for name in (SHOP, WWW)}
    door.served(both)
    trial.cluster.run("1h")
    trial.note("an hour later")
    door.served(both, failing=NEARLY)
    return "the certificate bears both names, and it lasts"
