"""Other right answers and typical wrong ones to the exercises of lesson 14."""

from kubelearn.learn.answers.nb12 import DOING
from kubelearn.learn.answers.nb14 import EDITOR, PAGE, UNDO
from kubelearn.learn.feedback import NEARLY, WRONG

EVERY = "    for name in ('front', 'catalog', 'prices', 'advice', 'stock'):\n"
ALL_BACK = EVERY + '        cluster.kubectl(f"rollout undo deployment/{name}")\n'
BY_HAND = '    cluster.patch("deployment/stock", {"spec": {"template": {"metadata": {"annotations": {"kubelearn.dev/fails": "0%"}}}}})\n'  # noqa: E501

ALSO_RIGHT = {
    "only-productpage": lambda s: s.replace("ALLOW", "DENY").replace("principals", "notPrincipals"),
    "editors-only": lambda s: s.replace('"*"', '"https://auth.example.com/*"'),
    "who-fails": lambda s: DOING + BY_HAND,
}
"""For each exercise another answer that works."""

SPOILT = {
    "only-productpage": {
        lambda s: s.replace(PAGE, "cluster.local/ns/default/sa/default"): WRONG,
        lambda s: s.replace(PAGE, f"spiffe://{PAGE}"): NEARLY,
        lambda s: s.replace(PAGE, "*"): WRONG,
        lambda s: s.replace("  selector: {matchLabels: {app: reviews}}\n", ""): NEARLY,
    },
    "editors-only": {
        lambda s: s.replace("[editor]", "[reader]"): NEARLY,
        lambda s: s.replace("claims[role]", "claims[group]"): NEARLY,
        lambda s: s.replace("ALLOW", "DENY"): WRONG,
        lambda s: s.replace(
            EDITOR, '    when: [{key: "request.headers[role]", values: [editor]}]\n'
        ): NEARLY,
    },
    "who-fails": {
        lambda s: s.replace("stock", "front"): WRONG,
        lambda s: s.replace("stock", "catalog"): WRONG,
        lambda s: s.replace(UNDO, ALL_BACK): NEARLY,
        lambda s: s.replace("rollout undo", "rollout restart"): WRONG,
    },
}
"""For each exercise: how the solution is spoilt → what the learner hears."""
