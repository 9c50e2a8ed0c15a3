"""Other right answers and typical wrong ones to the exercises of lessons 11 and 12."""

from kubelearn.learn.answers.nb11 import BACK, DOING, LABEL, RESTARTS
from kubelearn.learn.answers.nb12 import JASON, ROUTE
from kubelearn.learn.feedback import NEARLY, WRONG
from kubelearn.learn.traffic_checks import CANARY

NEW, OLD = "{host: catalog, subset: v2}", "{host: catalog, subset: v1}"
HALF_INSIDE = DOING + LABEL + RESTARTS.partition("\n")[0] + "\n"
ALL_AT_ONCE = """\
    cluster.kubectl("delete pods -l app=front --wait=false")
    cluster.kubectl("delete pods -l app=catalog --wait=false")
"""
BY_POD_LABEL = """\
    told = {"spec": {"template": {"metadata": {"labels": {"sidecar.istio.io/inject": "true"}}}}}
    cluster.patch("deployment/front", told)
    cluster.patch("deployment/catalog", told)
"""
UNLABEL = '    cluster.kubectl("label namespace default istio-injection-")\n'
NO_WEBHOOK = '    cluster.kubectl("delete mutatingwebhookconfiguration istio-sidecar-injector")\n'
AGAIN = '    cluster.kubectl("rollout restart deployment/catalog")\n'
ZERO = "    cluster.apply(" + repr(CANARY.replace("90", "100").replace("10}", "0}")) + ")\n"

ALSO_RIGHT = {
    "move-in": lambda s: DOING + BY_POD_LABEL,
    "no-pilot": lambda s: s.replace("replicas=1", "replicas=2"),
    "ten-percent": lambda s: s.replace("weight: 90", "weight: 9").replace("10}", "1}"),
    "take-back": lambda s: DOING + ZERO,
    "jason-only": lambda s: s.replace("exact", "prefix"),
}
"""For each exercise another answer that works."""

SPOILT = {
    "move-in": {
        lambda s: DOING + LABEL: WRONG,
        lambda s: HALF_INSIDE: NEARLY,
        lambda s: DOING + LABEL + ALL_AT_ONCE: WRONG,
    },
    "no-pilot": {
        lambda s: DOING + UNLABEL: NEARLY,
        lambda s: DOING + NO_WEBHOOK: NEARLY,
        lambda s: DOING + AGAIN: WRONG,
        lambda s: s.replace(BACK, AGAIN): WRONG,
    },
    "ten-percent": {
        lambda s: s.replace("90", "50").replace("10}", "50}"): NEARLY,
        lambda s: s.replace("v1}, weight: 90", "v1}, weight: 10").replace(
            "v2}, weight: 10", "v2}, weight: 90"
        ): NEARLY,
        lambda s: s.partition("---")[2]: WRONG,
        lambda s: s.replace("90", "100").replace("10}", "0}"): NEARLY,
    },
    "take-back": {
        lambda s: s.replace(ROUTE, "[{destination: {host: catalog}}]"): NEARLY,
        lambda s: s.partition("    rule")[0] + '    cluster.delete("vs/catalog")\n': NEARLY,
        lambda s: (
            s.partition("    rule")[0] + '    cluster.delete("deployment/catalog-v2")\n'
        ): NEARLY,
    },
    "jason-only": {
        lambda s: JASON.replace('"2"', "v2"): NEARLY,
        lambda s: s.replace("version: v2", 'version: "2"'): WRONG,
        lambda s: s.replace("exact: jason", "exact: john"): NEARLY,
        lambda s: s.partition("---")[0]: NEARLY,
    },
}
"""For each exercise: how the solution is spoilt → what the learner hears."""
