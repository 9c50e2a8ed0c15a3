"""curl, wget and nslookup: the modelled result in the program's own words."""

import pytest

from kubelearn.network import verdict
from kubelearn.network.lookup import NO_ANSWER, Resolved
from kubelearn.network.tls import client as tls
from kubelearn.network.tls.certificates import Authority
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.call import Call, Target
from tests.world.shell.running import Ran, script


def call(status=200, error="", body="hello\n", url="http://web/x", method="GET"):
    """A finished call that took two seconds."""
    state = {"dialled": "10.96.0.7"} if not error.startswith(verdict.NO_NAME) else {}
    return Call(1, url, method, "pod/p", 0, Target.of(url), status=status, error=error, body=body,
                finished=2 * SECOND, state=state)  # fmt: skip


@pytest.mark.parametrize(
    ("flags", "status", "out", "code"),
    [
        ("", 200, "hello\n", 0),
        ("-s", 404, "hello\n", 0),
        ("-sf", 404, "", 22),
        ("-so /dev/null -w %{http_code}", 503, "503", 0),
        ("-si", 200, "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nhello\n", 0),
        ("-w %{remote_ip}", 200, "hello\n10.96.0.7", 0),
        ("-w \\n%{time_total}", 200, "hello\n\n2.000000", 0),
    ],
)
def test_curl_answers(flags, status, out, code):
    """Body, status, headers."""
    ran = Ran(["curl", *flags.split(), "web/x"], answers=[call(status)])
    assert (out, code) == (ran.out, ran.code)
    assert ran.asked[0].url == "http://web/x"


@pytest.mark.parametrize(
    ("error", "flags", "code", "text"),
    [
        (f"{verdict.NO_NAME}: web", "", 6, "Could not resolve host: web"),
        (verdict.REFUSED, "", 7,
         "Failed to connect to web port 80 after 2000 ms: Could not connect to server"),
        (verdict.TIMED_OUT, "", 28,
         "Failed to connect to web port 80 after 2000 ms: Timeout was reached"),
        (verdict.TIMED_OUT, "-m2", 28, "Connection timed out after 2000 milliseconds"),
        (verdict.NO_ANSWER, "-m2", 28,
         "Operation timed out after 2000 milliseconds with 0 bytes received"),
        (verdict.RESET, "", 56, "Recv failure: Connection reset by peer"),
        (tls.NO_NAME, "", 35, f"TLS connect error: {tls.NO_NAME}"),
    ],
)  # fmt: skip
def test_curl_failures(error, flags, code, text):
    """Curl's own codes and texts; -s says nothing, -sS does."""
    words = ["curl", *flags.split(), "http://web/x"]
    loud, quiet, shown = (
        Ran([*words, *more], answers=[call(0, error)]) for more in ([], ["-s"], ["-sS"])
    )
    line = f"curl: ({code}) {text}\n"
    assert [(code, line), (code, ""), (code, line)] == [
        (ran.code, ran.err) for ran in (loud, quiet, shown)
    ]


@pytest.mark.parametrize("error", [tls.EXPIRED, tls.WRONG_HOST.format(host="web")])
def test_curl_tells_more_of_a_certificate(error):
    """Behind the line with code 60; nothing with -s."""
    loud, quiet = (Ran(["curl", *more, "https://web/"], answers=[call(0, error)])
                   for more in ([], ["-s"]))  # fmt: skip
    first, *more = loud.err.splitlines()
    assert (60, f"curl: (60) {error}", 5) == (loud.code, first, len(more))
    assert (quiet.code, quiet.err) == (60, "")


def test_curl_shows_what_a_proxy_has_added():
    """With -i, as where a redirect leads."""
    moved = call(308, body="")
    moved.found(response={"location": "https://web/"})
    ran = Ran(["curl", "-i", "http://web/"], answers=[moved])
    assert "HTTP/1.1 308 Permanent Redirect\r\n" in ran.out
    assert "\r\nlocation: https://web/\r\n\r\n" in ran.out


