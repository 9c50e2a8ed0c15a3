"""Lines of the proxies' access logs, in Istio's format, where something asks for them."""

import re

import pytest

from tests.mesh.telemetry.watched import ask, log_of, pod_of, ruled, telemetry, watched_mesh

LINE = re.compile(
    r'\[(?P<start>\S+)\] "(?P<request>[^"]*)" (?P<code>\d+) (?P<flags>\S+) (?P<details>\S+) - '
    r'"(?P<transport>[^"]*)" (?P<received>\d+) (?P<sent>\d+) (?P<duration>\d+) (?P<service>\S+) '
    r'"(?P<xff>[^"]*)" "(?P<agent>[^"]*)" "(?P<id>[^"]*)" "(?P<authority>[^"]*)" '
    r'"(?P<host>[^"]*)" (?P<cluster>\S+) (?P<local>\S+) (?P<down>\S+) (?P<remote>\S+) '
    r"(?P<sni>\S+) (?P<route>\S+)"
)
ENVOY = [{"providers": [{"name": "envoy"}]}]


@pytest.fixture
def cluster():
    """A copy for one test, with the log on."""
    cluster = watched_mesh()
    telemetry(cluster, accessLogging=ENVOY)
    return cluster


def last(cluster, app):
    """The fields of the last line of a proxy."""
    found = LINE.fullmatch(log_of(cluster, app)[-1])
    assert found is not None, log_of(cluster, app)[-1]
    return found.groupdict()


def test_the_default_profile_writes_none():
    """The setting accessLogFile is empty unless somebody sets it."""
    cluster = watched_mesh()
    ask(cluster, "http://back/")
    assert log_of(cluster, "client") == []


def test_the_meshs_setting_turns_it_on():
    """As in the profile demo."""
    cluster = watched_mesh()
    cluster.patch("configmap/istio", {"data": {"mesh": "accessLogFile: /dev/stdout"}},
                  namespace="istio-system")  # fmt: skip
    cluster.run("1s")
    ask(cluster, "http://back/")
    assert len(log_of(cluster, "client")) == len(log_of(cluster, "back")) == 1


def test_a_line_of_each_proxy(cluster):
    """The same request, told from both sides."""
    ask(cluster, "http://back/list?page=2", headers={"user-agent": "curl/8.7.1"})
    one, other = last(cluster, "client"), last(cluster, "back")
    address = pod_of(cluster, "back")["status"]["podIP"]
    assert one["request"] == other["request"] == "GET /list?page=2 HTTP/1.1"
    assert (one["code"], one["flags"], one["details"]) == ("200", "-", "via_upstream")
    assert (one["cluster"], one["host"]) == ("outbound|80||back.default.svc.cluster.local",
                                             f"{address}:80")  # fmt: skip
    assert (other["cluster"], other["route"]) == ("inbound|80||", "default")
    assert other["sni"] == "outbound_.80_._.back.default.svc.cluster.local"
    assert one["id"] == other["id"] != "-"
    assert one["agent"] == "curl/8.7.1"


def test_addresses_are_those_of_the_two_ends(cluster):
    """The client meant the Service's address; its proxy speaks from the pod's own."""
    ask(cluster, "http://back/")
    one, other = last(cluster, "client"), last(cluster, "back")
    client = pod_of(cluster, "client")["status"]["podIP"]
    service = cluster.object("service/back")["spec"]["clusterIP"]
    assert one["down"] == f"{service}:80"
    assert one["local"].rpartition(":")[0] == client
    assert other["remote"].rpartition(":")[0] == client
    assert other["local"].startswith("127.0.0.6:")


@pytest.mark.parametrize(
    ("url", "status", "flags", "details"),
    [
        ("http://deaf/", "503", "-", "via_upstream"),
        ("http://sick/", "500", "-", "via_upstream"),
    ],
)
def test_what_others_have_answered(cluster, url, status, flags, details):
    """The client's proxy only passes it on."""
    ask(cluster, url)
    found = last(cluster, "client")
    assert (found["code"], found["flags"], found["details"]) == (status, flags, details)


