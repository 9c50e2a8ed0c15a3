"""What Istio refuses in a Gateway."""

import pytest

from kubelearn.api.istio.gateway import errors
from tests.api.istio.samples import samples

HTTP = {"number": 80, "name": "http", "protocol": "HTTP"}
HTTPS = {"number": 443, "name": "https", "protocol": "HTTPS"}
NO_TLS = "server cannot have TLS settings for plain text HTTP ports"
PARTIAL = 'partial wildcard "*-a.b.c" not allowed'


def gateway(*servers, name="edge"):
    """A Gateway with servers."""
    return {"metadata": {"name": name}, "spec": {"servers": list(servers)}}


def server(port=HTTP, hosts=("*",), **more):
    """One server of a Gateway."""
    return {"port": port, "hosts": list(hosts), **more}


def secure(**tls):
    """A server on 443 with TLS settings."""
    return server(HTTPS, tls=tls)


SERVERS = [
    (server(), []),
    (server({**HTTP, "targetPort": None}, bind=None, tls=None), []),
    (server(hosts=[]), ["server config must contain at least one host"]),
    (server(hosts=["shop/*.shop.com", "*/a.com", "./a.com", "10.0.0.1"]), []),
    (server(hosts=["web"]), ["short names (non FQDN) are not allowed"]),
    (server(hosts=["~/a.com"]), ['invalid namespace value "~" in gateway']),
    (server(hosts=["*-a.b.c"]), [PARTIAL]),
    (server(hosts=["*a*.b.c"]),
     ['domain name "*a*.b.c" invalid (label "*a*" invalid)',
      'partial wildcard "*a*.b.c" not allowed']),
    (server(hosts=["/a.com"]),
     ["config namespace and dnsName in host entry cannot be empty",
      'invalid namespace value "" in gateway']),
    (server(port=None), ["port is required"]),
    (server({**HTTP, "protocol": "FTP"}),
     [('invalid protocol "FTP", supported protocols are HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, '
      "REDIS, MYSQL, TCP")]),
    (server({**HTTP, "number": 70000}),
     ["port number 70000 must be in the range 1..65535"]),
    (server({**HTTP, "targetPort": 8080}), ["targetPort has no impact on Gateways"]),
    (server({"number": 80, "protocol": "HTTP"}),
     ['port name must be set: number:80 protocol:"HTTP"']),
    (server(bind="host"), ["host is not a valid IP"]),
    (server(bind="unix://"),
     ["unix address must not be empty",
      'port number must be 0 for unix domain socket: number:80 protocol:"HTTP" name:"http"']),
    (server({**HTTP, "number": 0}, bind="unix:///run/a"), []),
    (server(HTTPS), ["server must have TLS settings for HTTPS/TLS protocols"]),
    (server(tls={"httpsRedirect": True}), []),
    (server(tls={"mode": "SIMPLE", "credentialName": "a"}), [NO_TLS]),
    (server(tls={"privateKey": "a"}), [NO_TLS]),
    (server({**HTTP, "protocol": "TCP"}, tls={}),
     ["server cannot have TLS settings for non HTTPS/TLS ports"]),
    (None, ["cannot have nil server", "server may not be nil"]),
]  # fmt: skip

TLS = [
    (secure(), []),
    (secure(mode="SIMPLE", credentialName="shop"), []),
    (secure(mode="SIMPLE"),
     ["SIMPLE TLS requires a server certificate", "SIMPLE TLS requires a private key"]),
    (secure(mode="OPTIONAL_MUTUAL", serverCertificate="a"),
     ["MUTUAL TLS requires a client CA bundle", "MUTUAL TLS requires a private key"]),
    (secure(mode="SIMPLE", tlsCertificates=[{"serverCertificate": "a", "privateKey": "b"}, {}]),
     ["SIMPLE TLS requires a server certificate", "SIMPLE TLS requires a private key"]),
    (secure(mode="SIMPLE", credentialName="a", credentialNames=["b"]),
     [("only one of credential_name, credential_names, server_certificate/private_key, "
      "tls_certificates should be specified")]),
    (secure(mode="ISTIO_MUTUAL", serverCertificate="a", privateKey="a", caCertificates="a",
            tlsCertificates=[{}], credentialName="a", credentialNames=["a"]),
     [f"ISTIO_MUTUAL TLS cannot have associated {one}" for one in
      ("server certificate", "private key", "CA bundle", "tlsCertificates", "credentialName",
       "credentialNames")]),
    (secure(mode="SIMPLE", serverCertificate="a", privateKey="b", caCrl="c"),
     ["CRL is not supported with SIMPLE TLS"]),
    (secure(mode="PASSTHROUGH", credentialName="a", caCrl="c"),
     ["CRL is not supported with credentialName. CRL has to be specified in the credential"]),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), SERVERS + TLS)
def test_it_says_what_is_wrong_with_a_server(given, expected):
    """In the words of the webhook."""
    assert list(errors(gateway(given))) == expected


def test_a_gateway_needs_a_name_of_one_label_and_a_server():
    """Both are said."""
    expected = ['invalid gateway name: "a.b"', "gateway must have at least one server"]
    assert list(errors(gateway(name="a.b"))) == expected


def test_names_of_ports_are_unique():
    """What is wrong with the servers comes first."""
    expected = [
        "short names (non FQDN) are not allowed",
        "port names in servers must be unique: duplicate name http",
    ]
    assert list(errors(gateway(server(), server(hosts=["web"])))) == expected


@pytest.mark.parametrize("sample", samples("Gateway"))
def test_gateways_of_others_pass(sample):
    """The samples of real projects are valid."""
    assert list(errors(sample)) == []
