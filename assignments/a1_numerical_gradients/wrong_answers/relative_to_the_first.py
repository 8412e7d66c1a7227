# %% [markdown] fails=["test_relative_error::test_symmetric", "test_relative_error::test_lists", "test_relative_error::test_negative_entries", "test_relative_error::test_each_entry_has_its_own_size", "test_relative_error::test_eps_is_a_floor"]
# Divides by |a|, as if a were the truth.

# %% answer="relative_error"
def relative_error(a, b, eps=1e-8):
    a, b = np.asarray(a), np.asarray(b)
    return np.abs(a - b) / np.maximum(np.abs(a), eps)
