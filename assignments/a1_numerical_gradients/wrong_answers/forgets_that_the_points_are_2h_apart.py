# %% [markdown] fails=["test_central_diff::test_second_order", "test_central_diff::test_exact_on_parabolas", "test_central_diff::test_averages_the_sides_of_a_kink"]
# Steps h to both sides and divides by h: every slope is doubled.

# %% answer="central_diff"
def central_diff(f, x, h):
    return (f(x + h) - f(x - h)) / h
