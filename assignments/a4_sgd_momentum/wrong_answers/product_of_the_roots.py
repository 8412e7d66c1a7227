# %% [markdown] fails=["test_factor_per_step::test_complex_roots"]
# For complex roots returns their product, |z|^2, instead of |z|.

# %% answer="factor_per_step"
def factor_per_step(lr, h, tau=0.0):
    roots = np.roots([1.0, -(1 + tau - lr * h), tau])
    return float(tau) if np.iscomplexobj(roots) else float(np.max(np.abs(roots)))
