"""Gradient magnitude of every sample: g_i = Σ_k ‖∂ℓ_i/∂θ_k‖₂, the norms of all learned tensors θ_k added up.

ℓ_i is the cross entropy of the multimodal head, or (``total``) the plain sum of all heads' cross entropies; in nats.

``exact`` differentiates with respect to every learned tensor, sample by sample. ``last_layer`` counts the heads' own
weights and biases alone, for which the gradient is known in closed form: with p = softmax(W e + b) and the label's unit
vector y, ∂ℓ/∂W = (p − y) eᵀ and ∂ℓ/∂b = p − y, so that ‖∂ℓ/∂W‖ + ‖∂ℓ/∂b‖ = ‖p − y‖·(‖e‖ + 1). It leaves out what the
encoders would have to learn, so it is smaller than ``exact``. Of a trained network both rank the samples much alike;
of one in its first epochs the two rankings may be unrelated or even opposed.

``exact`` looks at the model in evaluation mode and in the weights' own precision, whatever mode it is in: batch
statistics would mix the samples. ``last_layer`` takes the outputs as they are.

Cost: ``last_layer`` almost none; ``exact`` a forward and a backward pass per sample, on small networks and a CPU three
to four times the plain forward, and the memory of every sample's own gradients.

Source: the criterion "gradient magnitude" of the BSS authors' study (Fig. 1b); their older code takes the multimodal
cross entropy and batches of one sample, in training mode.
"""

import torch
import torch.nn.functional as F  # noqa: N812 (torch's own convention)
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap
from torch.nn.attention import SDPBackend, sdpa_kernel

from bss_core.engine.model import LateFusion, Outputs
from bss_core.engine.objective import per_sample_losses
from bss_core.errors import ConfigError
from bss_core.predictions import MULTIMODAL

__all__ = ["exact_gradient_magnitude", "last_layer_gradient_magnitude"]

# bytes for the gradients of the samples that are differentiated at once; a GPU is only fast with many of them
_MEMORY_ON_CPU, _MEMORY_ON_GPU = 1 << 27, 1 << 31


def last_layer_gradient_magnitude(outputs: Outputs, labels: Tensor, loss: str) -> Tensor:
    """‖p − y‖·(‖e‖ + 1), summed over the heads that ``loss`` counts.

    Args:
        outputs: of one batch.
        labels: (B,), int64.
        loss: ``multimodal`` or ``total``.

    Returns:
        (B,) ≥ 0, float32.
    """
    heads = [MULTIMODAL] if loss == MULTIMODAL else list(outputs.logits)
    features = {**outputs.features, MULTIMODAL: outputs.fused}
    return torch.stack([_of_head(outputs.logits[head], features[head], labels) for head in heads]).sum(dim=0)


def _of_head(logits: Tensor, features: Tensor, labels: Tensor) -> Tensor:
    errors = logits.float().softmax(dim=1) - F.one_hot(labels, logits.shape[1])
    return errors.norm(dim=1) * (features.float().norm(dim=1) + 1)


def exact_gradient_magnitude(model: LateFusion, inputs: dict[str, Tensor], labels: Tensor, loss: str) -> Tensor:
    """Σ_k ‖∂ℓ_i/∂θ_k‖₂ over all learned tensors; may be called without gradients and in inference mode.

    Args:
        model: is in its mode again afterwards; neither its weights' ``grad`` nor its statistics change.
        inputs: modality → (B, …), decoded.
        labels: (B,), int64.
        loss: ``multimodal`` or ``total``.

    Returns:
        (B,) ≥ 0.

    Raises:
        ConfigError: the network cannot be differentiated sample by sample.
    """
    was_training = model.training
    # torch does not promise derivatives in inference mode
    with torch.inference_mode(False), torch.no_grad(), torch.autocast(labels.device.type, enabled=False):
        try:
            model.eval()
            return _magnitudes(model, {name: inputs[name] for name in model.modalities}, labels, loss)
        except RuntimeError as error:
            reason = str(error).splitlines()[0].rstrip(".")
            raise ConfigError(
                f"gradient_method = exact does not work for this network ({reason}); use gradient_method = last_layer."
            ) from error
        finally:
            model.train(was_training)


def _magnitudes(model: LateFusion, inputs: dict[str, Tensor], labels: Tensor, loss: str) -> Tensor:
    of_sample = _SampleLoss(model, loss)
    weights = {name: value.detach() for name, value in of_sample.named_parameters() if value.requires_grad}

    def magnitude(prepared: dict[str, Tensor], label: Tensor) -> Tensor:
        gradients = grad(lambda given: functional_call(of_sample, given, (prepared, label)))(weights)
        return torch.stack([values.norm() for values in gradients.values()]).sum()

    # vmap can follow only the plain form of attention
    with sdpa_kernel(SDPBackend.MATH):
        return vmap(magnitude, chunk_size=_samples_at_once(weights))(model.preprocess(inputs), labels)


def _samples_at_once(weights: dict[str, Tensor]) -> int:
    on_gpu = any(values.is_cuda for values in weights.values())
    of_one = sum(values.nbytes for values in weights.values())
    return max(1, (_MEMORY_ON_GPU if on_gpu else _MEMORY_ON_CPU) // max(1, of_one))


class _SampleLoss(nn.Module):
    """One sample's loss from its preprocessed inputs, as a module, so that the weights can be handed in."""

    def __init__(self, model: LateFusion, loss: str) -> None:
        super().__init__()
        self.model, self.loss = model, loss

    def forward(self, prepared: dict[str, Tensor], label: Tensor) -> Tensor:
        features = {name: self.model.encoders[name](values[None]) for name, values in prepared.items()}
        losses = per_sample_losses(self.model.classify(features).logits, label[None])
        return (losses[MULTIMODAL] if self.loss == MULTIMODAL else sum(losses.values())).squeeze()
