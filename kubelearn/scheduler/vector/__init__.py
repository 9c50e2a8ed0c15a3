"""The scheduler's plugins on numpy columns, for large clusters.

Every vector form says exactly what the plain form in `kubelearn.scheduler.plugins` says, verdict
by verdict and score by score; `kubelearn.scheduler.vector.table` lists them. This package imports
numpy, so it is itself imported only when a cluster is large (`kubelearn.scheduler.algorithm`).
"""
