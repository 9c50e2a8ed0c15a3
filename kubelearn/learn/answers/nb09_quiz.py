"""The quiz of lesson 09."""

from __future__ import annotations

from kubelearn.learn.quiz import Question, Quiz

QUIZ = Quiz(
    (
        Question(
            "A rule shall send /cart to one Service and everything else to another. Why can an "
            "NLB not do that?",
            {
                "a": (
                    "It sees addresses and ports; the path is data inside the connection.",
                    "Yes: it decides when the connection is opened, before a path was sent.",
                ),
                "b": (
                    "It has only one target group for each listener.",
                    "Several are possible; but what would tell the requests apart?",
                ),
                "c": (
                    "The controller knows no annotation for it.",
                    "There is none because the balancer could not do it.",
                ),
            },
            right="a",
        ),
        Question(
            "Behind an ALB with ip targets the pods see packets from 172.19.1.4. Where is the "
            "address of the client?",
            {
                "a": (
                    "It is lost for the pods.",
                    "For the packets it is; but the ALB can write into the request.",
                ),
                "b": (
                    "In the header X-Forwarded-For.",
                    "Yes. An NLB cannot write into what it does not read.",
                ),
                "c": (
                    "In the packets, once preserve_client_ip.enabled is true.",
                    "That is an attribute of an NLB; an ALB opens connections of its own.",
                ),
            },
            right="b",
        ),
        Question(
            "Users of the ALB get 503, and every pod is fine. What do you look at first?",
            {
                "a": (
                    "The programs' log: one of them answers 503.",
                    "Possible, but nothing would be logged if the ALB said it.",
                ),
                "b": (
                    "The health checks: all targets are unhealthy.",
                    "Then the ALB fails open and sends requests to all of them.",
                ),
                "c": (
                    "The target group: nothing is registered, such as by a wrong selector.",
                    "Yes: 503 is its word for a group without targets. An NLB refuses connections.",
                ),
            },
            right="c",
        ),
        Question(
            "One client keeps one connection open for hours. Three new pods come. Where are "
            "its requests served?",
            {
                "a": (
                    "By all pods in turn, through either balancer.",
                    "Through the ALB; an NLB chooses once for each connection.",
                ),
                "b": (
                    "Through the NLB by one old pod, through the ALB by all in turn.",
                    "Yes: layer 4 balances connections, layer 7 balances requests.",
                ),
                "c": (
                    "By one old pod, through either balancer.",
                    "The ALB keeps its connection to the client too, but chooses for each request.",
                ),
            },
            right="b",
        ),
        Question(
            "What does a readiness gate of the balancer add to a pod's own readiness probe?",
            {
                "a": (
                    "Old pods serve on for a while after they are asked to end.",
                    "That is the preStop hook: the gate is about the beginning of a pod.",
                ),
                "b": (
                    "The rollout waits until the balancer, too, finds the new pod healthy.",
                    "Yes: and it stands still if the balancer never does.",
                ),
                "c": (
                    "The balancer checks more often.",
                    "The interval is an annotation of its own.",
                ),
            },
            right="b",
        ),
        Question(
            "From lesson 07: a zone's only target has died, without cross-zone balancing. Which "
            "users of the NLB still lose requests after the health check has noticed?",
            {
                "a": (
                    "Those that keep the old DNS answer with that zone's address.",
                    "Yes, for up to 60 s. The ALB crosses zones, so its addresses stay good.",
                ),
                "b": (
                    "A third of all, until the node is back.",
                    "Only until their DNS answer is too old.",
                ),
                "c": (
                    "Those with open connections to other zones.",
                    "Other zones' targets are not touched by it.",
                ),
            },
            right="a",
        ),
    )
)
