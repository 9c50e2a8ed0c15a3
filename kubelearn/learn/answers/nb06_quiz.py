"""The quiz of lesson 06."""

from __future__ import annotations

from kubelearn.learn.quiz import Question, Quiz

QUIZ = Quiz(
    (
        Question(
            "A pod of a Service is deleted and replaced. What do clients have to change?",
            {
                "a": (
                    "The address: the new pod has another one.",
                    "The pod has; but clients ask for the Service, and its address stays.",
                ),
                "b": (
                    "Nothing.",
                    "Yes: the endpoint slice changes, and with it the rules on every node.",
                ),
                "c": (
                    "They have to ask DNS again.",
                    "DNS gives the Service's address, the same as before (unless it is headless).",
                ),
            },
            right="b",
        ),
        Question(
            "Where is the process through which all packets to a ClusterIP go?",
            {
                "a": (
                    "kube-proxy, on each node.",
                    "It only writes the rules; the kernel follows them.",
                ),
                "b": (
                    "The Service's own pod.",
                    "A Service has no pod: nothing listens at its address.",
                ),
                "c": (
                    "Nowhere: the kernel of the sender's node rewrites the address.",
                    "Yes: so a dead kube-proxy stops the news, not the packets.",
                ),
            },
            right="c",
        ),
        Question(
            "Three endpoints in iptables mode: which probability does the second rule have?",
            {
                "a": (
                    "One third.",
                    "Only packets that the first rule let pass reach it: two endpoints are left.",
                ),
                "b": ("One half.", "Yes: one half of the two thirds that are left is one third."),
                "c": ("1.", "That is the last rule's, which takes all that is left."),
            },
            right="b",
        ),
        Question(
            "A request to a Service is refused at once. What is the first thing to look at?",
            {
                "a": (
                    "Its endpoints.",
                    "Yes: without a ready endpoint kube-proxy rejects each new connection.",
                ),
                "b": (
                    "The search path of the client.",
                    "A name that is not found gives no such host, not a refusal.",
                ),
                "c": (
                    "NetworkPolicies.",
                    "A policy drops packets silently: that is a timeout, not a refusal.",
                ),
            },
            right="a",
        ),
        Question(
            "A pod asks for http://api.kitchen/. How does its resolver get there?",
            {
                "a": (
                    "It asks for api.kitchen first.",
                    "With ndots:5 a name with fewer than five dots tries the search path first.",
                ),
                "b": (
                    "It appends default.svc.cluster.local, then svc.cluster.local.",
                    "Yes: api.kitchen.svc.cluster.local is there.",
                ),
                "c": (
                    "kube-proxy knows the namespace.",
                    "kube-proxy knows addresses and ports only.",
                ),
            },
            right="b",
        ),
        Question(
            "You double the pods; clients that keep their connections open see no difference. Why?",
            {
                "a": (
                    "The new pods are not Ready.",
                    "They are; new connections would go to them too.",
                ),
                "b": (
                    "The endpoint is chosen for each connection, not for each request.",
                    "Yes: close connections now and then, or balance on layer 7.",
                ),
                "c": (
                    "DNS still gives the old address.",
                    "It gives the Service's address, old and new.",
                ),
            },
            right="b",
        ),
        Question(
            "From lesson 05: what does a preStop sleep give the nodes time for?",
            {
                "a": (
                    "To hear that the pod leaves, and to change their rules.",
                    "Yes: the endpoint slice and each kube-proxy follow while it still serves.",
                ),
                "b": (
                    "To start the pod that takes its place.",
                    "That one does not wait for it: the rollout's budget decides when it comes.",
                ),
                "c": (
                    "To move its connections to other pods.",
                    "Nobody moves a connection: it ends with the program that serves it.",
                ),
            },
            right="a",
        ),
    )
)
