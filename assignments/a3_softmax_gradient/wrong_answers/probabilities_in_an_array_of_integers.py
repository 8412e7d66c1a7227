# %% [markdown] fails=["test_dlogits::test_integer_scores", "test_softmax::test_integer_scores"]
# Fills an array like Z: for integer scores every probability below 1 is cut to 0.

# %% answer="softmax"
def softmax(Z):
    P = np.zeros_like(Z)
    for n, row in enumerate(Z):
        powers = np.exp(row - row.max())
        P[n] = powers / powers.sum()
    return P
