# %% [markdown] fails=["test_valid_subgradient::test_other_functions"]
# Answers for functions that it does not know.

# %% answer="valid_subgradient"
def valid_subgradient(kind, x, g):
    left = 0.0 if kind == "relu" else -1.0
    return left <= g <= 1.0 if x == 0 else g == (1.0 if x > 0 else left)
