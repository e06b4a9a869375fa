// A step of SGD in one kernel.

#include "shim.h"

#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/_fused_sgd.h>

using torch_ext::guarded;

char* te_fused_sgd(void* values, void* gradient, void* momentum, void* rate, double decay,
                   double factor, bool nesterov) {
  return guarded([&] {
    auto tensor = [](void* raw) -> at::Tensor& { return *static_cast<at::Tensor*>(raw); };
    const at::Tensor& like = tensor(values);
    for (void* raw : {values, gradient, momentum}) {
      const at::Tensor& one = tensor(raw);
      // libtorch itself reads beyond the end of the smaller one.
      TORCH_CHECK(one.sizes() == like.sizes() && one.is_contiguous() && one.device() == like.device() &&
                      one.scalar_type() == like.scalar_type(),
                  "values, gradient and momentum have to be contiguous tensors of one shape and number format");
    }
    // Without momentum libtorch wants no buffer for it.
    std::vector<at::Tensor> buffers;
    if (factor != 0.0) buffers.push_back(tensor(momentum));
    at::_fused_sgd_({tensor(values)}, {tensor(gradient)}, buffers, decay, factor, tensor(rate),
                    /*dampening=*/0.0, nesterov && factor != 0.0, /*maximize=*/false,
                    /*is_first_step=*/false);
  });
}
