# %% [markdown] fails=["test_numerical_jacobian::test_rows_and_columns_of_one"]
# Drops axes of length one: the Jacobian of a scalar function comes out as a vector.

# %% answer="numerical_jacobian"
def numerical_jacobian(F, x):
    x = np.array(x, dtype=np.float64)
    columns = [(np.asarray(F(x + e)) - np.asarray(F(x - e))) / 2e-5 for e in 1e-5 * np.eye(len(x))]
    return np.stack(columns, axis=1).squeeze()
