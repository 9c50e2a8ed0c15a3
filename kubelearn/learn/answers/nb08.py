"""Lesson 08: ports versus URLs, and what stands between a name and several Services."""

from __future__ import annotations

from kubelearn.learn.answers.nb08_quiz import QUIZ
from kubelearn.learn.exercise import Exercise
from kubelearn.learn.hands_on import HandsOn
from kubelearn.learn.plan import Plan
from kubelearn.learn.url_checks import (
    certificate_holds,
    one_name,
    three_statuses,
    with_an_old_certificate,
    with_gateway,
    with_ingress,
)

FRONT_ONLY = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: front, port: {number: 80}}}
"""
MORE_PATHS = """\
      - path: /cart
        pathType: Prefix
        backend: {service: {name: cart, port: {number: 80}}}
      - path: /pay
        pathType: Prefix
        backend: {service: {name: pay, port: {number: 80}}}
"""
CLASS = "  ingressClassName: nginx\n"
TLS = "  tls: [{hosts: [shop.example.com], secretName: shop-tls}]\n"
ROUTES = """\
apiVersion: v1
kind: Service
metadata: {name: cart}
spec:
  selector: {app: carts}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: front}
spec:
  parentRefs: [{name: entry, namespace: infra}]
  hostnames: [shop.example.org]
  rules:
  - backendRefs: [{name: front, port: 80}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart}
spec:
  parentRefs: [{name: entry, namespace: infra}]
  hostnames: [shop.example.com]
  rules:
  - matches: [{path: {type: PathPrefix, value: /cart}}]
    backendRefs: [{name: cart, port: 80}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: stock}
spec:
  parentRefs: [{name: entry, namespace: infra}]
  hostnames: [shop.example.com]
  rules:
  - matches: [{path: {type: PathPrefix, value: /stock}}]
    backendRefs: [{name: stock, namespace: depot, port: 80}]
"""
GRANT = """\
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: shop, namespace: depot}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}]
  to: [{group: "", kind: Service}]
"""
DOING = '''\
def answer(cluster):
    """Which names, and for how long?"""
    ca = kl.Authority("Shop CA")
'''
IMPORT = "import kubelearn as kl\n\n\n"
ISSUED = """\
    leaf = ca.issue("shop.example.com", "www.shop.example.com", days=90)
    cluster.apply(leaf.secret("shop-tls"))
"""

ONE_NAME = Exercise(
    id="one-name",
    title="One name, three programs",
    prompt=(
        "The Services front, cart and pay each have port 80. Users should find them at "
        "https://shop.example.com/, /cart and /pay, with all that is below; /cartoon is a page "
        "of front. A valid certificate is in Secret shop-tls, and whoever comes by plain HTTP is "
        "sent to https."
    ),
    starter=FRONT_ONLY,
    hints=(
        "Each path is one more entry under paths. Which pathType compares whole elements?",
        "spec.tls names hosts and the Secret; ingress-nginx then redirects by itself.",
        "tls: [{hosts: [shop.example.com], secretName: shop-tls}]",
    ),
    solution=FRONT_ONLY.replace(CLASS, CLASS + TLS) + MORE_PATHS,
    judge=one_name,
    setting=with_ingress,
    seeds=(1, 2),
)
STATUSES = Exercise(
    id="three-statuses",
    title="Three statuses, three reasons",
    prompt=(
        "The Gateway entry in namespace infra takes HTTP for all names, and routes from all "
        "namespaces. The programs front and cart run in default, stock runs in namespace depot. "
        "But http://shop.example.com/ gets 404, /cart 503 and /stock 500. Repair all three; "
        "other host names must still get 404."
    ),
    starter=ROUTES,
    hints=(
        "404: no route fits. 503: a Service has no endpoints. 500: read the route's conditions.",
        "Read the hostname of front to its end; look at the label of cart's pods; ask depot.",
        "shop.example.com; {app: cart}; a ReferenceGrant in depot for HTTPRoutes of default.",
    ),
    solution=ROUTES.replace("example.org", "example.com").replace("app: carts", "app: cart")
    + GRANT,
    judge=three_statuses,
    setting=with_gateway,
    seeds=(1, 2),
)
RENEW = HandsOn(
    id="renew",
    title="The certificate does not fit any more",
    prompt=(
        "The Ingress shop serves shop.example.com and www.shop.example.com with the certificate "
        "in Secret shop-tls. It has run out, and it never bore the second name. Write commands "
        "into the function so that clients who trust Shop CA can use both names, and still can "
        "an hour later."
    ),
    starter=DOING,
    hints=(
        "A certificate may bear several names: ca.issue(name, name, days=...).",
        "The Secret that the Ingress names is the one that counts: leaf.secret(NAME).",
        'cluster.apply(ca.issue("shop.example.com", "www.shop.example.com").secret("shop-tls"))',
    ),
    solution=IMPORT + DOING + ISSUED,
    judge=certificate_holds,
    setting=with_an_old_certificate,
    seeds=(1, 2),
)

PLAN = Plan("08", "Ports versus URLs: Ingress, TLS, Gateway API", (ONE_NAME, STATUSES, RENEW), QUIZ)
"""The lesson in `notebooks/08-urls.ipynb`."""
