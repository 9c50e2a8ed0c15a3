"""Runs programs of the toy shell without any cluster."""

from kubelearn.sim.clock import SECOND
from kubelearn.world.shell import PROGRAMS, Inside, Process
from kubelearn.world.shell.effects import Ask, Err, Lookup, Now, Out, Read, Sleep

FILES = {"/etc/hostname": "web-0\n", "/etc/config/color": "red\n", "/data/numbers": "1\n2\n3\n"}


class Ran:
    """What a program printed, how it ended, and what else it asked for."""

    def __init__(self, argv, stdin="", answers=()):
        self.out, self.err, self.slept, self.asked = "", "", 0, []
        lines, answers = stdin.splitlines(keepends=True)[::-1], list(answers)
        variables = {"HOME": "/root", "COLOR": "blue"}
        inside = Inside("web-0", variables, lambda: FILES, PROGRAMS)
        run = PROGRAMS[argv[0]](Process(tuple(argv), inside, dict(variables)))
        answer = None
        try:
            while True:
                effect = run.send(answer)
                answer = None
                match effect:
                    case Out(text):
                        self.out += text
                    case Err(text):
                        self.err += text
                    case Sleep(time):
                        self.slept += time // SECOND
                    case Read():
                        answer = lines.pop() if lines else None
                    case Now():
                        answer = 5 * SECOND
                    case Ask() | Lookup():
                        self.asked.append(effect)
                        answer = answers.pop(0)
        except StopIteration as end:
            self.code = end.value


def script(text, **options):
    """A script that has run."""
    return Ran(["sh", "-c", text], **options)
