# %% [markdown] fails=["test_forward_diff::test_value_for_large_steps", "test_forward_diff::test_first_order"]
# "h should be small": replaces the step by a smaller one, so that the error no longer depends on h.

# %% answer="forward_diff"
def forward_diff(f, x, h):
    h = min(h, 1e-6)
    return (f(x + h) - f(x)) / h
