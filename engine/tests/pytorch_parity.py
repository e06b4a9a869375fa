"""The PyTorch side of pytorch_parity.rs.

Reads start.safetensors (weights by name) and data.safetensors (`images`,
`labels`) in the folder given, and writes what PyTorch makes of them: logits in evaluation, gradients,
weights and statistics after a step of SGD, all as safetensors; and a fresh network of its own with its logits.
"""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

folder = Path(sys.argv[1])
sys.path.insert(0, sys.argv[2])
from pytorch_reference import WideResNet  # noqa: E402


def contiguous(tensors):
    return {name: tensor.detach().contiguous() for name, tensor in tensors.items()}


start = load_file(folder / "start.safetensors")
data = load_file(folder / "data.safetensors")
images, labels = data["images"], data["labels"]
model = WideResNet(16, 1, dropout=0.0)
missing, unexpected = model.load_state_dict(start, strict=False)
assert not unexpected, unexpected
assert all(name.endswith("num_batches_tracked") for name in missing), missing

# In double precision, so that the difference is the engine's own rounding.
model.double()
images = images.double()

model.eval()
with torch.no_grad():
    save_file({"logits": model(images).float()}, folder / "evaluation.safetensors")

model.train()
optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
F.cross_entropy(model(images), labels).backward()
gradients = {name: parameter.grad.float() for name, parameter in model.named_parameters()}
save_file(contiguous(gradients), folder / "gradients.safetensors")
optimizer.step()
trained = {name: value.float() for name, value in model.state_dict().items() if value.is_floating_point()}
save_file(contiguous(trained), folder / "trained.safetensors")

torch.manual_seed(5)
fresh = WideResNet(16, 1, dropout=0.0)
save_file(contiguous(fresh.state_dict()), folder / "fresh.safetensors")
fresh.eval()
with torch.no_grad():
    save_file({"logits": fresh(images.float()).contiguous()}, folder / "fresh_evaluation.safetensors")
