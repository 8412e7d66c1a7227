# %% [markdown] fails=["test_slide_case::test_gradient_of_the_slide", "test_slide_case::test_other_sizes", "test_slide_case::test_weights_stay_as_they_are"]
# The slide's own procedure, with an exact L(W): h = 0.001, one-sided, and no entry is put back.

# %% answer="slide_case"
def slide_case(W, x, y):
    moved, h = np.array(W), 0.001
    loss = np.linalg.norm(W @ x - y)
    gradient = np.zeros(moved.shape)
    for i in np.ndindex(moved.shape):
        moved[i] += h
        gradient[i] = (np.linalg.norm(moved @ x - y) - loss) / h
    return loss, gradient
