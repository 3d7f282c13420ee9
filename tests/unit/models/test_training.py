import numpy as np
import torch

from lab.seeds import generator
from models.network import forward
from models.training import Trained, TrainingData, TrainingOptions, train


def learned(threads: int) -> list[np.ndarray]:
    """Train sixty small networks on twenty films with so many threads."""
    rng = generator(1, "films")
    inputs = torch.from_numpy(rng.uniform(size=(20, 3)).astype(np.float32))
    labels = inputs[:, 0].expand(60, 20).contiguous()
    out = torch.from_numpy((np.arange(20) % 5 == np.arange(60)[:, None] % 5).astype(np.float32))
    data = TrainingData(inputs, labels, torch.zeros(60, 20), 1 - out, out)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        found = train(data, TrainingOptions(epochs=30, films_a_step=10), generator(2, "networks"))
        return [tensor.numpy() for tensor in (*found.parameters, found.mean, found.variance)]
    finally:
        torch.set_num_threads(before)


def test_the_bits_do_not_depend_on_the_number_of_threads():
    one, two = learned(1), learned(2)
    assert one[0].shape[0] == 60
    for first, second in zip(one, two, strict=True):
        np.testing.assert_array_equal(first, second)


def test_each_network_learns_from_its_own_films_alone():
    inputs = torch.arange(4.0)[:, None]
    labels = torch.stack([10 + inputs[:, 0], 20 + inputs[:, 0]])
    learn = torch.tensor([[1.0, 0.0, 2.0, 1.0], [0.0, 1.0, 0.0, 0.5]])
    own = TrainingData(inputs, labels, torch.zeros(2, 4), learn, (learn == 0).float()).learned_from()
    assert own.inputs.shape == (2, 3, 1)
    assert own.inputs[0, :, 0].tolist() == [0, 2, 3] and own.learn[0].tolist() == [1, 2, 1]
    assert own.inputs[1, :2, 0].tolist() == [1, 3] and own.learn[1].tolist() == [1, 0.5, 0]
    np.testing.assert_array_equal(own.labels, own.inputs[..., 0] + torch.tensor([[10.0], [20.0]]))


def test_a_film_has_no_say_in_the_moment_of_what_is_answered_about_it():
    rng = generator(3, "films")
    inputs = torch.from_numpy(rng.uniform(size=(9, 2)).astype(np.float32))
    labels = torch.from_numpy(rng.normal(size=(3, 9)).astype(np.float32))
    held_out = torch.zeros(3, 9)
    held_out[:2, :3] = held_out[2, 3] = 1.0
    options = TrainingOptions(epochs=60, check_every=1)

    def trained(tested: torch.Tensor) -> Trained:
        data = TrainingData(inputs, labels, torch.zeros(3, 9), 1 - held_out, tested)
        return train(data, options, generator(4, "networks"))

    found = trained(held_out)
    assert found.tested.tolist() == [0, 1, 2, 3]
    moments_differ = False
    for network, film in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 3)]:
        others = held_out.clone()
        others[network, film] = 0.0
        mean, variance = forward(trained(others).parameters, inputs)
        torch.testing.assert_close(found.mean[network, film], mean[network, film])
        torch.testing.assert_close(found.variance[network, film], variance[network, film])
        chosen_by_itself = forward(found.parameters, inputs)[0][network, film]
        moments_differ |= not torch.isclose(chosen_by_itself, mean[network, film])
    assert moments_differ
