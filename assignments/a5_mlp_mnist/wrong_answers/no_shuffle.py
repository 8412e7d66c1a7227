# %% [markdown] fails=["test_batches::test_examples_change_company", "test_batches::test_the_generator_decides", "test_batches::test_a_new_order_each_epoch", "test_train_epoch::test_the_generator_decides"]
# Deals in the order of the file.

# %% answer="batches"
def batches(X, y, B, generator):
    order = torch.arange(len(X), device=X.device)
    return [(X[order[k : k + B]], y[order[k : k + B]]) for k in range(0, len(X), B)]
