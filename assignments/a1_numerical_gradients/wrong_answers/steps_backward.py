# %% [markdown] fails=["test_forward_diff::test_value_for_large_steps", "test_forward_diff::test_looks_to_the_right"]
# The backward difference: first order as well, and the other side of every kink.

# %% answer="forward_diff"
def forward_diff(f, x, h):
    return (f(x) - f(x - h)) / h
