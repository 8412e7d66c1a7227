# %% [markdown] fails=["test_train::test_the_velocity_goes_on"]
# Resets the velocity when an epoch begins.

# %% answer="train"
def train(params, loss_and_grads, batches, step, epochs):
    vel, history = zero_velocity(params), {"batch": [], "epoch": []}
    for _ in range(epochs):
        losses, sizes, vel = [], [], zero_velocity(params)
        for index in batches():
            loss, grads = loss_and_grads(params, index)
            params, vel = step(params, grads, vel)
            history["batch"].append(loss)
            losses.append(loss)
            sizes.append(len(index))
        history["epoch"].append(np.dot(losses, sizes) / np.sum(sizes))
    return params, history
