# %% [markdown] fails=["test_train::test_the_tail_counts_by_its_size"]
# Sums the batch losses, as Rice ML II sums its losses.

# %% answer="train"
def train(params, loss_and_grads, batches, step, epochs):
    vel, history = zero_velocity(params), {"batch": [], "epoch": []}
    for _ in range(epochs):
        losses, sizes = [], []
        for index in batches():
            loss, grads = loss_and_grads(params, index)
            params, vel = step(params, grads, vel)
            history["batch"].append(loss)
            losses.append(loss)
            sizes.append(len(index))
        history["epoch"].append(np.sum(losses))
    return params, history
