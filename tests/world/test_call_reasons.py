"""why(call)."""

from kubelearn.traffic.call import Call, Target
from kubelearn.world.call_reasons import explain_call
from tests.world.worlds import web_cluster


def test_the_hops_in_their_order():
    """Each with its place, its time and what it decided; the headline is the call's own."""
    cluster = web_cluster()
    name = cluster.api.list("pods", "default")[0]["metadata"]["name"]
    call = cluster.request("http://web/", client=f"pod/{name}")
    found = cluster.why(call)
    assert found.subject == str(call).splitlines()[0]
    assert [reason.text for reason in found.reasons] == [step.decision for step in call.trace]
    assert found.reasons[0].by == f"resolver of pod/{name}"


def test_flags_are_told_once_in_words():
    """What they mean, and what to look at."""
    call = Call(1, "http://web/", "GET", "pod/a", 0, Target.of("http://web/"), finished=5)
    for flags in ("UF", "URX,UF", "XX"):
        call.saw(1, "outbound", "a", "says", flags=flags)
    texts = [reason.text for reason in explain_call(call).reasons if reason.by == "envoy"]
    assert [text[:3] for text in texts] == ["UF:", "UF:", "URX", "URX"]
    assert texts[1].startswith("UF: look at whether the program listens")
