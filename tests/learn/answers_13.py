"""Other right answers and typical wrong ones to the exercises of lesson 13."""

from kubelearn.learn.answers.nb13 import BY_PLACE, ENOUGH, RULE, WAITING
from kubelearn.learn.feedback import NEARLY

ONLY_HERE = "    loadBalancer: {localityLbSetting: {enabled: false}}\n    outlierDetection: {}\n"
OTHERWISE = WAITING.replace("advice", "catalog") + "    retries: {attempts: 5, retryOn: 5xx}\n"
NEVER = WAITING + "    fault: {abort: {httpStatus: 503, percentage: {value: 100}}}\n"

ALSO_RIGHT = {
    "one-sick-pod": lambda s: s.replace("maxEjectionPercent: 20", "maxEjectionPercent: 100"),
    "one-hangs": lambda s: s.replace("300ms", "100ms"),
    "stay-near": lambda s: RULE + ENOUGH,
}
"""For each exercise another answer that works."""

SPOILT = {
    "one-sick-pod": {
        lambda s: s.replace("maxEjectionPercent: 20", "maxEjectionPercent: 19"): NEARLY,
        lambda s: s.replace("Errors: 5", "Errors: 5000"): NEARLY,
        lambda s: OTHERWISE: NEARLY,
        lambda s: s.replace("30s", "1s").replace("interval: 5s", "interval: 1s"): NEARLY,
    },
    "one-hangs": {
        lambda s: s.replace("300ms", "3s"): NEARLY,
        lambda s: s.replace("300ms", "20s"): NEARLY,
        lambda s: NEVER: NEARLY,
        lambda s: s.replace("[advice]", "[front]").replace("host: advice", "host: front"): NEARLY,
    },
    "stay-near": {
        lambda s: RULE + ONLY_HERE: NEARLY,
        lambda s: s.replace("host: catalog", "host: catalogue"): NEARLY,
        lambda s: s.replace(BY_PLACE, BY_PLACE.replace("true", "false")): NEARLY,
    },
}
"""For each exercise: how the solution is spoilt → what the learner hears."""