def test_curl_takes_addresses_and_authorities():
    """Of two addresses the first; a file that was written before."""
    ca = Authority("Shop CA").certificate
    text = f"echo '{ca}' > ca.pem; curl --resolve +web:443:10.0.0.5,10.0.0.6 --cacert ca.pem"
    asked = script(f"{text} https://web/", answers=[call()]).asked[0]
    assert asked.options["resolve"] == {"web:443": "10.0.0.5"}
    assert ca == asked.options["cacert"].strip() + "\n"
    insecure = Ran(["curl", "-k", "--cacert", "none", "https://web/"], answers=[call()]).asked[0]
    assert insecure.options == {"insecure": True, "resolve": {}}


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        ("--resolve web:443:worker-1", 49, "parse CURLOPT_RESOLVE entry 'web:443:worker-1'"),
        ("--resolve web:10.0.0.5", 49, "parse CURLOPT_RESOLVE entry 'web:10.0.0.5'"),
        ("--cacert none", 77, "error adding trust anchors from file: none"),
        ("--cacert /data/numbers", 77, "error adding trust anchors from file: /data/numbers"),
    ],
)
def test_what_curl_cannot_use(words, code, text):
    """Nothing is sent; -s says nothing."""
    ran = Ran(["curl", *words.split(), "https://web/"])
    quiet = Ran(["curl", "-s", *words.split(), "https://web/"])
    assert (code, True, []) == (ran.code, ran.err.endswith(f"{text}\n"), ran.asked)
    assert (code, "") == (quiet.code, quiet.err)


def test_curl_sends_what_its_flags_say():
    """Method, headers, patience."""
    words = [
        "curl",
        "-X",
        "PUT",
        "-d",
        "a=1",
        "-H",
        "End-User:jason",
        "--max-time",
        "1.5",
        "http://web/x",
    ]
    asked = Ran(words, answers=[call()]).asked[0]
    found = (asked.method, asked.headers["end-user"], asked.timeout)
    assert found == ("PUT", "jason", 1_500_000_000)


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        ("curl", 2, "no URL specified"),
        ("curl --nosuch web", 2, "option --nosuch: is unknown"),
        ("curl web -m", 2, "option -m: requires parameter"),
        ("curl -m nan web", 2, "expected a proper numerical parameter"),
        ("curl ftp://web", 3, "URL rejected"),
        ("wget --nosuch web", 1, "unrecognized option: nosuch"),
        ("wget", 1, "Usage: wget"),
        ("nslookup", 1, "usage: nslookup"),
    ],
)
def test_wrong_words(words, code, text):
    """Nothing is sent."""
    ran = Ran(words.split())
    assert (code, True, []) == (ran.code, text in ran.err, ran.asked)


@pytest.mark.parametrize(
    ("status", "error", "text"),
    [
        (404, "", "server returned error: HTTP/1.1 404 Not Found"),
        (0, f"{verdict.NO_NAME}: web", "bad address 'web'"),
        (0, verdict.REFUSED, "can't connect to remote host (10.96.0.7): Connection refused"),
        (0, verdict.NO_ROUTE, "can't connect to remote host (10.96.0.7): Host is unreachable"),
        (0, verdict.NO_ANSWER, "download timed out"),
    ],
)
def test_wget_failures(status, error, text):
    """BusyBox's words."""
    ran = Ran(["wget", "-qO-", "http://web/x"], answers=[call(status, error)])
    assert (1, f"wget: {text}\n") == (ran.code, ran.err)


def test_wget_answers():
    """To standard output, or into a file of this session."""
    shown = Ran(["wget", "-O", "-", "http://web/x"], answers=[call()])
    assert shown.out == "hello\n"
    assert shown.err == "Connecting to web:80 (10.96.0.7:80)\nwriting to stdout\n"
    kept = Ran(["sh", "-c", "wget -q http://web/x; cat x"], answers=[call()])
    assert kept.out == "hello\n"


def test_wget_checks_no_certificate():
    """BusyBox says so, unless it was told not to check."""
    words = ["wget", "-qO-", "https://web/x"]
    told = Ran(words, answers=[call()])
    assert told.err == "wget: note: TLS certificate validation not implemented\n"
    assert told.asked[0].options == {"insecure": True}
    assert Ran([*words, "--no-check-certificate"], answers=[call()]).err == ""


def test_nslookup():
    """Found, not there, and nobody answers."""
    found = Resolved("10.96.0.10", "web.default.svc.cluster.local", ("10.96.0.7",))
    ran = Ran(["nslookup", "web"], answers=[found])
    assert "Name:\tweb.default.svc.cluster.local\nAddress: 10.96.0.7\n" in ran.out
    missing = Ran(["nslookup", "x"], answers=[Resolved("10.96.0.10", "x", problem="NXDOMAIN")])
    assert (missing.code, "** server can't find x: NXDOMAIN\n" in missing.out) == (1, True)
    silent = Ran(["nslookup", "x"], answers=[Resolved("10.96.0.10", "x", problem=NO_ANSWER)])
    assert (silent.code, "no servers could be reached" in silent.out) == (1, True)
