# %% [markdown] fails=["test_three_classes::test_the_derivative_is_carried_out"]
# Calls the derivative of the logarithm yhat without having taken it.

# %% answer="other_class"
other_class = [
    Derivative(loss_3, a[1]),
    Derivative(log(total_3) - a[2], a[1]),
    Derivative(log(total_3), a[1]),
    yhat[1],
]

# %% answer="label_class"
label_class = [
    Derivative(loss_3, a[2]),
    Derivative(log(total_3) - a[2], a[2]),
    Derivative(log(total_3), a[2]) - 1,
    yhat[2] - 1,
]
