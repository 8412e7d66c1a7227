# %% [markdown] fails=["test_forward::test_one_example", "test_train_epoch::test_a_step_for_each_batch", "test_train_epoch::test_the_loss_of_the_examples", "test_train_epoch::test_the_loss_before_the_step", "test_train_epoch::test_the_data_stay", "test_evaluate::test_the_share"]
# squeeze() also removes the batch when it holds one example.

# %% answer="forward"
def forward(params, X):
    activations = [X]
    for W, b in params[:-1]:
        activations.append(torch.relu(activations[-1] @ W.T + b))
    W, b = params[-1]
    activations.append(activations[-1] @ W.T + b)
    return activations[-1].squeeze(), (params, activations)
