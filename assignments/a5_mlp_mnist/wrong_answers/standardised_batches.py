# %% [markdown] fails=["test_forward::test_one_layer", "test_forward::test_two_layers", "test_forward::test_any_number_of_layers", "test_forward::test_the_cache", "test_forward::test_one_example", "test_forward::test_the_type_stays", "test_forward::test_the_first_loss", "test_train_epoch::test_one_batch", "test_train_epoch::test_a_step_for_each_batch", "test_train_epoch::test_the_loss_of_the_examples", "test_train_epoch::test_the_loss_before_the_step", "test_evaluate::test_the_share"]
# Subtracts the mean of the batch and divides by its spread: each example then depends on the others.

# %% answer="forward"
def forward(params, X):
    X = (X - X.mean(dim=0)) / (X.std(dim=0, unbiased=False) + 1e-6)
    activations = [X]
    for W, b in params[:-1]:
        activations.append(torch.relu(activations[-1] @ W.T + b))
    W, b = params[-1]
    activations.append(activations[-1] @ W.T + b)
    return activations[-1], (params, activations)
