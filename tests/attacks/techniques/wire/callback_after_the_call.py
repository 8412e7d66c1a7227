"""Keeps a function of one hidden test, and calls it in the next one, between them, and from the notebook."""
# %% answer=forward_diff
kept = []


def forward_diff(f, x, h):
    kept.append(f)
    return [g(x) for g in kept][0] * 0.0
# %% honest=forward_diff
def forward_diff(f, x, h):
    return f(x) * 0.0