def test_the_servers_proxy_does_not_reach_its_program(cluster):
    """UF with Envoy's reason."""
    ask(cluster, "http://deaf/")
    found = last(cluster, "deaf")
    assert (found["code"], found["flags"]) == ("503", "UF")
    assert found["details"] == (
        "upstream_reset_before_response_started{remote_connection_failure}")  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "status", "flags", "details"),
    [
        ({"match": [{"uri": {"exact": "/x"}}]}, "404", "NR", "route_not_found"),
        ({"route": [{"destination": {"host": "back", "subset": "v9"}}]}, "503", "NC",
         "cluster_not_found"),
        ({"timeout": "10ms"}, "504", "UT", "response_timeout"),
        ({"retries": {"attempts": 1, "perTryTimeout": "10ms", "retryOn": "reset"}}, "504",
         "URX,UT", "upstream_per_try_timeout"),
        ({"fault": {"abort": {"httpStatus": 418, "percentage": {"value": 100}}}}, "418", "FI",
         "fault_filter_abort"),
        ({"fault": {"delay": {"fixedDelay": "1s", "percentage": {"value": 100}}}}, "200", "DI",
         "via_upstream"),
        ({"route": [], "directResponse": {"status": 204}}, "204", "-", "direct_response"),
    ],
)  # fmt: skip
def test_what_the_clients_proxy_answers_itself(cluster, rule, status, flags, details):
    """Each cause in Envoy's words."""
    ruled(cluster, "back", **rule)
    ask(cluster, "http://back/")
    found = last(cluster, "client")
    assert (found["code"], found["flags"], found["details"]) == (status, flags, details)


def test_who_was_refused_by_which_policy(cluster):
    """403 without a flag; the details name namespace, policy and rule."""
    for action, name, said in (("ALLOW", "nobody", "none"),
                               ("DENY", "gets", "ns[default]-policy[gets]-rule[0]")):  # fmt: skip
        spec = {"action": action, "selector": {"matchLabels": {"app": "back"}}}
        if action == "DENY":
            spec["rules"] = [{"to": [{"operation": {"methods": ["GET"]}}]}]
        cluster.apply({"apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
                       "metadata": {"name": name}, "spec": spec})  # fmt: skip
        cluster.run("1s")
        ask(cluster, "http://back/")
        found = last(cluster, "back")
        assert (found["code"], found["flags"]) == ("403", "-")
        assert found["details"] == f"rbac_access_denied_matched_policy[{said}]"
        assert found["host"] == "-"


def test_a_connection_that_no_filter_chain_takes(cluster):
    """STRICT: plain text is closed before there is a request."""
    cluster.apply(
        {
            "apiVersion": "security.istio.io/v1",
            "kind": "PeerAuthentication",
            "metadata": {"name": "default"},
            "spec": {"mtls": {"mode": "STRICT"}},
        }
    )
    cluster.run("1s")  # fmt: skip
    ask(cluster, "http://back/", client="plain")
    found = last(cluster, "back")
    assert (found["request"], found["code"], found["flags"]) == ("- - -", "0", "NR")
    assert found["details"] == "filter_chain_not_found"
    assert cluster.metrics(reporter="destination").empty


def test_a_selector_and_a_mode_choose_proxies(cluster):
    """Off for all, and on again for the server's side of back."""
    telemetry(cluster, accessLogging=[{"disabled": True}])
    telemetry(cluster, "back", "default", selector={"matchLabels": {"app": "back"}},
              accessLogging=[{**ENVOY[0], "match": {"mode": "SERVER"}}])  # fmt: skip
    ask(cluster, "http://back/")
    assert log_of(cluster, "client") == []
    assert len(log_of(cluster, "back")) == 1


def test_the_newest_thousand_are_kept(cluster):
    """For each pod."""
    cluster.load("http://deaf/", rate=200, duration="6s", client="pod/client")
    cluster.run("10s")
    assert len(log_of(cluster, "client")) == 1000
