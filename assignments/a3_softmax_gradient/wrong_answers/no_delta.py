# %% [markdown] fails=["test_any_classes::test_the_kronecker_delta_appears"]
# Every line is right, but the derivative of one score by another is done in the head.

# %% answer="any_classes"
any_classes = [
    Derivative(loss_C, a[i]),
    Derivative(Sum(y[k] * (log(total_C) - a[k]), (k, 1, C)), a[i]),
    Derivative(log(total_C), a[i]) - y[i],
    exp(a[i]) / total_C - y[i],
    yhat[i] - y[i],
]
