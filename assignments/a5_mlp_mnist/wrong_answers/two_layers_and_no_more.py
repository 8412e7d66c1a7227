# %% [markdown] fails=["test_forward::test_one_layer", "test_forward::test_any_number_of_layers", "test_forward::test_the_cache", "test_train_epoch::test_learns_by_heart", "test_evaluate::test_the_share", "test_evaluate::test_a_network", "test_evaluate::test_every_example_counts_once", "test_evaluate::test_a_float", "test_evaluate::test_nothing_is_changed", "test_evaluate::test_the_surroundings"]
# Unpacks the two layers of the picture.

# %% answer="forward"
def forward(params, X):
    (W1, b1), (W2, b2) = params
    A = torch.relu(X @ W1.T + b1)
    logits = A @ W2.T + b2
    return logits, (params, [X, A, logits])
