"""Server-side apply: who applied a field owns it, and conflicts are told instead of overwritten.

Source: structured-merge-diff `merge/update.go` (Apply), apimachinery `pkg/util/managedfields`,
Kubernetes 1.36.
"""
