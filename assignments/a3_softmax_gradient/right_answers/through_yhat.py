# %% [markdown]
# Derives through yhat and its Jacobian; SymPy takes some of the derivatives, and numbers have decimal points.

# %% answer="other_class"
other_class = [
    Derivative(-log(yhat[2]), a[1]),
    -1 / yhat[2] * Derivative(yhat[2], a[1]),
    -1 / yhat[2] * Derivative(exp(a[2]) / total_3, a[1]),
    (-1 / yhat[2] * Derivative(exp(a[2]) / total_3, a[1])).doit(),
    -1 / yhat[2] * -yhat[2] * yhat[1],
]

# %% answer="label_class"
label_class = [
    -Derivative(log(exp(a[2]) / Sum(exp(a[k]), (k, 1, 3))), a[2]),
    Derivative(log(Sum(exp(a[j]), (j, 1, 3))), a[2]) - 1.0,
    Sum(KroneckerDelta(j, 2) * exp(a[j]), (j, 1, 3)) / Sum(exp(a[j]), (j, 1, 3)) - 1,
    Sum(exp(a[j]), (j, 2, 2)) / total_3 - 1,
    yhat[2] - 1.0 * y[2],
]

# %% answer="any_classes"
any_classes = [
    Derivative(-Sum(y[k] * log(yhat[k]), (k, 1, C)), a[i]),
    -Sum(y[k] / yhat[k] * Derivative(yhat[k], a[i]), (k, 1, C)),
    -Sum(y[k] / yhat[k] * yhat[k] * (KroneckerDelta(i, k) - yhat[i]), (k, 1, C)),
    yhat[i] * Sum(y[k], (k, 1, C)) - Sum(y[k] * KroneckerDelta(k, i), (k, 1, C)).doit(),
    yhat[i] - y[i],
]
