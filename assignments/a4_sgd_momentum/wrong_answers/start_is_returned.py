# %% [markdown] fails=["test_train::test_each_step_begins_where_the_last_ended"]
# Trains a copy and returns the start.

# %% answer="train"
def train(params, loss_and_grads, batches, step, epochs):
    vel, history = zero_velocity(params), {"batch": [], "epoch": []}
    start = params
    for _ in range(epochs):
        losses, sizes = [], []
        for index in batches():
            loss, grads = loss_and_grads(params, index)
            params, vel = step(params, grads, vel)
            history["batch"].append(loss)
            losses.append(loss)
            sizes.append(len(index))
        history["epoch"].append(np.dot(losses, sizes) / np.sum(sizes))
    return start, history
