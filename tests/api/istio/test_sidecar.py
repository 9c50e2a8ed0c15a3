"""What Istio refuses in a Sidecar."""

import pytest

from kubelearn.api.istio.default_endpoint import default_endpoint
from kubelearn.api.istio.sidecar import errors

HTTP = {"number": 80, "name": "http", "protocol": "HTTP"}
HTTPS = {"number": 443, "name": "https", "protocol": "HTTPS"}
TWICE = "sidecar: ports on IP bound listeners must be unique"
ALL = {"hosts": ["*/*"]}
FORM = (
    "sidecar: defaultEndpoint must be of form "
    "127.0.0.1:<port>,0.0.0.0:<port>,[::1]:port,[::]:port,unix://filepath or unset"
)
NO_NUMBER = "sidecar: defaultEndpoint port () is not a number"
EMPTY = f'{NO_NUMBER}: strconv.Atoi: parsing "": invalid syntax'


def sidecar(**spec):
    """A Sidecar of the namespace shop."""
    return {"metadata": {"name": "default", "namespace": "shop"}, "spec": spec}


def ingress(*listeners):
    """A Sidecar with listeners for what comes in."""
    return sidecar(ingress=list(listeners))


def egress(*listeners):
    """A Sidecar with listeners for what goes out."""
    return sidecar(egress=list(listeners))


def proxy(**policy):
    """A Sidecar with an egress proxy."""
    return sidecar(outboundTrafficPolicy=policy)


WHOLE = [
    (sidecar(), ["sidecar: empty configuration provided"]),
    (sidecar(workloadSelector={"labels": {"": "a"}}),
     ['empty key is not supported in selector: "=a"']),
    (sidecar(inboundConnectionPool={}), ["connection pool must have at least one field"]),
    (proxy(mode="REGISTRY_ONLY"), []),
    (proxy(egressProxy={"host": "a.com"}),
     ["sidecar: egress_proxy must be set only with ALLOW_ANY outbound_traffic_policy mode"]),
    (proxy(mode="ALLOW_ANY", egressProxy={"host": "*.com"}),
     ['domain name "*.com" invalid (label "*" invalid)',
      "sidecar: egress_proxy port must be non-nil"]),
    (proxy(mode="ALLOW_ANY", egressProxy={"host": "a.com", "subset": "v.1",
                                          "port": {"number": 0}}),
     ["subset name is invalid: v.1", "port number 0 must be in the range 1..65535"]),
]  # fmt: skip

INGRESS = [
    (ingress({"port": HTTP, "defaultEndpoint": "127.0.0.1:8080"}), []),
    (ingress(None, {}),
     ["sidecar: ingress may not be null", "sidecar: port is required for ingress listeners"]),
    (ingress({"port": HTTP}, {"port": HTTP}), [TWICE]),
    (ingress({"port": {"name": "a.b", "protocol": "FTP", "targetPort": 1}, "bind": "a"}),
     ["targetPort has no impact on Sidecars", "invalid port name: a.b",
      "unsupported protocol: FTP", "port number 0 must be in the range 1..65535",
      "a is not a valid IP"]),
    (ingress({"port": HTTP, "connectionPool": {}}),
     ["connection pool must have at least one field"]),
    (ingress({"port": HTTPS, "tls": {"mode": "SIMPLE", "serverCertificate": "a",
                                     "privateKey": "b"}}), []),
    (ingress({"port": HTTP, "tls": {"mode": "ISTIO_MUTUAL"}}),
     ["configuration is invalid: cannot set mode to ISTIO_MUTUAL in sidecar ingress tls",
      "server cannot have TLS settings for non HTTPS/TLS ports"]),
    (ingress({"port": HTTPS, "tls": {"subjectAltNames": ["a"], "httpsRedirect": True,
                                     "credentialName": "a"}}),
     ["sidecar: subjectAltNames is not supported in ingress tls",
      "sidecar: httpsRedirect is not supported",
      "sidecar: credentialName is not currently supported"]),
]  # fmt: skip

EGRESS = [
    (egress({"hosts": ["./*", "istio-system/*", "~/*"]}), []),
    (egress({}), ["sidecar: egress listener must contain at least one host"]),
    (egress(None), ["egress listener may not be null"]),
    (egress({"hosts": ["web", "a_b/c.d"]}),
     ["host must be of form namespace/dnsName", 'invalid namespace value "a_b" in sidecar']),
    (egress({"hosts": ["./a_b.c"]}), ['domain name "a_b.c" invalid (label "a_b" invalid)'] * 2),
    (egress(ALL, {"port": HTTP, **ALL}),
     ["sidecar: the egress listener with empty port should be the last listener in the list"]),
    (egress({"port": HTTP, **ALL}, {"port": HTTP, **ALL}), [TWICE]),
    (egress({"port": {"protocol": "HTTP"}, "bind": "unix:///a", **ALL},
            {"port": {"protocol": "HTTP"}, "bind": "unix:///a", "captureMode": "NONE", **ALL}),
     ["sidecar: unix domain socket values for listeners must be unique"]),
    (egress({"port": {"protocol": "HTTP"}, "captureMode": "IPTABLES", **ALL}),
     ["sidecar: ports with 0 value must have a unix domain socket bind address",
      "sidecar: captureMode must be DEFAULT/NONE for unix domain socket listeners"]),
]  # fmt: skip

ENDPOINTS = [
    ("", []),
    ("127.0.0.1:8080", []),
    ("[::1]:8080", []),
    (":8080", []),
    ("unix:///run/a", []),
    ("unix://a/", ["a/ is not an absolute path to a file"]),
    ("10.0.0.1:8080", [FORM]),
    ("127.0.0.1", ["address 127.0.0.1: missing port in address", EMPTY]),
    ("[::1]", ["address [::1]: missing port in address", EMPTY]),
    ("[::1", ["address [::1: missing ']' in address", EMPTY]),
    ("::1:80", ["address ::1:80: too many colons in address", EMPTY]),
    (":http",
     [("sidecar: defaultEndpoint port (http) is not a number: "
      'strconv.Atoi: parsing "http": invalid syntax')]),
    (":0", ["port number 0 must be in the range 1..65535"]),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), WHOLE + INGRESS + EGRESS)
def test_it_says_what_is_wrong(given, expected):
    """In the words of the webhook."""
    assert list(errors(given)) == expected


@pytest.mark.parametrize(("given", "expected"), ENDPOINTS)
def test_where_a_sidecar_sends_what_comes_in(given, expected):
    """An address of the pod, or a socket."""
    assert list(default_endpoint(given)) == expected
