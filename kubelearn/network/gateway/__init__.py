"""Gateway API: which listener, route, rule and backend take a request, and what filters do to it.

Source: kubernetes-sigs/gateway-api v1.5, `apis/v1`, GEP-3567 for misdirected requests.

Unlike the real one: regular expressions in matches and CORS, mirror and extension filters are not
evaluated.
"""

from kubelearn.network.gateway.model import Answer, Location, Request
from kubelearn.network.gateway.objects import Objects
from kubelearn.network.gateway.routing import answer

__all__ = ["Answer", "Location", "Objects", "Request", "answer"]
