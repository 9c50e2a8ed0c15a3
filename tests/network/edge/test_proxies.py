"""The edge in forks and replays."""

from tests.network.edge.entry import ask, edge, ingress, path


def test_a_fork_reads_its_own_objects_and_turns():
    """What happens in one world does not move the other's turns."""
    one = edge("ingress-nginx")
    ingress(one, "all", path("shop"))
    ask(one, "http://x")
    two = one.fork()
    first, other = ask(one, "http://x").body, ask(two, "http://x").body
    assert first == other
    ingress(two, "all", path("cart"))
    bodies = [ask(world, "http://x").body.partition("-")[0] for world in (one, two)]
    assert bodies == ["shop", "cart"]


def test_a_replay_gives_the_same_history():
    """Turns and draws of the edge are part of it."""
    one, two = edge("ingress-nginx"), edge("ingress-nginx")
    for world in (one, two):
        ingress(world, "all", path("shop"), affinity="cookie")
        ask(world, "http://x")
        world.run("5s")
    assert one.fingerprint() == two.fingerprint()
    time = one.time
    one.run("5s")
    one.rewind(time)
    assert one.fingerprint() == two.fingerprint()
