# %% [markdown] fails=["test_valid_subgradient::test_away_from_zero", "test_valid_subgradient::test_zero_means_zero"]
# Accepts the interval of the kink at every x.

# %% answer="valid_subgradient"
def valid_subgradient(kind, x, g):
    if kind not in ("relu", "abs"):
        raise ValueError(kind)
    return (0.0 if kind == "relu" else -1.0) <= g <= 1.0
