# %% [markdown]
# numpy's own log-sum-exp, and everything else built on it.

# %% answer="log_softmax"
def log_softmax(Z):
    return Z - np.logaddexp.reduce(Z, axis=1)[:, None]


# %% answer="softmax"
def softmax(Z):
    return np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, None])


# %% answer="sigmoid"
def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


# %% answer="bce_with_logits"
def bce_with_logits(a, y):
    return np.mean(np.logaddexp(0, a) - a * y)
