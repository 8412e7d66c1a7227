# %% [markdown] fails=["test_any_classes::test_every_line", "test_any_classes::test_first_half", "test_any_classes::test_the_end"]
# log(u/v) = log u + log v, in the general derivation, down to the last line.

# %% answer="any_classes"
any_classes = [
    Derivative(loss_C, a[i]),
    Derivative(-Sum(y[k] * (log(total_C) + a[k]), (k, 1, C)), a[i]),
    -Sum(y[k] * (Derivative(log(total_C), a[i]) + KroneckerDelta(i, k)), (k, 1, C)),
    -Sum(y[k] * (exp(a[i]) / total_C + KroneckerDelta(i, k)), (k, 1, C)),
    -exp(a[i]) / total_C * Sum(y[k], (k, 1, C)) - Sum(y[k] * KroneckerDelta(i, k), (k, 1, C)),
    -yhat[i] - y[i],
]
