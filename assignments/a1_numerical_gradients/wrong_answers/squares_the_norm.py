# %% [markdown] fails=["test_slide_case::test_loss_of_the_slide", "test_slide_case::test_gradient_of_the_slide", "test_slide_case::test_other_sizes", "test_slide_case::test_weights_stay_as_they_are"]
# Takes the L2 loss of the earlier slides, the squared norm, where the table uses the norm.

# %% answer="slide_case"
def slide_case(W, x, y):
    residual = W @ x - y
    return residual @ residual, 2 * np.outer(residual, x)
