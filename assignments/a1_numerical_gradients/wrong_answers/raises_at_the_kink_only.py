# %% [markdown] fails=["test_valid_subgradient::test_other_functions"]
# Looks at the kind only where x is 0: elsewhere every unknown function is taken for the absolute value.

# %% answer="valid_subgradient"
def valid_subgradient(kind, x, g):
    if x > 0:
        return g == 1
    if x < 0:
        return g == (0 if kind == "relu" else -1)
    if kind == "relu":
        return 0 <= g <= 1
    if kind == "abs":
        return -1 <= g <= 1
    raise ValueError(f"unknown function {kind}")
