"""The toy shell runs scripts as POSIX says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.world.shell.running import Ran, script


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("echo a b  c", "a b c\n"),
        ("echo 'a  b' \"$COLOR  x\"", "a  b blue  x\n"),
        ("echo $COLOR-${COLOR}-${NONE:-none}-'$COLOR'", "blue-blue-none-$COLOR\n"),
        ("A=1; B=$A$A; echo $B", "11\n"),
        ('echo $(echo a; echo b) "$(echo c)" `echo d`', "a b c d\n"),
        ("i=2; echo $((i*3+1)) $((7/2)) $((-7/2)) $((7%4)) $((i<3))", "7 3 -3 3 1\n"),
        ("true && echo yes || echo no", "yes\n"),
        ("false && echo yes || echo no", "no\n"),
        ("! true; echo $?; ! false; echo $?", "1\n0\n"),
        ("for x in a b; do echo $x; done", "a\nb\n"),
        ("i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo $i; done", "1\n2\n3\n"),
        ("i=0; until [ $i -eq 2 ]; do i=$((i+1)); done; echo $i", "2\n"),
        (
            "for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done",
            "1\n3\n",
        ),
        ("if false; then echo a; elif true; then echo b; else echo c; fi", "b\n"),
        ("if false; then echo a; else echo c; fi", "c\n"),
        ("{ echo a; echo b; } | wc -l", "2\n"),
        ("echo red | grep e | cat", "red\n"),
        ("cat /etc/hostname | while read x; do echo got $x; done", "got web-0\n"),
        ("echo a > /tmp/f; echo b >> /tmp/f; cat /tmp/f", "a\nb\n"),
        ("echo gone > /dev/null; echo kept", "kept\n"),
        ("nosuch 2>&1 | cat", "sh: nosuch: not found\n"),
        ("cat < /etc/config/color", "red\n"),
        ("cd /etc/config; pwd; ls; cat color", "/etc/config\ncolor\nred\n"),
        ("nosuch > /dev/null 2>&1; echo $?", "127\n"),
        ("nosuch 2>&1 > /dev/null", "sh: nosuch: not found\n"),
        ("(cd /etc; x=1; pwd; exit 3); echo $? $(pwd) $x.", "/etc\n3 / .\n"),
        ("x=1 printenv x; echo .$x", "1\n.\n"),
        ("echo a # b\necho c", "a\nc\n"),
        ("echo a \\\n b", "a b\n"),
        ("echo $# $1 $0", "0 sh\n"),
        ("export X=5; sh -c 'echo $X'", "5\n"),
    ],
)
def test_scripts(text, out):
    """What each prints."""
    assert out == script(text).out


@pytest.mark.parametrize(
    ("text", "code"),
    [("exit 3; echo no", 3), ("false", 1), ("nosuch", 127), ("exit", 0), ("false; exit", 1),
     ("test -f /nosuch", 1), ("exec false; echo no", 1), ("true | false", 1)],
)  # fmt: skip
def test_exit_codes(text, code):
    """That of the last command, or of `exit`."""
    ran = script(text)
    assert (code, "") == (ran.code, ran.out)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("echo 'a", "unterminated quoted string"),
        ("if true; then echo", "unexpected end of file"),
        ("case x in esac", '"case" is not modelled in this shell'),
        ("sleep 1 &", '"&" is not modelled in this shell'),
        ("cat << EOF", '"<<" is not modelled in this shell'),
        ("| echo", 'unexpected "|"'),
        ("echo $((2**3))", "arithmetic syntax error"),
        ("echo $((__import__('os')))", "arithmetic syntax error"),
        ("(" * 200, "nested too deeply"),
    ],
)
def test_scripts_that_cannot_be_read(text, problem):
    """Are refused whole, with 2."""
    ran = script(text)
    assert (ran.code, problem in ran.err) == (2, True), ran.err


def test_substitutions_have_a_depth():
    """The innermost ones are refused, those around them print nothing."""
    ran = script("echo $(" * 50 + ")" * 50)
    assert (ran.out, ran.err) == ("\n", "sh: syntax error: nested too deeply\n")


def test_lines_of_standard_input():
    """A shell without a script reads them one by one, and what runs in it reads on."""
    ran = Ran(["sh"], stdin="read x\nhello\necho got $x\nexit 4\necho no\n")
    assert (ran.out, ran.code) == ("got hello\n", 4)


def test_parameters():
    """The words behind a script."""
    assert Ran(["sh", "-c", "echo $1 $2 $# $0", "a", "b", "c"]).out == "b c 2 a\n"


def test_a_variable_cannot_grow_without_end():
    """A mebibyte is the most."""
    doubling = "x=ab; for i in $(seq 30); do x=$x$x; done; echo $x | wc -c"
    assert int(script(doubling).out) <= 2**20 + 1


@given(st.text(alphabet="abc $(){}'\"\\;|&<>=\n!`#ifdofn ", max_size=40))
def test_any_text_ends(text):
    """With an exit code, whatever it is."""
    assert 0 <= script(text).code < 256
