# %% [markdown] fails=["test_valid_subgradient::test_interval_at_zero"]
# Accepts only the choice that deep-learning libraries make at the kink.

# %% answer="valid_subgradient"
def valid_subgradient(kind, x, g):
    if kind not in ("relu", "abs"):
        raise ValueError(kind)
    left = 0.0 if kind == "relu" else -1.0
    return g == (0.0 if x == 0 else 1.0 if x > 0 else left)
