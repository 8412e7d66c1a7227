# %% [markdown]
# Keeps the logarithm whole: chain rule outside, quotient rule inside, no splitting.

# %% answer="other_class"
other_class = [
    Derivative(loss_3, a[1]),
    -total_3 / exp(a[2]) * Derivative(exp(a[2]) / total_3, a[1]),
    -total_3 / exp(a[2]) * (Derivative(exp(a[2]), a[1]) * total_3 - exp(a[2]) * Derivative(total_3, a[1])) / total_3**2,
    exp(a[1]) / total_3,
    yhat[1],
]

# %% answer="label_class"
label_class = (
    Derivative(loss_3, a[2]),
    -total_3 / exp(a[2]) * Derivative(exp(a[2]) / total_3, a[2]),
    -total_3 / exp(a[2]) * (exp(a[2]) * total_3 - exp(a[2]) * exp(a[2])) / total_3**2,
    (exp(a[2]) - total_3) / total_3,
    exp(a[2]) / total_3 - 1,
    yhat[2] - y[2],
)

# %% answer="any_classes"
any_classes = [
    Derivative(loss_C, a[i]),
    -Sum(y[k] * total_C / exp(a[k]) * Derivative(exp(a[k]) / total_C, a[i]), (k, 1, C)),
    -Sum(
        y[k] * total_C / exp(a[k]) * (KroneckerDelta(i, k) * exp(a[k]) * total_C - exp(a[k]) * exp(a[i])) / total_C**2,
        (k, 1, C),
    ),
    Sum(y[k] * (exp(a[i]) / total_C - KroneckerDelta(i, k)), (k, 1, C)),
    yhat[i] - y[i],
]
