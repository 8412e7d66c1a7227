# %% [markdown] fails=["test_valid_subgradient::test_interval_at_zero", "test_valid_subgradient::test_away_from_zero"]
# Uses the rule of ReLU for the absolute value too.

# %% answer="valid_subgradient"
def valid_subgradient(kind, x, g):
    if kind not in ("relu", "abs"):
        raise ValueError(kind)
    return 0.0 <= g <= 1.0 if x == 0 else g == (1.0 if x > 0 else 0.0)
