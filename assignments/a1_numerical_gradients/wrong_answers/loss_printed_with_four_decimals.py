# %% [markdown] fails=["test_slide_case::test_loss_of_the_slide", "test_slide_case::test_other_sizes"]
# Rounds the loss for display and returns what it displayed.

# %% answer="slide_case"
def slide_case(W, x, y):
    residual = W @ x - y
    loss = np.linalg.norm(residual)
    return round(loss, 4), np.outer(residual, x) / loss
