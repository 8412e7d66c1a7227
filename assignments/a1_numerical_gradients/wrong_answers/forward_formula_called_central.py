# %% [markdown] fails=["test_central_diff::test_second_order", "test_central_diff::test_exact_on_parabolas", "test_central_diff::test_averages_the_sides_of_a_kink"]
# The forward formula under the name of the central one: right to three digits, and first order.

# %% answer="central_diff"
def central_diff(f, x, h):
    return (f(x + h) - f(x)) / h
