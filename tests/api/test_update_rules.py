"""Updates that are refused before anybody looks at the object."""

import pytest

from kubelearn.api.errors import APIError, Invalid
from kubelearn.api.update_rules import check_version, require_version


def test_versions_that_are_no_numbers_are_an_error():
    """Upstream answers 500."""
    old = {"metadata": {"name": "c", "resourceVersion": "7"}}
    with pytest.raises(APIError, match=r"strconv\.ParseUint"):
        check_version("configmaps", {"metadata": {"resourceVersion": "abc"}}, old)


def test_some_kinds_want_a_version():
    """A Lease cannot be put blindly."""
    new = {"metadata": {"name": "l"}}
    require_version("configmaps", new, custom=False)
    with pytest.raises(Invalid, match="must be specified for an update"):
        require_version("leases.coordination.k8s.io", new, custom=False)
