"""Manifests: the objects in files, directories, texts, dicts and lists, with their lines.

`load("web.yaml")` gives one `Manifest` for each object; every mistake in the text is a
`ManifestError`: one sentence with file and line.
"""

from kubelearn.api.manifest.errors import ManifestError, NoObjects
from kubelearn.api.manifest.load import load
from kubelearn.api.manifest.manifest import Manifest

__all__ = ["Manifest", "ManifestError", "NoObjects", "load"]
