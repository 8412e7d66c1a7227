# %% [markdown] fails=["test_train::test_the_velocity_goes_on"]
# Drops the velocity that step returns.

# %% answer="train"
def train(params, loss_and_grads, batches, step, epochs):
    vel, history = zero_velocity(params), {"batch": [], "epoch": []}
    for _ in range(epochs):
        losses, sizes = [], []
        for index in batches():
            loss, grads = loss_and_grads(params, index)
            params, _ = step(params, grads, vel)
            history["batch"].append(loss)
            losses.append(loss)
            sizes.append(len(index))
        history["epoch"].append(np.dot(losses, sizes) / np.sum(sizes))
    return params, history
