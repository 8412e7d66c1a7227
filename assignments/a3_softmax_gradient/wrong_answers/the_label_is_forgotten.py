# %% [markdown] fails=["test_three_classes::test_every_line_of_the_label_class", "test_three_classes::test_first_half_of_the_label_class", "test_three_classes::test_the_end"]
# Treats the label like any other class: the - 1 never appears.

# %% answer="label_class"
label_class = [
    Derivative(loss_3, a[2]),
    Derivative(log(total_3) - a[2], a[2]),
    Derivative(log(total_3), a[2]),
    Derivative(total_3, a[2]) / total_3,
    exp(a[2]) / total_3,
    yhat[2],
]
