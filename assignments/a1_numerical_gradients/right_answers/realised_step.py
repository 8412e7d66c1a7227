# %% [markdown]
# Divides by the step that was really taken, (x + h) - x, wherever there is a quotient.

# %% answer="forward_diff"
def forward_diff(f, x, h):
    ahead = x + h
    return (f(ahead) - f(x)) / (ahead - x)


# %% answer="central_diff"
def central_diff(f, x, h):
    ahead, behind = x + h, x - h
    return (f(ahead) - f(behind)) / (ahead - behind)


# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=np.float64)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[i] += h
        behind[i] -= h
        gradient[i] = (f(ahead) - f(behind)) / (ahead[i] - behind[i])
    return gradient


# %% answer="numerical_jacobian"
def numerical_jacobian(F, x):
    x = np.array(x, dtype=np.float64)
    columns = []
    for j in range(len(x)):
        ahead, behind = x.copy(), x.copy()
        ahead[j] += 1e-5
        behind[j] -= 1e-5
        columns.append((np.array(F(ahead)) - np.array(F(behind))) / (ahead[j] - behind[j]))
    return np.array(columns).T
