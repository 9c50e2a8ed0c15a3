"""How the cases of controllers/print_pods.json are put to `kubelearn.api.tables`."""

from tests.conformance.adapters.print_others import run

__all__ = ["run"]
