"""Answers a derivation with expressions that are short to write and endless to evaluate."""
# assignment: a3_softmax_gradient
# %% answer=other_class
import sympy

x, i, j, k = sympy.symbols("x i j k")
big = sympy.Integer(2**62)
tower = a[1]
for _ in range(40):
    tower = sympy.exp(tower, evaluate=False)
other_class = [
    Derivative(loss_3, a[1]),
    sympy.Pow(sympy.Float("1e308"), big, evaluate=False) + a[1],
    tower,
    sympy.Sum(sympy.Sum(sympy.Sum(a[1], (i, 0, 9999)), (j, 0, 9999)), (k, 0, 9999)),
    Derivative(tower, (a[1], 50)),
    yhat[1],
]
# %% answer=label_class
deep = a[1]
for _ in range(55):
    deep = sympy.Pow(deep, deep, evaluate=False) if _ % 2 else sympy.Mul(deep, deep + 1, evaluate=False)
label_class = [Derivative(loss_3, a[2]), deep, deep * 2, deep * 3, yhat[2] - 1]
