"""Spring Cloud Gateway as a workload: requests through it, what it remembers, what it says."""

import json

import pytest

from tests.spring.shop import ROUTES, ask, configured, decisions, gateway, shop, workload


def with_filters(*filters: str, more: str = "") -> str:
    """The routes with filters on orders."""
    return f"{ROUTES.rstrip()}\n    filters: [{', '.join(filters)}]\n{more}"


def test_a_request_goes_through():
    """The gateway's own request has a way of its own, one level deeper."""
    call = ask(shop())
    assert call.status == 200
    assert call.body.startswith("orders-")
    assert "route orders (http://orders): Path=/orders/**" in decisions(call)
    assert ("resolver", 1) in [(step.hop, step.level) for step in call.trace]


def test_no_route():
    """404 with Spring's body, and why says which routes were tried."""
    call = ask(shop(), "/nope")
    said = json.loads(call.body)
    assert (call.status, said["path"], said["error"]) == (404, "/nope", "Not Found")
    assert decisions(call) == ["no route takes GET /nope: orders (not Path=/orders/**)"]


def test_filters_change_request_and_answer():
    """Out in their order, back in the opposite one."""
    text = with_filters("StripPrefix=1", "'AddResponseHeader=X-A, 1'", "'SetResponseHeader=X-A, 2'")
    call = ask(shop(text))
    assert "answers GET /7" in call.body
    assert call.state["response"] == {"X-A": "2, 1"}


def test_a_filter_that_answers():
    """Nobody behind it is asked."""
    call = ask(shop(with_filters("'RedirectTo=302, https://example.com/'")))
    assert (call.status, call.state["response"]["Location"]) == (302, "https://example.com/")
    assert not [step for step in call.trace if step.level]


@pytest.mark.parametrize(
    ("uri", "status", "word"),
    [
        ("http://orders:81", 500, "ConnectTimeoutException"),
        ("http://nobody", 500, "UnknownHostException: Failed to resolve 'nobody'"),
        ("lb://nobody", 503, "Unable to find instance for nobody"),
    ],
)
def test_what_does_not_answer(uri, status, word):
    """An exception becomes Spring's status, which is not that of nginx or Envoy."""
    timeout = "spring.cloud.gateway.server.webflux.httpclient.connect-timeout: 200\n"
    call = ask(shop(ROUTES.replace("http://orders", uri) + timeout))
    assert status == call.status
    assert any(word in one for one in decisions(call)), decisions(call)


def test_a_response_timeout():
    """504 after the time of the route."""
    text = f"{ROUTES.rstrip()}\n    metadata: {{response-timeout: 1}}\n"
    call = ask(shop(text))
    assert call.status == 504
    assert "ResponseStatusException: Response took longer than timeout: PT0.001S" in decisions(call)


def test_load_balancing_from_a_service():
    """lb:// asks the pods themselves, in turn; a change is seen when 35 s are over."""
    cluster = shop(ROUTES.replace("http:", "lb:"), replicas=2)
    bodies = [ask(cluster).body for _ in range(4)]
    assert bodies[:2] == bodies[2:]
    assert bodies[0] != bodies[1]
    cluster.scale("deployment/orders", 1)
    cluster.run("10s")
    assert {ask(cluster).status for _ in range(2)} == {200, 500}
    cluster.run("35s")
    assert {ask(cluster).status for _ in range(2)} == {200}


