# %% [markdown] fails=["test_forward::test_the_cache", "test_train_epoch::test_one_batch", "test_train_epoch::test_a_step_for_each_batch", "test_train_epoch::test_the_loss_before_the_step"]
# Caches what stood before the ReLU.

# %% answer="forward"
def forward(params, X):
    activations = [X]
    for W, b in params[:-1]:
        activations.append(activations[-1].clamp(min=0) @ W.T + b if len(activations) > 1 else X @ W.T + b)
    W, b = params[-1]
    A = activations[-1].clamp(min=0) if len(activations) > 1 else X
    activations.append(A @ W.T + b)
    return activations[-1], (params, activations)
