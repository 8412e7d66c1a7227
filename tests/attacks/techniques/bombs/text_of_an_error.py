"""Raises an exception whose text, whose traceback and whose chain of causes are very long."""
# %% first
error = ValueError("x" * 10**7)
for _ in range(300):
    following = ValueError("y" * 10**5)
    following.__cause__ = error
    error = following
raise error
