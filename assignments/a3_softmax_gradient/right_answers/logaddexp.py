# %% [markdown]
# numpy's own log-sum-exp, and everything else built on it.

# %% answer="log_softmax"
def log_softmax(Z):
    return Z - np.logaddexp.reduce(Z, axis=1)[:, None]


# %% answer="softmax"
def softmax(Z):
    return np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, None])


# %% answer="sigmoid_cross_entropy"
def sigmoid_cross_entropy(Z, Y):
    return np.mean(np.sum(np.logaddexp(0, Z) - Y * Z, axis=1)), (np.exp(-np.logaddexp(0, -Z)) - Y) / len(Z)
