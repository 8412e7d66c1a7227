# %% [markdown] fails=["test_relative_error::test_zero_against_zero", "test_relative_error::test_eps_is_a_floor", "test_gradient_check::test_zero_entries"]
# Forgets eps: 0/0 is nan.

# %% answer="relative_error"
def relative_error(a, b, eps=1e-8):
    a, b = np.asarray(a), np.asarray(b)
    with np.errstate(invalid="ignore"):
        return np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))
