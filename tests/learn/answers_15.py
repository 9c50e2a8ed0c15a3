"""Other right answers and typical wrong ones to the exercises of lesson 15."""

from kubelearn.learn.answers.nb15 import KNOWN, OPEN, STAFF
from kubelearn.learn.feedback import NEARLY, WRONG

ALSO_RIGHT = {
    "admins-only": lambda s: s.replace("hasRole('ADMIN')", "hasAuthority('ROLE_ADMIN')"),
    "no-eureka": lambda s: s.replace("http://orders", "http://orders.default.svc.cluster.local"),
    "hurried-eureka": lambda s: s.replace("ttl: 5s", "enabled: false").replace(
        "in-seconds: 5\n", "in-seconds: 3\n"
    ),
}
"""For each exercise another answer that works."""

SPOILT = {
    "admins-only": {
        lambda s: s.replace("    " + STAFF, "").replace(
            "    " + KNOWN, "    " + KNOWN + "    " + STAFF
        ): NEARLY,
        lambda s: s.replace("    " + OPEN, ""): NEARLY,
        lambda s: s.replace("hasRole('ADMIN')", "hasAuthority('ADMIN')"): NEARLY,
        lambda s: s.replace("Path=", "Pth="): WRONG,
    },
    "no-eureka": {
        lambda s: s.replace("http://orders", "lb://orders"): NEARLY,
        lambda s: s.replace("http://orders", "http://order"): WRONG,
    },
    "hurried-eureka": {
        lambda s: s.replace("duration-in-seconds: 10", "duration-in-seconds: 90"): NEARLY,
        lambda s: s.replace("timer-in-ms: 5000", "timer-in-ms: 100000"): NEARLY,
        lambda s: s.replace("lb://orders", "http://orders"): NEARLY,
    },
}
"""For each exercise: how the solution is spoilt → what the learner hears."""
