# %% [markdown] fails=["test_any_classes::test_the_logarithm_goes_before_the_derivative", "test_three_classes::test_the_logarithm_goes_before_the_derivative"]
# The logarithm of the quotient is there in line 1 and gone, derivative and all, in line 2.

# %% answer="other_class"
other_class = [
    Derivative(loss_3, a[1]),
    exp(a[1]) / total_3,
    1 / (1 + exp(a[2] - a[1]) + exp(a[3] - a[1])),
    yhat[1],
]

# %% answer="label_class"
label_class = [
    Derivative(loss_3, a[2]),
    exp(a[2]) / total_3 - 1,
    -(exp(a[1]) + exp(a[3])) / total_3,
    yhat[2] - 1,
]

# %% answer="any_classes"
any_classes = [
    Derivative(loss_C, a[i]),
    Sum(y[k] * (exp(a[i]) / total_C - KroneckerDelta(i, k)), (k, 1, C)),
    exp(a[i]) / total_C * Sum(y[k], (k, 1, C)) - Sum(y[k] * KroneckerDelta(i, k), (k, 1, C)),
    yhat[i] - y[i],
]
