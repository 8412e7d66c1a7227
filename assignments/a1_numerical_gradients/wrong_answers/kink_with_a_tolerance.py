# %% [markdown] fails=["test_valid_subgradient::test_zero_means_zero"]
# Takes every x that is close to 0 for 0.

# %% answer="valid_subgradient"
def valid_subgradient(kind, x, g):
    if kind not in ("relu", "abs"):
        raise ValueError(kind)
    left = 0.0 if kind == "relu" else -1.0
    return left <= g <= 1.0 if abs(x) < 1e-12 else g == (1.0 if x > 0 else left)
