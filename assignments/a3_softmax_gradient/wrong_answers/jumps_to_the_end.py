# %% [markdown] fails=["test_any_classes::test_every_line", "test_any_classes::test_first_half", "test_any_classes::test_no_repeated_line", "test_any_classes::test_the_kronecker_delta_appears", "test_any_classes::test_the_logarithm_goes_before_the_derivative", "test_three_classes::test_every_line_of_the_label_class", "test_three_classes::test_every_line_of_the_other_class", "test_three_classes::test_first_half_of_the_label_class", "test_three_classes::test_first_half_of_the_other_class", "test_three_classes::test_no_repeated_line", "test_three_classes::test_the_derivative_is_carried_out", "test_three_classes::test_the_logarithm_goes_before_the_derivative"]
# From the first line to the last in one step, in all three derivations.

# %% answer="other_class"
other_class = [
    Derivative(loss_3, a[1]),
    yhat[1],
]

# %% answer="label_class"
label_class = [
    Derivative(loss_3, a[2]),
    yhat[2] - 1,
]

# %% answer="any_classes"
any_classes = [
    Derivative(loss_C, a[i]),
    yhat[i] - y[i],
]
