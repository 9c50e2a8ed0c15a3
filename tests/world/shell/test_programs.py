"""The programs of the toy shell by themselves."""

import pytest

from tests.world.shell.running import Ran, script


@pytest.mark.parametrize(
    ("argv", "out"),
    [
        (["echo", "-n", "a"], "a"),
        (["echo", "-e", r"a\tb"], "a\tb\n"),
        (["printf", r"%s=%d\n", "a", "1", "b", "2"], "a=1\nb=2\n"),
        (["printf", "%5s|%-5s|", "a", "b"], "    a|b    |"),
        (["cat", "/etc/hostname"], "web-0\n"),
        (["head", "-n", "2", "/data/numbers"], "1\n2\n"),
        (["tail", "-1", "/data/numbers"], "3\n"),
        (["wc", "-l", "/data/numbers"], "3 /data/numbers\n"),
        (["grep", "-v", "2", "/data/numbers"], "1\n3\n"),
        (["seq", "2", "4"], "2\n3\n4\n"),
        (["env"], "HOME=/root\nCOLOR=blue\n"),
        (["printenv", "COLOR"], "blue\n"),
        (["hostname"], "web-0\n"),
        (["date"], "Thu Jan  1 00:00:05 UTC 2026\n"),
        (["date", "+%s %H:%M:%S"], "1767225605 00:00:05\n"),
        (["whoami"], "root\n"),
        (["uname", "-sn"], "Linux web-0\n"),
        (["ls", "/etc"], "config\nhostname\n"),
    ],
)
def test_what_programs_print(argv, out):
    """And they end well."""
    ran = Ran(argv)
    assert (out, "", 0) == (ran.out, ran.err, ran.code)


@pytest.mark.parametrize(
    ("argv", "err", "code"),
    [
        (["cat", "/nosuch"], "cat: /nosuch: No such file or directory\n", 1),
        (["cat", "/etc/config"], "cat: /etc/config: is a directory\n", 1),
        (["ls", "/nosuch"], "ls: /nosuch: No such file or directory\n", 1),
        (["sleep", "x"], "sleep: invalid number 'x'\n", 1),
        (["[", "a"], "[: missing ]\n", 2),
        (["test", "a", "-lt", "b"], "test: a -lt b: unknown operand\n", 2),
        (["grep", "a.*b"], "grep: patterns are not modelled here: give a plain text, or -F\n", 2),
    ],
)
def test_complaints(argv, err, code):
    """Go to the other stream."""
    ran = Ran(argv)
    assert (err, "", code) == (ran.err, ran.out, ran.code)


def test_sleep_takes_its_time():
    """Seconds, minutes, several."""
    assert script("sleep 5; sleep 1m 30").slept == 95


@pytest.mark.parametrize(
    ("words", "code"),
    [("-n a", 0), ("-z a", 1), ("a = a", 0), ("a != a", 1), ("2 -ge 2", 0), ("! -e /x", 0),
     ("-f /etc/hostname", 0), ("-d /etc", 0), ("-s /dev/null", 1), ("", 1)],
)  # fmt: skip
def test_conditions(words, code):
    """Both names of `test`."""
    assert [code, code] == [script(f"test {words}").code, script(f"[ {words} ]").code]
