"""The shell of sockets: who may ask, what goes over the wire, what the end leaves behind."""

import contextlib
import http.client
import json
import os
import socket
import stat
import threading
from urllib.parse import urlsplit

import pytest

from kubelearn.cluster import Cluster
from kubelearn.server.http import Server

MAPS = "/api/v1/namespaces/default/configmaps"


@pytest.fixture
def cluster():
    """A small one."""
    return Cluster(nodes=1)


@pytest.fixture
def server(cluster):
    """It, served; time stands still."""
    with Server(cluster, time="frozen", environment=False) as started:
        yield started


def ask(server, method, path, body=None, *, user="", url=None, **headers):
    """(code, headers, body) of one request."""
    parts = urlsplit(url or server.url_for(user))
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    data = json.dumps(body) if isinstance(body, dict) else body
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if data is not None and "Content-Type" not in sent:
        sent["Content-Type"] = "application/json"
    connection.request(method, parts.path + path, data, sent)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    return answer.status, answer.headers, json.loads(text) if is_json and text else text


def config(name, **data):
    """The body of a ConfigMap."""
    metadata = {"name": name}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def raw(server, data):
    """All that comes back for these bytes until the server closes the connection."""
    with socket.create_connection(server.server_address, timeout=30) as connection:
        connection.sendall(data)
        with contextlib.suppress(OSError):  # closed by the server already
            connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


# Asking


def test_a_whole_life(server):
    """Create, read, change, delete."""
    codes = [
        ask(server, "POST", MAPS, config("c", a="1"))[0],
        ask(server, "GET", f"{MAPS}/c")[0],
        ask(server, "PUT", f"{MAPS}/c", config("c", a="2"))[0],
        ask(server, "DELETE", f"{MAPS}/c")[0],
        ask(server, "GET", f"{MAPS}/c")[0],
    ]
    assert codes == [201, 200, 200, 200, 404]


def test_what_came_over_http_is_played_again(cluster, server):
    """A rewind replays it: it stands in the journal like any other command."""
    ask(server, "POST", MAPS, config("c"))
    cluster.run("20s")
    before = cluster.fingerprint()
    cluster.rewind("20s")
    assert before == cluster.fingerprint()
    cluster.rewind("0s")
    assert ask(server, "GET", f"{MAPS}/c")[0] == 200


def test_requests_are_answered_in_the_middle_of_a_run(cluster, server):
    """A run that would go on for ever if nobody got in."""
    request = ("POST", MAPS, config("c"))
    thread = threading.Thread(target=ask, args=(server, *request))
    thread.start()
    cluster.run(until=lambda now: now.api.find("configmaps", "default", "c"), limit="10000h")
    thread.join()
    assert cluster.object("configmap/c")["kind"] == "ConfigMap"


def test_a_cluster_of_the_past_is_for_reading(cluster):
    """Whoever wants to write is told so."""
    cluster.run("10s")
    with Server(cluster.at("5s"), time="frozen", environment=False) as server:
        read, write = ask(server, "GET", MAPS), ask(server, "POST", MAPS, config("c"))
    assert (read[0], write[0]) == (200, 403)
    assert "for reading only" in write[2]["message"]


def test_warnings_and_tags_are_headers(server):
    """As HTTP wants them."""
    _, headers, _ = ask(server, "POST", MAPS, {**config("c"), "dta": {}})
    assert headers["Warning"] == '299 - "unknown field \\"dta\\""'
    joined = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    tag = ask(server, "GET", "/apis", Accept=joined)[1]["ETag"]
    again = ask(server, "GET", "/apis", Accept=joined, If_None_Match=tag)
    assert (again[0], again[2]) == (304, b"")


def test_an_error_of_this_program_is_an_answer_too(server, monkeypatch):
    """500 with what went wrong, and the server goes on."""
    monkeypatch.setattr("kubelearn.server.http.server.respond", lambda *_: 1 / 0)
    code, _, body = ask(server, "GET", MAPS)
    monkeypatch.undo()
    assert (code, body["message"]) == (500, "ZeroDivisionError: division by zero")
    assert [type(error) for error in server.failures] == [ZeroDivisionError]
    assert ask(server, "GET", MAPS)[0] == 200


# Who may ask


def test_each_user_has_a_path(server):
    """What she may do is decided by RBAC."""
    code, _, body = ask(server, "GET", MAPS, user="alice")
    assert (code, 'User "alice" cannot list' in body["message"]) == (403, True)


def test_the_administrator_may_speak_for_others(server):
    """Nobody else may."""
    codes = [
        ask(server, "GET", MAPS, user=user, Impersonate_User="bob")[2]["message"]
        for user in ("", "alice")
    ]
    assert 'User "bob" cannot list' in codes[0]
    assert 'User "alice" cannot impersonate' in codes[1]


