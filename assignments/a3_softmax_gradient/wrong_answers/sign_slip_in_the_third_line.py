# %% [markdown] fails=["test_three_classes::test_every_line_of_the_label_class", "test_three_classes::test_first_half_of_the_label_class", "test_three_classes::test_the_end"]
# Writes + 1 for - 1 when the derivative reaches a[2], and carries it to the end.

# %% answer="label_class"
label_class = [
    Derivative(loss_3, a[2]),
    Derivative(log(total_3) - a[2], a[2]),
    Derivative(log(total_3), a[2]) + 1,
    Derivative(total_3, a[2]) / total_3 + 1,
    exp(a[2]) / total_3 + 1,
    yhat[2] + 1,
]
