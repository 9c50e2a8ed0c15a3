"""The rules in a real kernel: loaded in a network namespace of their own, packets counted.

Needs root, unshare, and iptables or nft on the PATH; skipped elsewhere.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.network.exposed import change, exposed
from tests.network.proxy_modes.test_ipvs import switched

CONNECTIONS = 3000
CONNECT = f"""
import socket, sys
for _ in range({CONNECTIONS}):
    with socket.socket() as one:
        one.setblocking(False)
        one.connect_ex((sys.argv[1], 80))
"""
SCRIPT = """
set -e
ip link set lo up; ip addr add 10.0.0.1/24 dev lo; ip route add default dev lo
"$RESTORE"
"$PYTHON" -c "$CONNECT" "$ADDRESS"
"$TABLES" -t nat -nvxL
"""


def tool(*names):
    """The first of these programs that is there; the test is skipped without."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None or os.geteuid() or shutil.which("unshare") is None:
        pytest.skip(f"needs root, unshare and one of {', '.join(names)}")
    return found


def in_namespace(*command, given="", **variables):
    """What a command prints in a network of its own."""
    made = subprocess.run(
        ["unshare", "-n", *command], input=given, text=True, capture_output=True, check=False,
        env={**os.environ, **variables},
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return made.stdout


def test_a_kernel_spreads_connections_over_the_endpoints():
    """Each gets its share of them, within five standard deviations."""
    restore = tool("iptables-legacy-restore", "iptables-restore")
    cluster = exposed()
    cluster.scale("deployment/web", 4)
    cluster.run("60s")
    hooked = ":OUTPUT ACCEPT [0:0]\n-A OUTPUT -j KUBE-SERVICES\n"
    rules = cluster.rules("service/web", "worker-1").replace("COMMIT\n", f"{hooked}COMMIT\n")
    text = in_namespace(
        "sh", "-c", SCRIPT, given=rules, RESTORE=restore, CONNECT=CONNECT, PYTHON=sys.executable,
        TABLES=restore.replace("-restore", ""),
        ADDRESS=cluster.object("service/web")["spec"]["clusterIP"],
    )  # fmt: skip
    counts = [int(count) for count in re.findall(r"^ *(\d+) .* DNAT ", text, re.MULTILINE)]
    total = sum(counts)
    assert len(counts) == 4
    assert total > CONNECTIONS / 2
    assert all(abs(count - total / 4) < 5 * (total * 3 / 16) ** 0.5 for count in counts)


def test_a_kernel_takes_the_rules_of_policy_local_and_affinity():
    """All chains, with external addresses."""
    restore = tool("iptables-legacy-restore", "iptables-restore")
    options = {"sessionAffinity": "ClientIP", "externalTrafficPolicy": "Local"}
    cluster = change(exposed(), externalIPs=["192.0.2.1"], **options)
    for node in ("worker-1", "worker-3"):
        in_namespace(restore, given=cluster.rules("service/web", node))
    cluster.scale("deployment/web", 0)
    cluster.run("60s")
    in_namespace(restore, given=cluster.rules("service/web", "worker-1"))


@pytest.mark.parametrize("policy", ["Cluster", "Local"])
def test_nft_takes_the_table(policy):
    """In mode nftables, with and without local endpoints."""
    nft = tool("nft")
    cluster = change(switched("nftables"), externalTrafficPolicy=policy)
    for node in ("worker-1", "worker-3"):
        in_namespace(nft, "-c", "-f", "-", given=cluster.rules("service/web", node))
