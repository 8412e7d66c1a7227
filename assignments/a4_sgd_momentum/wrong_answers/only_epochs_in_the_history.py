# %% [markdown] fails=["test_train::test_every_batch_loss_is_kept"]
# Keeps the batch losses of the last epoch only.

# %% answer="train"
def train(params, loss_and_grads, batches, step, epochs):
    vel, history = zero_velocity(params), {"batch": [], "epoch": []}
    for _ in range(epochs):
        losses, sizes = [], []
        history["batch"] = losses
        for index in batches():
            loss, grads = loss_and_grads(params, index)
            params, vel = step(params, grads, vel)
            losses.append(loss)
            sizes.append(len(index))
        history["epoch"].append(np.dot(losses, sizes) / np.sum(sizes))
    return params, history