def test_strangers_find_nothing(server):
    """Without the secret, or with a wrong one, nothing is there."""
    base = f"http://{server.address}"
    codes = {ask(server, "GET", path, url=base)[0] for path in ("/api", "/s/wrong/api", "/", "/s")}
    assert codes == {404}


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
def test_web_pages_are_refused(server, headers):
    """Neither another name for this address nor a page's request gets an answer."""
    assert ask(server, "GET", "/api", **headers)[0] == 403


def test_two_servers_share_nothing(cluster):
    """Each has its own port and its own secret."""
    with Server(cluster, environment=False) as one, Server(cluster, environment=False) as other:
        assert one.address != other.address
        assert one.url.rpartition("/")[2] != other.url.rpartition("/")[2]


# Bad input


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/9.9\r\n\r\n", b"505"),
        (b"GET " + b"/x" * 40_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", b"431"),
        (b"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"501"),
    ],
)
def test_malformed_http(server, data, code):
    """A Status, and the connection closes."""
    received = raw(server, data)
    assert code in received.split(b"\r\n")[0] or b'"code":' + code in received
    assert b'"kind":"Status"' in received


def post(server, headers, body=b""):
    """The first line that comes back for a POST with these headers."""
    path = urlsplit(server.url).path.encode()
    head = b"POST " + path + MAPS.encode() + b" HTTP/1.1\r\nHost: localhost\r\n"
    return raw(server, head + headers + b"\r\n" + body).split(b"\r\n")[0]


@pytest.mark.parametrize(
    ("headers", "body", "code"),
    [
        (b"Content-Length: 99999999\r\n", b"", b"413"),
        (b"Content-Length: -5\r\n", b"", b"400"),
        (b"Content-Length: 50\r\n", b"{}", b"400"),
        (b"Transfer-Encoding: chunked\r\n", b"zz\r\n", b"400"),
        (b"Transfer-Encoding: chunked\r\n", b"fffffff\r\n", b"413"),
        (b"Content-Length: 2\r\nContent-Type: text/plain\r\n", b"{}", b"415"),
        (b"Content-Length: 90000\r\n", b"[" * 90_000, b"400"),
        (b"Content-Length: 90000\r\n", b'{"a":' * 18_000, b"400"),
    ],
)
def test_bodies_that_cannot_be(server, headers, body, code):
    """Too long, too short, no number, no JSON, too deep: each is refused."""
    assert code in post(server, headers, body)


def test_a_body_in_chunks(server):
    """Arrives whole."""
    text = json.dumps(config("c", a="b")).encode()
    parts = [text[:20], text[20:]]
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    headers = b"Transfer-Encoding: chunked\r\nConnection: close\r\n"
    assert b"201" in post(server, headers + b"Content-Type: application/json\r\n", body)


@pytest.mark.parametrize("path", ["/../../etc/passwd", "/%2e%2e/x", "//api", "/api/v1/../v1/x/y"])
def test_path_tricks_lead_nowhere(server, path):
    """A path is a name of resources and nothing else."""
    assert ask(server, "GET", path)[0] in (404, 400)


# The end


def test_files_are_private_and_go(server):
    """One for each user."""
    files = [server.kubeconfig, server.kubeconfig_for("alice")]
    modes = [stat.S_IMODE(file.stat().st_mode) for file in files]
    server.close()
    assert modes == [0o600, 0o600]
    assert [file.exists() for file in files] == [False, False]


def test_the_environment_is_restored(cluster, monkeypatch):
    """KUBECONFIG is set while the server is there."""
    monkeypatch.setenv("KUBECONFIG", "/mine")
    with Server(cluster, time="frozen") as server:
        during = os.environ["KUBECONFIG"]
    assert (during, os.environ["KUBECONFIG"]) == (str(server.kubeconfig), "/mine")


def test_no_thread_is_left(cluster):
    """Whoever was connected, waited or watched."""
    before = set(threading.enumerate())
    with Server(cluster, time="live", environment=False) as server:
        idle = socket.create_connection(server.server_address)
        path = urlsplit(server.url).path
        watching = socket.create_connection(server.server_address)
        line = f"GET {path}{MAPS}?watch=true HTTP/1.1\r\nHost: localhost\r\n\r\n"
        watching.sendall(line.encode())
        assert watching.recv(12) == b"HTTP/1.1 200"
    idle.close()
    watching.close()
    assert set(threading.enumerate()) == before


def test_closing_twice_is_no_mistake(server):
    """And a closed server says so."""
    server.close()
    server.close()
    assert "closed" in repr(server)


def test_serve_prints_the_line_for_a_terminal(cluster, capsys):
    """`export KUBECONFIG=...`, to be copied."""
    with cluster.serve(time="frozen") as server:
        assert capsys.readouterr().out == f"export KUBECONFIG={server.kubeconfig}\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [({"time": "sometimes"}, "choose 'on demand', 'live', 'frozen'"), ({"speed": -1}, "above 0")],
)
def test_wrong_options_are_refused(cluster, options, message):
    """With what is allowed."""
    with pytest.raises(ValueError, match=message):
        Server(cluster, environment=False, **options)
