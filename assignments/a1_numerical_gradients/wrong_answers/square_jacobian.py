# %% [markdown] fails=["test_numerical_jacobian::test_linear_functions", "test_numerical_jacobian::test_rows_and_columns_of_one", "test_numerical_jacobian::test_functions_that_are_not_linear", "test_numerical_jacobian::test_integers_and_the_callers_array", "test_numerical_jacobian::test_number_of_evaluations"]
# Makes room for as many outputs as inputs.

# %% answer="numerical_jacobian"
def numerical_jacobian(F, x):
    x = np.array(x, dtype=np.float64)
    jacobian = np.zeros((len(x), len(x)))
    for j, e in enumerate(1e-5 * np.eye(len(x))):
        column = (np.asarray(F(x + e)) - np.asarray(F(x - e))) / 2e-5
        jacobian[: len(column), j] = column[: len(x)]
    return jacobian
