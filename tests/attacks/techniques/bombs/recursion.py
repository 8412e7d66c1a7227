"""Overflows the stack: by recursion without a limit, and by a parser."""
# %% first
import ast
import sys

sys.setrecursionlimit(10**9)


def deeper():
    return deeper() + 1


try:
    ast.parse("(" * 10**5)
except (RecursionError, MemoryError, SyntaxError) as error:
    print(type(error))
deeper()
