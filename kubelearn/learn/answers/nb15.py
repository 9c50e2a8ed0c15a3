"""Lesson 15: two gateways, and no Eureka."""

from __future__ import annotations

from kubelearn.learn.exercise import Exercise
from kubelearn.learn.gateway_checks import (
    ZONE,
    admits_admins_only,
    behind_a_gateway,
    configured,
    hurries,
    needs_no_eureka,
    with_eureka,
)
from kubelearn.learn.plan import Plan
from kubelearn.learn.quiz import Question, Quiz

SHOP = """\
spring.cloud.gateway.server.webflux.routes:
- {id: shop, uri: "http://orders", predicates: ["Path=/books/**,/api/**,/admin/**"]}
gateway.security:
  secret: ${JWT_SECRET}
  roles-claim: roles
  rules:
"""
OPEN = "  - {path: /books/**, access: permitAll}\n"
STAFF = "  - {path: /admin/**, access: hasRole('ADMIN')}\n"
KNOWN = "  - {path: /**, access: authenticated}\n"

ADMINS = Exercise(
    id="admins-only",
    title="Admins only",
    prompt=(
        "Everybody may see /books, whoever has a valid token may use /api, and only the role ADMIN "
        "may use /admin. With these rules customers get into /admin, and books need a token. The "
        "gateway is started anew with your application.yaml."
    ),
    starter=configured("gateway", SHOP + KNOWN + STAFF + OPEN),
    hints=(
        "Which rule decides about /admin/1: the best one, or one by its place?",
        "The first rule whose pattern fits decides, and /** fits every path.",
        "The rule for /** stands last.",
    ),
    solution=configured("gateway", SHOP + OPEN + STAFF + KNOWN),
    judge=admits_admins_only,
    setting=behind_a_gateway,
)

ROUTED = """\
spring.application.name: gateway
eureka.client.service-url.defaultZone: http://eureka:8761/eureka
spring.cloud.gateway.server.webflux.routes:
- {id: orders, uri: "lb://orders", predicates: ["Path=/orders/**"]}
"""
BY_NAME = """\
spring.cloud.gateway.server.webflux.routes:
- {id: orders, uri: "http://orders", predicates: ["Path=/orders/**"]}
"""

FAREWELL = Exercise(
    id="no-eureka",
    title="Without Eureka",
    prompt=(
        "The Eureka server is switched off and the gateway is started anew with your "
        "application.yaml. Then a pod of orders is killed without a word. See to it that no "
        "request is lost with it after 5 s. The feedback tells how long Eureka had kept it."
    ),
    starter=configured("gateway", ROUTED),
    hints=(
        "Who else in the cluster knows which pods of orders are ready?",
        "A Service has a name, and kube-proxy chooses a ready pod behind it for each connection.",
        "http://orders in the place of lb://orders; then nothing asks Eureka any more.",
    ),
    solution=configured("gateway", BY_NAME),
    judge=needs_no_eureka,
    setting=with_eureka,
    seeds=(1, 2),
)

SERVER = """\
eureka.server:
  enable-self-preservation: false
  eviction-interval-timer-in-ms: 60000
  response-cache-update-interval-ms: 30000
"""
LEASE = """\
eureka.instance:
  prefer-ip-address: true
  lease-renewal-interval-in-seconds: 30
  lease-expiration-duration-in-seconds: 90
"""
NAMED = f"spring.application.name: orders\neureka.client.service-url.defaultZone: {ZONE}\n"
FETCHING = f"""\
{ROUTED}eureka.client.registry-fetch-interval-seconds: 30
spring.cloud.loadbalancer.cache.ttl: 35s
"""


def timed(server: str, instance: str, gateway: str) -> str:
    """The three files."""
    files = {"eureka": server, "orders": NAMED + instance, "gateway": gateway}
    return "---\n".join(configured(name, text) for name, text in files.items())


def hurried(text: str) -> str:
    """The same file with shorter times."""
    for name, time in (
        ("timer-in-ms: 60000", "timer-in-ms: 5000"),
        ("interval-ms: 30000", "interval-ms: 3000"),
        ("renewal-interval-in-seconds: 30", "renewal-interval-in-seconds: 5"),
        ("duration-in-seconds: 90", "duration-in-seconds: 10"),
        ("interval-seconds: 30", "interval-seconds: 5"),
        ("ttl: 35s", "ttl: 5s"),
    ):
        text = text.replace(name, time)
    return text


HURRY = Exercise(
    id="hurried-eureka",
    title="Eureka in a hurry",
    prompt=(
        "These are Eureka's own times. Change them so that a pod that is killed without a word is "
        "asked for at most 60 s more. All three programs are started anew with your files."
    ),
    starter=timed(SERVER, LEASE, FETCHING),
    hints=(
        "Six times follow each other until nobody asks the dead pod. Which are they?",
        "A renewed lease lasts twice its duration. Then eviction, three caches: whose are they?",
        "Renew every 5 s, expire after 10 s, and wait about 5 s at each of the other steps.",
    ),
    solution=hurried(timed(SERVER, LEASE, FETCHING)),
    judge=hurries,
    setting=with_eureka,
    seeds=(1, 2),
)

QUIZ = Quiz(
    (
        Question(
            "A request has a valid token, but not the role that the rule asks for. What does "
            "Spring Security answer?",
            {
                "a": ("401 with WWW-Authenticate: Bearer.", "That asks for a token; there is one."),
                "b": ("403 with insufficient_scope.", "Yes: it knows who asks, and denies it."),
                "c": ("404.", "That is what the gateway says when no route fits."),
            },
            right="b",
        ),
        Question(
            "You have changed the application.yaml in the ConfigMap of a gateway. When does it "
            "count?",
            {
                "a": ("At once.", "Not even the file in the pod changes at once."),
                "b": ("When the file in the pod has changed.", "Spring has read it long ago."),
                "c": (
                    "When the container starts again.",
                    "Yes: it is read once. kubectl rollout restart does it.",
                ),
            },
            right="c",
        ),
        Question(
            "An instance is gone without a word, and Eureka's times are the defaults. What can "
            "keep it in the registry for ever?",
            {
                "a": (
                    "Self-preservation.",
                    "Yes: too few renewals in a minute, and no lease is ended any more.",
                ),
                "b": ("The lease of 90 s.", "It doubles, but it does end."),
                "c": ("The cache of the load balancer.", "It keeps instances for 35 s."),
            },
            right="a",
        ),
        Question(
            "With HS256 the gateway checks tokens by a secret. Who can make tokens that it takes?",
            {
                "a": ("Only the login service.", "The gateway has the same secret."),
                "b": (
                    "Whoever has the secret, the gateway too.",
                    "Yes. With a pair of keys only the owner of the private one can.",
                ),
                "c": ("Everybody: a token is not encrypted.", "It can be read, but not signed."),
            },
            right="b",
        ),
        Question(
            "From lesson 06: how does a pod that is not ready disappear from a Service?",
            {
                "a": ("Its lease runs out.", "That is Eureka's way."),
                "b": (
                    "Its EndpointSlice says so, and every kube-proxy follows.",
                    "Yes: within about a second.",
                ),
                "c": ("DNS stops giving its address.", "DNS gives the address of the Service."),
            },
            right="b",
        ),
    )
)

PLAN = Plan("15", "Two gateways, and no Eureka", (ADMINS, FAREWELL, HURRY), QUIZ)
"""The lesson in `notebooks/15-two-gateways.ipynb`."""
