# %% [markdown] fails=["test_numerical_jacobian::test_linear_functions", "test_numerical_jacobian::test_rows_and_columns_of_one"]
# Makes room for as many outputs as inputs.

# %% answer="numerical_jacobian"
def numerical_jacobian(F, x):
    x = np.array(x, dtype=np.float64)
    jacobian = np.zeros((len(x), len(x)))
    for j, e in enumerate(1e-5 * np.eye(len(x))):
        column = (np.asarray(F(x + e)) - np.asarray(F(x - e))) / 2e-5
        jacobian[: len(column), j] = column[: len(x)]
    return jacobian
