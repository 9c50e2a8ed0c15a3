"""Outlier detection: who goes out, for how long, and who may not."""

from kubelearn.balancing.outlier import OutlierDetector, OutlierSettings, success_threshold


def detector(hosts=3, **settings):
    """A detector that may eject two of three."""
    given = {"max_ejection_percent": 67, **settings}
    names = tuple("abcdefghij"[:hosts])
    return OutlierDetector.of(OutlierSettings(**given), names)


def fail(watch, host="a", times=5, now=0, status=503):
    """So many failures in a row."""
    for _ in range(times):
        watch.result(host, status, now)


def test_five_failures_in_a_row_eject_at_once():
    """A success in between begins anew."""
    watch = detector()
    fail(watch, times=4)
    watch.result("a", 200, 0)
    fail(watch, times=4)
    assert watch.ejected() == []
    fail(watch, times=1)
    assert watch.ejected() == ["a"]


def test_ten_percent_of_three_hosts_is_nobody():
    """The default: with fewer than ten hosts nobody is ever ejected, but for one setting."""
    watch = detector(max_ejection_percent=10)
    fail(watch)
    assert watch.ejected() == []
    lenient = detector(max_ejection_percent=10, always_eject_one_host=True)
    fail(lenient)
    fail(lenient, "b")
    assert lenient.ejected() == ["a"]


def test_each_ejection_in_a_row_lasts_longer():
    """30 s, then 60 s; it ends with an interval, and a good interval takes one off."""
    watch = detector()
    fail(watch)
    assert watch.tick(20_000) == []
    assert watch.tick(30_000) == ["a"]
    fail(watch, now=30_000)
    assert watch.tick(80_000) == []
    assert watch.tick(90_000) == ["a"]
    watch.tick(100_000)
    fail(watch, now=100_000)
    assert watch.hosts["a"].times == 2


def test_the_count_of_ejections_stops_where_the_longest_time_begins():
    """So a host that was long ill is not held for ages later: 30 s at most 60 s is thrice."""
    watch, now = detector(max_ejection_time=60_000), 0
    for _ in range(6):
        fail(watch, now=now)
        now += 60_000
        watch.tick(now)
    assert watch.hosts["a"].times == 3


def test_who_goes_out_by_its_successes_still_counts_for_the_share_of_failures():
    """Both are judged by the same five hosts."""
    watch = detector(
        5, consecutive_5xx=1000, max_ejection_percent=100, enforcing_failure_percentage=100,
        failure_percentage_threshold=20, success_rate_stdev_factor=1.5,
    )  # fmt: skip
    for host, failures in zip("abcde", (0, 0, 0, 30, 100), strict=True):
        fail(watch, host, 100 - failures, status=200)
        fail(watch, host, failures)
    watch.tick(10_000)
    assert [(one.host, one.reason) for one in watch.ejections] == [
        ("e", "success_rate"), ("d", "failure_percentage")]  # fmt: skip


def test_the_share_of_failures_counts_when_it_is_asked_for():
    """85 % of at least 50 requests; by default it only watches."""
    for enforced, out in ((0, []), (100, ["e"])):
        watch = detector(
            5, consecutive_5xx=1000, success_rate_minimum_hosts=99,
            max_ejection_percent=100, enforcing_failure_percentage=enforced,
        )  # fmt: skip
        for host in "abcd":
            fail(watch, host, 60, status=200)
        fail(watch, "e", 60)
        watch.tick(10_000)
        assert watch.ejected() == out


def test_a_host_stands_out_below_the_mean_less_19_tenths_of_the_deviation():
    """Four at 100 and one at 50: mean 90, deviation 20."""
    assert success_threshold([100, 100, 100, 100, 50]) == 90 - 1.9 * 20


def test_a_fork_counts_by_itself():
    """What one side sees does not eject on the other."""
    watch = detector()
    fail(watch, times=4)
    twin = watch.fork()
    fail(twin, times=1)
    assert (watch.ejected(), twin.ejected()) == ([], ["a"])
