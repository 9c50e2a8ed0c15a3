"""The quiz of lesson 08."""

from __future__ import annotations

from kubelearn.learn.quiz import Question, Quiz

QUIZ = Quiz(
    (
        Question(
            "Rules for /, /cart and /cart/sale, all of type Prefix. Which takes /cart/sales?",
            {
                "a": ("/", "/cart fits too, and it is longer."),
                "b": ("/cart", "Yes: it is the longest whose elements are all there."),
                "c": ("/cart/sale", "sales is another element than sale."),
            },
            right="b",
        ),
        Question(
            "A path gets 503 and the page says nginx. Where do you look first?",
            {
                "a": (
                    "In the program's log.",
                    "It never heard of the request.",
                ),
                "b": (
                    "At the endpoints of the Service behind the rule.",
                    "Yes: a rule fits, but no pod is ready behind it.",
                ),
                "c": ("At the host in the rule.", "If no host fitted it would be 404."),
            },
            right="b",
        ),
        Question(
            "A client says self-signed certificate, though the Ingress names a Secret. Why?",
            {
                "a": (
                    "The Secret is not there, or certificate and key in it do not belong together.",
                    "Yes: the controller then shows the certificate that it made for itself.",
                ),
                "b": ("The certificate has run out.", "Then it says that it has expired."),
                "c": (
                    "Another authority has signed it.",
                    "Then it says that it cannot get the certificate of the issuer.",
                ),
            },
            right="a",
        ),
        Question(
            "Where does TLS end in the clusters of this lesson?",
            {
                "a": (
                    "At the network load balancer.",
                    "This one only passes packets on; it has no certificate.",
                ),
                "b": (
                    "At the proxy behind it; from there to the pod it is plain HTTP.",
                    "Yes: only so can the proxy read the path.",
                ),
                "c": ("In the pod.", "Then the proxy could not choose by path."),
            },
            right="b",
        ),
        Question(
            "A route of the shop names a Service in namespace depot. Who must agree?",
            {
                "a": ("The owner of the Gateway.", "That one decides which routes may come in."),
                "b": (
                    "The owner of depot, with a ReferenceGrant there.",
                    "Yes: who owns the target says who may point at it.",
                ),
                "c": ("Nobody; names are enough.", "Then anybody could publish any Service."),
            },
            right="b",
        ),
        Question(
            "From lesson 06: why can kube-proxy not choose a Service by the path /cart?",
            {
                "a": ("It would be too slow.", "It never even gets to see a path."),
                "b": (
                    "It sees flows: addresses and ports, layer 4.",
                    "Yes: what cannot be seen cannot be used to choose.",
                ),
                "c": ("Paths are in the EndpointSlice.", "There are addresses and ports in it."),
            },
            right="b",
        ),
    )
)
