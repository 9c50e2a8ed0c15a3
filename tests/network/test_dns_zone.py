"""What names of the cluster's zone mean."""

import pytest

from kubelearn.network.dns_zone import NoSuchName, Query, Zone, dashed_address, parse
from tests.network.small import endpoints, server, service

ZONE = "cluster.local"


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("cluster.local", Query("")),
        ("svc.cluster.local", Query("")),
        ("a.svc.cluster.local", Query("svc", "a")),
        ("web.a.svc.cluster.local", Query("svc", "a", "web")),
        ("e.web.a.svc.cluster.local", Query("svc", "a", "web", endpoint="e")),
        ("_http._tcp.web.a.svc.cluster.local", Query("svc", "a", "web", "", "http", "tcp")),
        ("10-0-0-1.a.pod.cluster.local", Query("pod", "a", "10-0-0-1")),
    ],
)
def test_parts_of_a_name(name, query):
    """From the right: branch, namespace, Service, then an endpoint or port and protocol."""
    assert parse(name, ZONE) == query


@pytest.mark.parametrize("name", ["foo.cluster.local", "a.b.c.d.e.svc.cluster.local"])
def test_names_that_cannot_be(name):
    """Another branch, too many labels."""
    with pytest.raises(NoSuchName):
        parse(name, ZONE)


def test_an_endpoint_with_a_hostname_has_only_that_name():
    """The dashed address is for those without."""
    api = server()
    service(api, "db", clusterIP="None")
    endpoints(
        api, "db", {"addresses": ["10.0.0.1"], "hostname": "db-0"}, {"addresses": ["10.0.0.2"]}
    )
    zone = Zone()
    found = zone.find(api, "db.default.svc.cluster.local")
    assert [each.domain.partition(".")[0] for each in found] == ["db-0", "10-0-0-2"]
    with pytest.raises(NoSuchName):
        zone.find(api, "10-0-0-1.db.default.svc.cluster.local")


def test_endpoints_that_are_not_ready_have_no_name():
    """A headless Service without ready endpoints does not exist for DNS."""
    api = server()
    service(api, "db", clusterIP="None")
    endpoints(api, "db", {"addresses": ["10.0.0.1"], "conditions": {"ready": False}})
    with pytest.raises(NoSuchName):
        Zone().find(api, "db.default.svc.cluster.local")


def test_mode_verified_wants_a_pod():
    """Mode insecure believes every address, mode disabled none."""
    api = server()
    pod = {"kind": "Pod", "metadata": {"name": "p", "namespace": "default"}, "spec": {}}
    api.store.put("pods", ("default", "p"), {**pod, "status": {"podIP": "10.0.0.9"}})
    name = "10-0-0-9.default.pod.cluster.local"
    assert Zone(pods="verified").find(api, name)[0].host == "10.0.0.9"
    for zone, asked in (
        (Zone(pods="disabled"), name),
        (Zone(pods="verified"), name.replace("9", "8")),
    ):
        with pytest.raises(NoSuchName):
            zone.find(api, asked)


def test_the_dashed_form_never_ends_in_a_dash():
    """An IPv6 address may end in colons."""
    assert dashed_address("10.0.0.1") == "10-0-0-1"
    assert dashed_address("fd00::") == "fd00--0"
