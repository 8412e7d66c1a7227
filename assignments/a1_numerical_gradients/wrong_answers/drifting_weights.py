# %% [markdown] fails=["test_slide_case::test_weights_stay_as_they_are"]
# Perturbs W itself and steps back; the last digits drift.

# %% answer="slide_case"
def slide_case(W, x, y):
    gradient, h = np.zeros(W.shape), 1e-5
    for i in np.ndindex(W.shape):
        W[i] += h
        ahead = np.linalg.norm(W @ x - y)
        W[i] -= 2 * h
        gradient[i] = (ahead - np.linalg.norm(W @ x - y)) / (2 * h)
        W[i] += h
    return np.linalg.norm(W @ x - y), gradient
