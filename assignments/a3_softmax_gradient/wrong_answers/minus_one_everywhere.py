# %% [markdown] fails=["test_three_classes::test_every_line_of_the_other_class", "test_three_classes::test_first_half_of_the_other_class", "test_three_classes::test_the_end"]
# Subtracts 1 for every class, as if a[1] were the label.

# %% answer="other_class"
other_class = [
    Derivative(loss_3, a[1]),
    Derivative(log(total_3) - a[2], a[1]),
    Derivative(log(total_3), a[1]) - 1,
    Derivative(total_3, a[1]) / total_3 - 1,
    exp(a[1]) / total_3 - 1,
    yhat[1] - 1,
]
