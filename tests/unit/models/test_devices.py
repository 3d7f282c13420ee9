import pytest
import torch

from lab.errors import InvalidInputError
from models.devices import check_device


def test_the_processor_is_always_there():
    check_device("cpu")


@pytest.mark.parametrize("device", ["tpu", "gpu", "", "meta"])
def test_a_device_that_is_not_known_is_refused_with_those_that_are(device):
    with pytest.raises(InvalidInputError, match="is not known") as caught:
        check_device(device)
    assert "cpu, cuda" in caught.value.hint


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_refused_before_anything_is_learned():
    with pytest.raises(InvalidInputError, match="'cuda' cannot be used") as caught:
        check_device("cuda")
    assert caught.value.hint == "use cpu"
