# %% [markdown] fails=["test_any_classes::test_the_end"]
# Ends with a sum of the labels, which is 1 and should be written so.

# %% answer="any_classes"
any_classes = [
    Derivative(loss_C, a[i]),
    Derivative(Sum(y[k] * (log(total_C) - a[k]), (k, 1, C)), a[i]),
    Sum(y[k] * (Derivative(log(total_C), a[i]) - KroneckerDelta(i, k)), (k, 1, C)),
    Sum(y[k] * (exp(a[i]) / total_C - KroneckerDelta(i, k)), (k, 1, C)),
    exp(a[i]) / total_C * Sum(y[k], (k, 1, C)) - Sum(y[k] * KroneckerDelta(i, k), (k, 1, C)),
    yhat[i] * Sum(y[k], (k, 1, C)) - y[i],
]
