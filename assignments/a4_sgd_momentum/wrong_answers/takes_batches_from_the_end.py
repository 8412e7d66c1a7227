# %% [markdown] fails=["test_train::test_batches_as_they_come"]
# Empties the list with pop, from its end: the small tail comes first.

# %% answer="train"
def train(params, loss_and_grads, batches, step, epochs):
    vel, history = zero_velocity(params), {"batch": [], "epoch": []}
    for _ in range(epochs):
        losses, sizes = [], []
        for index in batches()[::-1]:
            loss, grads = loss_and_grads(params, index)
            params, vel = step(params, grads, vel)
            history["batch"].append(loss)
            losses.append(loss)
            sizes.append(len(index))
        history["epoch"].append(np.dot(losses, sizes) / np.sum(sizes))
    return params, history
