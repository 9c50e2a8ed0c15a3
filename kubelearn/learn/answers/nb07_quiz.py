"""The quiz of lesson 07."""

from __future__ import annotations

from kubelearn.learn.quiz import Question, Quiz

QUIZ = Quiz(
    (
        Question(
            "Users hold http://NODE:30080/ and this node dies. Three pods run elsewhere. When are "
            "new requests answered?",
            {
                "a": (
                    "When the pods of the dead node are replaced.",
                    "Nobody listens at the dead node's address, however many pods there are.",
                ),
                "b": (
                    "When the node is NotReady.",
                    "That takes its pods out of Services, not the address out of the users' heads.",
                ),
                "c": (
                    "When users take another address, or the node is back.",
                    "Yes: a NodePort is open on every node, but the client chose this one.",
                ),
            },
            right="c",
        ),
        Question(
            "An NLB with instance targets and policy Cluster has found the dead node. A third of "
            "what arrives at live nodes is still lost for a while. Why?",
            {
                "a": (
                    "Their kube-proxies still count the dead pod as an endpoint.",
                    "Yes, until the node counts as NotReady: that is the second hop.",
                ),
                "b": (
                    "The balancer still sends to the dead node.",
                    "Its health check has ended that.",
                ),
                "c": (
                    "DNS gives the address of the dead node.",
                    "DNS gives addresses of the balancer, never of nodes.",
                ),
            },
            right="a",
        ),
        Question(
            "What does externalTrafficPolicy: Local do on a node without a ready pod?",
            {
                "a": (
                    "It forwards to a pod on another node.",
                    "That is what Cluster does, with another sender's address.",
                ),
                "b": (
                    "It drops what arrives, and fails its health check, so that nothing arrives.",
                    "Yes: kube-proxy answers 503 on the healthCheckNodePort.",
                ),
                "c": (
                    "It starts a pod there.",
                    "Pods are the scheduler's business.",
                ),
            },
            right="b",
        ),
        Question(
            "All targets of an NLB are unhealthy. What happens to new connections?",
            {
                "a": ("They are refused.", "That is so when no target is registered at all."),
                "b": (
                    "They go to all targets: it fails open.",
                    "Yes: perhaps the check is wrong, not the targets.",
                ),
                "c": ("They get 503.", "A layer-4 balancer speaks no HTTP."),
            },
            right="b",
        ),
        Question(
            "Without cross-zone balancing, the only target in a zone fails its checks. Who is "
            "still sent to that zone?",
            {
                "a": (
                    "Nobody: the address leaves DNS at once.",
                    "It does leave DNS; clients keep the old answer for its time to live.",
                ),
                "b": (
                    "Clients that keep the old DNS answer, for up to 60 s.",
                    "Yes: with cross-zone the balancer's node there would send them elsewhere.",
                ),
                "c": (
                    "A third of all clients, until the target is back.",
                    "Only until their DNS answer is too old.",
                ),
            },
            right="b",
        ),
        Question(
            "From lesson 05: before a machine is switched off on purpose, what comes first?",
            {
                "a": (
                    "Take it out of the way of requests, then let its pods end.",
                    "Yes: nobody may still be sent to what is about to go.",
                ),
                "b": (
                    "Delete its node object.",
                    "Then nobody ends its programs in good order.",
                ),
                "c": (
                    "Wait for the balancer's health check.",
                    "It notices only what is already lost.",
                ),
            },
            right="a",
        ),
    )
)
