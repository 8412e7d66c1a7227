# %% [markdown] fails=["test_numerical_jacobian::test_integers_and_the_callers_array"]
# Steps in the caller's array: integers swallow the step, and floats drift.

# %% answer="numerical_jacobian"
def numerical_jacobian(F, x):
    columns = []
    for j in range(len(x)):
        x[j] += 1e-5
        ahead = np.array(F(x))
        x[j] -= 2e-5
        behind = np.array(F(x))
        x[j] += 1e-5
        columns.append((ahead - behind) / 2e-5)
    return np.stack(columns, axis=1)
