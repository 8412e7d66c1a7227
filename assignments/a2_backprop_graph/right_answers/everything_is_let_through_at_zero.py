# %% [markdown]
# At the kink ReLU passes all that arrives; the sigmoid clips its argument, which twelve decimals do not see.

# %% answer="sigmoid_gate"
def sigmoid_forward(x):
    s = 1 / (1 + np.exp(-np.clip(x, -500, 500)))
    return s, {"s": s}


def sigmoid_backward(cache, dout):
    return dout * (cache["s"] - cache["s"] ** 2)


# %% answer="relu_gate"
def relu_forward(x):
    return x.clip(0), x


def relu_backward(cache, dout):
    return np.where(cache >= 0, dout, 0)
