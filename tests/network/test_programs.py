"""Who works, and what that uses."""

from kubelearn.network.programs import cpu_limit, program_of
from kubelearn.sim.clock import MILLISECOND, SECOND
from tests.network.small import shop


def pod(cluster, name="back"):
    """A pod of the shop."""
    return cluster.object(f"pod/{name}")


def test_work_is_used_cpu():
    """No more than the time that has passed allows."""
    cluster = shop()
    programs, back = cluster.parts["programs"], pod(cluster)
    done = programs.give(back, 0, 300 * MILLISECOND)
    assert done == cluster.clock.now + 300 * MILLISECOND
    cluster.run("0.1s")
    assert programs.usage(back)[0].cpu == 100 * MILLISECOND
    cluster.run("1s")
    assert programs.usage(back)[0].cpu == 300 * MILLISECOND


def test_a_program_that_nobody_asks_uses_none():
    """But it has its memory."""
    cluster = shop()
    [usage] = cluster.parts["programs"].usage(pod(cluster))
    assert (usage.cpu, usage.memory > 0) == (0, True)


def test_another_run_begins_with_an_empty_queue():
    """What was waiting went with the program."""
    cluster = shop()
    programs, back = cluster.parts["programs"], pod(cluster)
    programs.give(back, 0, 100 * SECOND)
    before = program_of(back)
    cluster.fail.pod("back")
    cluster.run("30s")
    again = pod(cluster)
    assert program_of(again) != before
    assert programs.give(again, 0, SECOND) == cluster.clock.now + SECOND


def test_a_request_tells_how_long_it_waited():
    """In the trace."""
    cluster = shop()
    cluster.parts["programs"].give(pod(cluster), 0, 2 * SECOND)
    call = cluster.request("http://back:9080/", client="pod/client")
    assert call.latency > 1.9
    assert "ms of waiting in its queue or for its CPU limit" in str(call)


def test_limits_of_containers_and_of_pods():
    """In thousandths of a core; 0 without any."""
    container = {"name": "a", "resources": {"limits": {"cpu": "250m"}}}
    spec = {"containers": [container, {"name": "b"}]}
    whole = {**spec, "resources": {"limits": {"cpu": "1"}}}
    found = [cpu_limit({"spec": each}, index) for each in (spec, whole) for index in (0, 1)]
    assert found == [250, 0, 250, 1000]
