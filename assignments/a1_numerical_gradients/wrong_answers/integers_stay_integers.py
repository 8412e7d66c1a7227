# %% [markdown] fails=["test_numerical_gradient::test_promoted_to_float64"]
# Copies x in its own type: an integer array swallows the step, and the sum of squares has slope 250000.

# %% answer="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros(np.shape(x))
    for i in np.ndindex(gradient.shape):
        ahead, behind = np.array(x), np.array(x)
        ahead[i] = ahead[i] + h
        behind[i] = behind[i] - h
        gradient[i] = (f(ahead) - f(behind)) / (2 * h)
    return gradient
