# %% [markdown]
# The cache is the backward function itself.

# %% answer="f_forward"
def f_forward(x, y, z):
    return x * y + z, lambda dout: (dout * y, dout * x, dout)


# %% answer="f_backward"
def f_backward(cache, dout=1.0):
    return cache(dout)


# %% answer="branch"
def branch_forward(x, y, z):
    g, back_through_g = f_forward(x, y, z)

    def back(dout):
        inner, dy, dz = back_through_g(dout * x)
        return inner + dout * g, dy, dz

    return g * x, back


def branch_backward(cache, dout=1.0):
    return cache(dout)
