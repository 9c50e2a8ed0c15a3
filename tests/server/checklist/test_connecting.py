"""The checklist, third part: into pods."""

import os
import pty
import re
import select
import subprocess
import time
import urllib.error
import urllib.request

import pytest


def test_exec(kubectl):
    """Both streams and the exit code."""
    done = kubectl.run("exec", "deploy/web", "--", "sh", "-c", "echo a; echo b >&2; exit 3")
    assert (done.stdout, done.returncode) == ("a\n", 3)
    assert done.stderr == "b\ncommand terminated with exit code 3\n"
    missing = kubectl.run("exec", "deploy/web", "--", "nosuch")
    assert 'exec: "nosuch": executable file not found in $PATH' in missing.stderr


def test_exec_shows_the_pods_own_view(cluster, kubectl):
    """Environment, names, addresses, requests."""
    name = cluster.api.list("pods", "default", "app=web")[0]["metadata"]["name"]
    address = cluster.object("service/web")["spec"]["clusterIP"]
    words = ["exec", name, "--"]
    assert f"WEB_SERVICE_HOST={address}" in kubectl.text(*words, "env")
    assert kubectl.text(*words, "hostname") == f"{name}\n"
    assert f"Address: {address}" in kubectl.text(*words, "nslookup", "web")
    assert "answers GET /" in kubectl.text(*words, "curl", "-s", "http://web/")
    assert "answers GET /" in kubectl.text(*words, "wget", "-qO-", "web.default")


def test_exec_with_input(kubectl):
    """A shell that reads lines; cat that gives them back."""
    done = kubectl.run("exec", "-i", "deploy/web", "--", "sh", stdin="x=6\necho $((x*7))\nexit 5\n")
    assert (done.stdout, done.returncode) == ("42\n", 5)
    assert kubectl.run("exec", "-i", "db-0", "--", "cat", stdin="a\nb").stdout == "a\nb"


def test_exec_where_nothing_runs(kubectl):
    """A container that does not exist, one that has ended."""
    kubectl.text("run", "done", "--image=busybox", "--restart=Never", "--", "true")
    kubectl.text("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/done", "--timeout=60s")
    assert (
        "completed pod; current phase is Succeeded"
        in kubectl.run("exec", "done", "--", "ls").stderr
    )


def test_debug(kubectl):
    """A container that joins the pod, and a copy of the pod."""
    words = ["debug", "-i", "db-0", "--image=busybox", "--container=look", "--", "sh"]
    assert kubectl.run(*words, stdin="hostname\nexit\n").stdout == "db-0\n"
    kubectl.text("debug", "db-0", "--image=busybox", "--copy-to=copy", "--", "sleep", "5")
    names = "jsonpath={.spec.containers[*].image}"
    assert kubectl.text("get", "pod", "copy", "-o", names) == "redis:7 busybox"


class Terminal:
    """A program at a terminal."""

    def __init__(self, kubectl, *words):
        self.master, slave = pty.openpty()
        self.process = kubectl.start(*words, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        self.text = ""

    def wait_for(self, pattern):
        """Read until the screen shows a pattern."""
        end = time.monotonic() + 20
        while not re.search(pattern, self.text):
            assert time.monotonic() < end, self.text
            if select.select([self.master], [], [], 0.1)[0]:
                self.text += os.read(self.master, 4096).decode()
        self.text = ""

    def type(self, text):
        """Type keys."""
        os.write(self.master, text.encode())


def test_a_terminal(kubectl):
    """Echo, Backspace, Ctrl-C, Ctrl-D."""
    screen = Terminal(kubectl, "exec", "-it", "db-0", "--", "sh")
    screen.wait_for(r"/ # $")
    screen.type("hostx\x7fname\r")
    screen.wait_for(r"db-0\r\n/ # $")
    screen.type("sleep 100000\r")
    screen.wait_for(r"sleep 100000\r\n")
    screen.type("\x03")
    screen.wait_for(r"\^C\r\n/ # $")
    screen.type("echo $?\r")
    screen.wait_for(r"130\r\n/ # $")
    screen.type("\x04")
    assert screen.process.wait(20) == 0
    os.close(screen.master)


def test_attach(kubectl):
    """What a container prints from now on."""
    script = "i=0; while true; do echo line $i; i=$((i+1)); sleep 1; done"
    kubectl.text("run", "counter", "--image=busybox", "--", "sh", "-c", script)
    kubectl.text("wait", "--for=condition=Ready", "pod/counter", "--timeout=60s")
    for words in (["attach", "counter"], ["logs", "-f", "counter", "--tail=1"]):
        process = kubectl.start(*words)
        found = [process.stdout.readline().split() for _ in range(3)]
        process.terminate()
        process.communicate()
        numbers = [int(words[1]) for words in found]
        assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_attach_to_a_container_that_does_not_read(kubectl):
    """It is heard all the same; it has no terminal, and what is typed is lost."""
    script = "while true; do echo tick; sleep 1; done"
    kubectl.text("run", "ticker", "--image=busybox", "--", "sh", "-c", script)
    kubectl.text("wait", "--for=condition=Ready", "pod/ticker", "--timeout=60s")
    process = kubectl.start("attach", "ticker", "-it")
    process.stdin.write("exit\n\x03")
    process.stdin.flush()
    assert {process.stdout.readline() for _ in range(10)} == {"tick\n"}
    process.terminate()
    _, told = process.communicate()
    assert "error: Unable to use a TTY - container ticker did not allocate one\n" in told
    assert process.returncode < 0  # it would have gone on


@pytest.mark.parametrize("what", ["deploy/web", "svc/web"])
def test_port_forward(kubectl, what):
    """A port of this machine that leads through a pod."""
    process = kubectl.start("port-forward", what, ":80")
    port = re.search(r"127.0.0.1:(\d+)", process.stdout.readline())[1]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/index.html", timeout=20) as answer:
        assert b"answers GET /index.html" in answer.read()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/nosuch", timeout=20)
    done = subprocess.run(
        ["curl", "-s", f"http://127.0.0.1:{port}/"], capture_output=True, timeout=20
    )
    process.terminate()
    process.communicate()
    assert b"answers GET /" in done.stdout


def test_port_forward_where_nobody_listens(kubectl):
    """The container runtime's words."""
    process = kubectl.start("port-forward", "deploy/web", ":81")
    port = re.search(r"127.0.0.1:(\d+)", process.stdout.readline())[1]
    with pytest.raises(OSError, match=r"closed|reset|refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20)
    _, complaint = process.communicate(timeout=20)
    assert "127.0.0.1:81: connect: connection refused" in complaint
