"""Settings and checks of the exercises on gateways and Eureka."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent

from kubelearn.api.errors import APIError
from kubelearn.api.jwt.issuer import Issuer
from kubelearn.api.objects import Object, get_path, is_true
from kubelearn.cluster import Cluster
from kubelearn.learn.feedback import NEARLY
from kubelearn.learn.load_checks import is_rolled_out, lost
from kubelearn.learn.mesh_checks import CLIENT
from kubelearn.learn.trial import Trial, Unmet
from kubelearn.sim.clock import SECOND
from kubelearn.world.logs import logs

SECRET = "readers-share-this-secret-with-care"  # noqa: S105 - of a model
ZONE = "http://eureka:8761/eureka"
BY_EUREKA = "lb://orders"
"""The address of a route that Eureka resolves."""
LONG = "5m"
"""How long is looked for requests that are lost."""
QUICK, HURRIED = 5, 60
"""After how many seconds a dead instance is asked no more: by a Service, by a quick Eureka."""
Variables = Mapping[str, str]
NONE: Variables = {}
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
      - name: {name}
        image: {image}
        ports: [{{containerPort: {port}}}]
        env: [{env}]
        volumeMounts: [{{name: config, mountPath: /app/config}}]
      volumes: [{{name: config, configMap: {{name: {name}}}}}]
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: {service}, targetPort: {port}}}]}}
---
"""
ORDERS = """\
spring.application.name: orders
eureka:
  client.service-url.defaultZone: http://eureka:8761/eureka
  instance.prefer-ip-address: true
"""


def configured(name: str, text: str) -> str:
    """The ConfigMap that holds the application.yaml of a program."""
    head = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata:\n"
    return f"{head}  application.yaml: |\n{indent(text, '    ')}"


def workload(
    name: str, image: str, port: int = 8080, replicas: int = 1, variables: Variables = NONE
) -> str:
    """A program with an application.yaml, and its Service."""
    image = f"registry.example.com/bookshop/{image}:5.0"
    env = ", ".join(f'{{name: {key}, value: "{value}"}}' for key, value in variables.items())
    service = port if image.endswith("eureka-server:5.0") else 80
    return DEPLOYMENT.format(
        name=name, image=image, port=port, replicas=replicas, env=env, service=service
    )


def behind_a_gateway(seed: int) -> Cluster:
    """Orders and a Spring Cloud Gateway without routes, which knows the secret of the tokens."""
    cluster = Cluster(nodes=3, zones=3, seed=seed)
    cluster.apply(CLIENT + workload("orders", "orders"))
    for name in ("orders", "gateway"):
        cluster.apply(configured(name, "server.port: 8080\n"))
    cluster.apply(workload("gateway", "spring-cloud-gateway", variables={"JWT_SECRET": SECRET}))
    return cluster.run("20s")


def starts_anew(trial: Trial, *names: str) -> None:
    """The programs are started again, so that they read the answer, and they come up."""
    cluster = trial.cluster
    for name in names:
        cluster.rollout("restart", f"deployment/{name}")
    cluster.run("45s")
    for name in names:
        if not is_rolled_out(cluster, "default", name):
            log = _last_words(cluster, name)
            raise Unmet(f"{name} does not start with this application.yaml", details=log)


def _last_words(cluster: Cluster, name: str) -> tuple[str, ...]:
    """The log of the pod of a program that is not ready; () when it has none."""
    pods = cluster.api.list("pods", "default", f"app={name}")
    broken = [pod["metadata"]["name"] for pod in pods if not is_true(pod, "Ready")]
    try:
        return tuple(line.text for line in logs(cluster, broken[0])) if broken else ()
    except APIError:
        return ()


CASES = (
    ("/books/1", "no token", 200),
    ("/api/orders/1", "no token", 401),
    ("/api/orders/1", "a customer's token", 200),
    ("/admin/1", "no token", 401),
    ("/admin/1", "a customer's token", 403),
    ("/admin/1", "a token signed by somebody else", 401),
    ("/admin/1", "an admin's token", 200),
    ("/books/1", "an admin's token", 200),
)
"""Path, token, and the status that the answer should give."""


