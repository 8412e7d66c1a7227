# %% [markdown] fails=["test_train::test_batches_as_they_come"]
# Splits once and uses the same batches in every epoch.

# %% answer="train"
def train(params, loss_and_grads, batches, step, epochs):
    vel, history, split = zero_velocity(params), {"batch": [], "epoch": []}, batches()
    for _ in range(epochs):
        losses, sizes = [], []
        for index in split:
            loss, grads = loss_and_grads(params, index)
            params, vel = step(params, grads, vel)
            history["batch"].append(loss)
            losses.append(loss)
            sizes.append(len(index))
        history["epoch"].append(np.dot(losses, sizes) / np.sum(sizes))
    return params, history
