"""The same script gives the same log, on any string hash."""

import subprocess
import sys

SCRIPT = """
from tests.world.worlds import web_cluster
cluster = web_cluster()
pod = cluster.api.list("pods", "default")[0]["metadata"]["name"]
cluster.request("http://web/", client=f"pod/{pod}")
cluster.fail.zone("us-west-2b")
cluster.run("400s")
cluster.heal.zone("us-west-2b")
cluster.scale("deployment/web", 6)
cluster.run("120s")
print(cluster.fingerprint())
"""


def fingerprint_with(hash_seed):
    """The hash that a process of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={"PYTHONHASHSEED": hash_seed, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_two_hash_seeds_give_one_history():
    """Sets and dicts of strings decide nothing."""
    assert fingerprint_with("1") == fingerprint_with("4242") != ""


def test_another_seed_gives_another_history():
    """The fingerprint is no constant."""
    from tests.world.worlds import web_cluster

    assert web_cluster(seed=1).fingerprint() != web_cluster(seed=2).fingerprint()