def admits_admins_only(trial: Trial) -> str:
    """Everybody sees the books, customers their orders, and only admins the rest."""
    starts_anew(trial, "gateway")
    shop, other = (Issuer("shop", "HS256", secret) for secret in (SECRET, f"not {SECRET}"))
    tokens = {
        "no token": "",
        "a customer's token": shop.token("bob", roles=["CUSTOMER"]),
        "a token signed by somebody else": other.token("eve", roles=["ADMIN"]),
        "an admin's token": shop.token("eva", roles=["ADMIN"]),
    }
    for path, who, wanted in CASES:
        token = tokens[who]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        call = trial.cluster.request(f"http://gateway{path}", client="pod/client", headers=headers)
        found = call.status
        trial.note(f"{path} with {who}: {found}")
        if found != wanted:
            decided = tuple(step.decision for step in call.trace if step.hop == "gateway")
            raise Unmet(f"{path} with {who} gives {found}, not {wanted}", NEARLY, decided)
    return "everybody sees the books, customers their orders, and only admins the rest"


def with_eureka(seed: int) -> Cluster:
    """Three pods of orders, a Eureka server, and a gateway that finds them by it."""
    cluster = Cluster(nodes=3, zones=3, seed=seed)
    off = "eureka.server.enable-self-preservation: false\n"
    route = "    - {id: orders, uri: 'lb://orders', predicates: [Path=/orders/**]}\n"
    gateway = (
        f"spring.application.name: gateway\neureka.client.service-url.defaultZone: {ZONE}\n"
        f"spring.cloud.gateway.server.webflux:\n    routes:\n{route}"
    )
    for name, text in (("eureka", off), ("orders", ORDERS), ("gateway", gateway)):
        cluster.apply(configured(name, text))
    cluster.apply(CLIENT + workload("eureka", "eureka-server", 8761))
    cluster.run("20s")
    hint = {"EUREKA_CLIENT_SERVICEURL_DEFAULTZONE": ZONE}
    cluster.apply(workload("orders", "orders", replicas=3, variables=hint))
    cluster.apply(workload("gateway", "spring-cloud-gateway"))
    return cluster.run("100s")


def asked_for(cluster: Cluster) -> float:
    """How many seconds after the death of an instance the last request was lost with it."""
    load = cluster.load("http://gateway/orders/1", rate=4, duration=LONG, client="pod/client")
    cluster.run("5s")
    died = cluster.clock.now
    victim: Object = cluster.api.list("pods", "default", "app=orders")[0]
    cluster.kubectl(f"delete pod {victim['metadata']['name']} --grace-period=0 --force")
    cluster.run(LONG)
    failed = [sent for sent, _ in lost(load, died)]
    return (max(failed) - died) / SECOND if failed else 0.0


def needs_no_eureka(trial: Trial) -> str:
    """Without Eureka a dead instance is forgotten within seconds."""
    cluster = trial.cluster
    before = asked_for(cluster.fork())
    trial.note(f"by Eureka a dead instance was asked for {before:.0f} s more")
    cluster.scale("deployment/eureka", 0)
    starts_anew(trial, "gateway")
    cluster.run("60s")
    now = _answers_and_forgets(trial, QUICK)
    return f"by the Service a dead instance is asked for {now:.0f} s, by Eureka for {before:.0f} s"


def hurries(trial: Trial) -> str:
    """With Eureka a dead instance is forgotten within a minute."""
    before = asked_for(trial.cluster.fork())
    trial.note(f"with the defaults a dead instance was asked for {before:.0f} s more")
    starts_anew(trial, "eureka", "orders", "gateway")
    trial.cluster.run("100s")
    if BY_EUREKA not in _file_of(trial.cluster, "gateway"):
        text = f"the gateway does not go by Eureka any more: its route was {BY_EUREKA}"
        raise Unmet(text, NEARLY)
    now = _answers_and_forgets(trial, HURRIED)
    return f"a dead instance is asked for {now:.0f} s instead of {before:.0f} s"


def _file_of(cluster: Cluster, name: str) -> str:
    """What stands in a program's application.yaml."""
    found = cluster.api.find("configmaps", "default", name)
    return str(get_path(found or {}, "data", "application.yaml", default=""))


def _answers_and_forgets(trial: Trial, within: int) -> float:
    """The gateway answers, and a dead instance is asked no longer than so many seconds."""
    call = trial.cluster.request("http://gateway/orders/1", client="pod/client")
    if not call.ok:
        decided = tuple(step.decision for step in call.trace if step.hop == "gateway")
        raise Unmet(f"the gateway answers {call.status or call.error}", details=decided)
    now = asked_for(trial.cluster)
    trial.note(f"with your answer a dead instance is asked for {now:.0f} s more")
    if now > within:
        text = f"a dead instance is still asked after {now:.0f} s; {within} s are allowed"
        raise Unmet(text, NEARLY)
    return now
