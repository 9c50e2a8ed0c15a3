"""Arithmetic of the toy shell: what stands in `$((...))`, with 64 bits."""

from __future__ import annotations

import ast
import re
from typing import Any, Final

from kubelearn.world.shell.words import SyntaxProblem

_OPERATIONS: Final[dict[type[ast.AST], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: int(a / b) if abs(a) < 2**53 else a // b,
    ast.Mod: lambda a, b: a - b * int(a / b),
    ast.Lt: lambda a, b: int(a < b),
    ast.LtE: lambda a, b: int(a <= b),
    ast.Gt: lambda a, b: int(a > b),
    ast.GtE: lambda a, b: int(a >= b),
    ast.Eq: lambda a, b: int(a == b),
    ast.NotEq: lambda a, b: int(a != b),
}


def number(text: str, variable: Any) -> int:
    """The value of an arithmetic expansion; SyntaxProblem for what is none."""
    plain = re.sub(r"\$\{?(\w+)\}?", r"\1", text)
    try:
        return _value(ast.parse(plain.strip() or "0", mode="eval").body, variable)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError):
        raise SyntaxProblem(f"arithmetic syntax error: {text!r}") from None


def _value(node: ast.AST, variable: Any) -> int:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        found = node.value
    elif isinstance(node, ast.Name):
        found = int(variable(node.id) or 0)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        found = -_value(node.operand, variable)
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        pair = _value(node.left, variable), _value(node.right, variable)
        found = _OPERATIONS[type(node.op)](*pair)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        pair = _value(node.left, variable), _value(node.comparators[0], variable)
        found = _OPERATIONS[type(node.ops[0])](*pair)
    else:
        raise ValueError(ast.dump(node))
    return (found + 2**63) % 2**64 - 2**63
