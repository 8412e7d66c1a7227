# %% [markdown] fails=["test_train::test_the_loss_falls", "test_train::test_each_step_begins_where_the_last_ended"]
# Each step begins at the start: its result is never used.

# %% answer="train"
def train(params, loss_and_grads, batches, step, epochs):
    vel, history = zero_velocity(params), {"batch": [], "epoch": []}
    for _ in range(epochs):
        losses, sizes = [], []
        for index in batches():
            loss, grads = loss_and_grads(params, index)
            after, vel = step(params, grads, vel)
            history["batch"].append(loss)
            losses.append(loss)
            sizes.append(len(index))
        history["epoch"].append(np.dot(losses, sizes) / np.sum(sizes))
    return after, history
