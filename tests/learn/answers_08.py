"""Other right answers and typical wrong ones to the exercises of lesson 08."""

from kubelearn.learn.answers.nb08 import (
    CLASS,
    DOING,
    FRONT_ONLY,
    GRANT,
    IMPORT,
    ISSUED,
    MORE_PATHS,
    ROUTES,
    TLS,
)
from kubelearn.learn.feedback import NEARLY, NOT_ATTEMPTED, WRONG

OF_TWO_TEAMS = (
    FRONT_ONLY.replace(CLASS, CLASS + TLS)
    + "---\n"
    + FRONT_ONLY.replace("name: shop", "name: others").partition("      - path")[0]
    + MORE_PATHS
)
"""One Ingress for front with the certificate, one for the others without."""
NOT_SENT = (
    "metadata: {name: shop, annotations: {nginx.ingress.kubernetes.io/ssl-redirect: 'false'}}"
)
BY_CHARACTERS = NOT_SENT.replace("ssl-redirect: 'false'", "use-regex: 'true'")
IN_DEPOT = "metadata: {name: stock, namespace: depot}"
OTHER_SECRET = """\
    leaf = ca.issue("shop.example.com", "*.shop.example.com", days=30)
    cluster.apply(leaf.secret("new-tls"))
    tls = [{"hosts": ["shop.example.com", "www.shop.example.com"], "secretName": "new-tls"}]
    cluster.patch("ingress/shop", {"spec": {"tls": tls}})
"""


def issued(text):
    """A function that issues in another way."""
    return IMPORT + DOING + text


ALSO_RIGHT = {
    "one-name": lambda s: OF_TWO_TEAMS,
    "three-statuses": lambda s: s.replace(GRANT, "").replace("metadata: {name: stock}", IN_DEPOT),
    "renew": lambda s: issued(OTHER_SECRET),
}
"""For each exercise another answer that works."""

SPOILT = {
    "one-name": {
        lambda s: s.replace(TLS, ""): WRONG,
        lambda s: s.replace("secretName: shop-tls", "secretName: shop-cert"): WRONG,
        lambda s: s.replace(CLASS, ""): WRONG,
        lambda s: s.replace(
            "/cart\n        pathType: Prefix", "/cart\n        pathType: Exact"
        ): NEARLY,
        lambda s: s.replace(
            "name: cart, port: {number: 80}", "name: cart, port: {number: 8080}"
        ): NEARLY,
        lambda s: s.replace("metadata: {name: shop}", NOT_SENT): NEARLY,
        lambda s: s.replace("metadata: {name: shop}", BY_CHARACTERS): NEARLY,
    },
    "three-statuses": {
        lambda s: s.replace(GRANT, ""): NEARLY,
        lambda s: s.replace("app: cart", "app: carts", 1): NEARLY,
        lambda s: s.replace(
            "hostnames: [shop.example.com]", "hostnames: [shop.example.org]", 1
        ): NEARLY,
        lambda s: s.replace("  hostnames: [shop.example.com]\n", "", 1): NEARLY,
        lambda s: s.replace("HTTPRoute, namespace: default", "HTTPRoute, namespace: infra"): NEARLY,
        lambda s: ROUTES.replace("example.org", "example.net"): WRONG,
    },
    "renew": {
        lambda s: s.replace(', "www.shop.example.com"', ""): NEARLY,
        lambda s: s.replace("days=90", "days=0.01"): NEARLY,
        lambda s: s.replace("Shop CA", "Other CA"): WRONG,
        lambda s: s.replace('secret("shop-tls")', 'secret("new-tls")'): WRONG,
        lambda s: issued('    cluster.delete("ingress/shop")\n'): WRONG,
        lambda s: issued("    print(ca)\n"): NOT_ATTEMPTED,
        lambda s: issued(ISSUED.replace("shop.example", "shops.example")): WRONG,
    },
}
"""For each exercise: how the solution is spoilt → what the learner hears."""