def test_retry():
    """Three more tries, of GET only."""
    cluster = shop(with_filters("Retry=3"), fails="100%")
    tries = [ask(cluster, method=method).trace for method in ("GET", "POST")]
    counts = [sum(step.hop == "pod" and step.level == 1 for step in one) // 2 for one in tries]
    assert counts == [4, 1]


BREAKER = """
resilience4j.circuitbreaker.instances.orders:
  slidingWindowSize: 4
  waitDurationInOpenState: 10s
  permittedNumberOfCallsInHalfOpenState: 2
"""


def test_a_circuit_breaker_opens_and_closes():
    """Four errors open it; then nobody is asked until the wait is over."""
    cluster = shop(with_filters("'CircuitBreaker=orders'", more=BREAKER))
    cluster.apply(workload("orders", replicas=0))
    cluster.run("5s")
    seen = [ask(cluster) for _ in range(5)]
    assert [call.status for call in seen] == [500, 500, 500, 500, 503]
    assert not [step for step in seen[-1].trace if step.level]
    cluster.apply(workload("orders"))
    cluster.run("10s")
    assert [ask(cluster).status for _ in range(3)] == [200, 200, 200]


def test_a_status_may_count_as_an_error():
    """A fallback answers in the place of a 500."""
    breaker = ("{name: CircuitBreaker, args: {name: orders, statusCodes: [500], "
               "fallbackUri: 'forward:/sorry'}}")  # fmt: skip
    sorry = "  - {id: sorry, uri: 'no://op', predicates: [Path=/sorry]}\n"
    call = ask(shop(with_filters(breaker, more=sorry), fails="100%"))
    assert call.status == 200
    assert "forward:/sorry" in decisions(call)


def test_a_time_limiter():
    """A circuit breaker waits for one second unless it is told otherwise."""
    cluster = shop(with_filters("'CircuitBreaker=slow'"))
    slow = workload("orders").replace('fails: "0%"', "service-time: fixed 3s")
    cluster.apply(slow)
    cluster.run("30s")
    call = ask(cluster)
    assert (call.status, 1 < call.latency < 1.1) == (504, True)


LIMIT = (
    "{name: RequestRateLimiter, args: {redis-rate-limiter.replenishRate: 1, "
    "redis-rate-limiter.burstCapacity: 3, key-resolver: '#{@remoteAddressKeyResolver}'}}"
)


def test_the_rate_limiter_needs_redis():
    """Without one requests pass; with one the fourth gets 429 and is told why."""
    text = with_filters(LIMIT, more="spring.data.redis.host: redis\n")
    cluster = shop(text)
    assert {ask(cluster).status for _ in range(5)} == {200}
    cluster.apply(workload("redis", "redis:8", port=6379, service=6379))
    cluster.run("20s")
    seen = [ask(cluster) for _ in range(4)]
    assert [call.status for call in seen] == [200, 200, 200, 429]
    assert seen[-1].state["response"]["X-RateLimit-Remaining"] == "0"


def test_weights_share_the_requests():
    """One number a request decides in each group."""
    text = ROUTES.replace("[Path=/orders/**]", "['Weight=g, 8']").replace("/orders", "/orders") + (
        "  - {id: other, uri: 'no://op', predicates: ['Weight=g, 2']}\n"
    )
    cluster = shop(text)
    found = [decisions(ask(cluster))[0].split()[1] for _ in range(40)]
    assert set(found) == {"orders", "other"}
    assert found.count("orders") > 24


def test_settings_are_read_at_the_start():
    """A changed ConfigMap counts after a restart only."""
    cluster = shop()
    cluster.apply(configured(ROUTES.replace("/orders/**", "/new/**")))
    cluster.run("3m")
    assert (ask(cluster).status, ask(cluster, "/new/1").status) == (200, 404)
    cluster.rollout("restart", "deployment/gateway")
    cluster.run("60s")
    assert (ask(cluster).status, ask(cluster, "/new/1").status) == (404, 200)


def test_why_a_gateway():
    """Its routes, and that its file has changed since."""
    cluster = shop()
    (pod,) = cluster.api.list("pods", "default", "app=gateway")
    name = f"pod/{pod['metadata']['name']}"
    assert "has read its routes: orders (http://orders)" in str(cluster.why(name))
    cluster.apply(configured(ROUTES.replace("/orders/**", "/new/**")))
    cluster.run("2m")
    assert "they count when it starts again" in str(cluster.why(name))
    cluster.apply(configured(ROUTES.replace("Path=", "Pth=")))
    cluster.run("2m")
    assert "would not start: java.lang.IllegalArgumentException" in str(cluster.why(name))


def test_a_wrong_file_keeps_it_from_starting():
    """CrashLoopBackOff, and Spring's words in the log."""
    cluster = shop(ROUTES.replace("Path=", "Pth="))
    cluster.run("70s")
    assert "CrashLoopBackOff" in cluster.kubectl("get pods")
    log = cluster.kubectl("logs deployment/gateway")
    assert "IllegalArgumentException: Unable to find RoutePredicateFactory with name Pth" in log
    assert ask(cluster).error == "connection refused"


def test_the_port_is_spring_s():
    """server.port decides where it listens, whatever the container declares."""
    cluster = shop(f"{ROUTES}server.port: 9000\n")
    assert ask(cluster).error == "connection refused"


def test_a_load_passes_it():
    """Each request of a load meets the gateway's routes."""
    cluster = shop(with_filters("SetStatus=418"))
    load = cluster.load("http://gateway/orders/1", rate=5, duration="4s", client="pod/client")
    cluster.run("6s")
    assert {how for *_, how in load.requests()} == {"418"}


def test_rewind_gives_the_same():
    """What a gateway remembers is part of the cluster's state."""
    cluster = shop(with_filters("'CircuitBreaker=orders'", more=BREAKER), fails="50%")
    first = [str(ask(cluster)) for _ in range(5)]
    begun = cluster.time
    cluster.run("5s")
    cluster.rewind(begun)
    twin = shop(with_filters("'CircuitBreaker=orders'", more=BREAKER), fails="50%")
    assert first == [str(ask(twin)) for _ in range(5)]
    assert str(ask(cluster)) == str(ask(twin))


def test_a_gateway_of_the_mesh():
    """Its own sidecar carries what it asks."""
    cluster = shop().fork()
    cluster.install("istio")
    cluster.run("60s")
    cluster.kubectl("label namespace default istio-injection=enabled")
    for name in ("orders", "gateway"):
        cluster.rollout("restart", f"deployment/{name}")
    cluster.run("90s")
    call = ask(cluster)
    hops = [(step.hop, step.level) for step in call.trace]
    assert call.status == 200
    assert ("outbound", 1) in hops
    assert ("inbound", 1) in hops


def test_the_secret_is_in_the_environment():
    """A placeholder that nothing fills keeps the application from starting."""
    text = f"{ROUTES}gateway.security: {{secret: '${{NO_SUCH}}', rules: []}}\n"
    cluster = shop(text)
    log = cluster.kubectl("logs deployment/gateway")
    assert "Could not resolve placeholder 'NO_SUCH'" in log
    assert gateway(text)


def test_installed():
    """A gateway without routes, and a Eureka server, come up as they are."""
    cluster = shop()
    cluster.install("spring-cloud-gateway")
    cluster.install("eureka")
    cluster.run("30s")
    call = cluster.request("http://spring-cloud-gateway/", client="pod/client")
    assert (call.status, decisions(call)) == (404, ["no route takes GET /: there are none"])
    assert cluster.object("deployment/eureka")["status"]["readyReplicas"] == 1
