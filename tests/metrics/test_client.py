"""The metrics APIs when nobody serves them."""

import pytest

from kubelearn.api.selectors import EVERYTHING
from kubelearn.metrics.client import MetricsError, NoMetrics

ASKED = {
    "resource metrics API: the server could not find the requested resource "
    r"\(get pods.metrics.k8s.io\)": lambda: NoMetrics().resource("cpu", "default", EVERYTHING, ""),
    r"no custom metrics API \(custom.metrics.k8s.io\) registered": lambda: NoMetrics().pods(
        "qps", "default", EVERYTHING, None
    ),
    "custom metrics API: no custom": lambda: NoMetrics().object("qps", "default", {}, None),
    "get queue.external.metrics.k8s.io": lambda: NoMetrics().external("queue", "default", None),
}


@pytest.mark.parametrize("text", ASKED)
def test_each_api_says_that_it_is_not_there(text):
    """In the words of the API server."""
    with pytest.raises(MetricsError, match=text):
        ASKED[text]()
