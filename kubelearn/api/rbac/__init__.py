"""RBAC: who may do what, by the Roles and bindings that are stored.

Source: `plugin/pkg/auth/authorizer/rbac`, `pkg/registry/rbac`, Kubernetes 1.36.

Unlike the real one: the system's own roles are a table and no objects; of them there are those that
every user has and cluster-admin. `admin`, `edit` and `view` exist without rules, as before their
aggregation.
"""
