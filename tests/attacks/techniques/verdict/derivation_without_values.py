"""Answers a derivation with lines that have no value: nan, infinities, empty sums and cases that never apply."""
# assignment: a3_softmax_gradient
# %% answer=other_class
import sympy

other_class = [sympy.nan, sympy.oo, sympy.zoo, sympy.Piecewise((1, False)), sympy.Sum(1, (sympy.Symbol("i"), 1, 0)), 0 * a[1], sympy.nan]
# %% answer=label_class
label_class = [sympy.nan] * 6
