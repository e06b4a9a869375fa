// Switches of libtorch's global context.

#include "shim.h"

#include <ATen/Context.h>

using torch_ext::guarded;

char* te_allow_tf32(bool on) {
  return guarded([&] {
    auto& context = at::globalContext();
    context.setAllowTF32CuBLAS(on);
    context.setAllowTF32CuDNN(on);
  });
}

char* te_cudnn_benchmark(bool on) {
  return guarded([&] { at::globalContext().setBenchmarkCuDNN(on); });
}

char* te_cudnn_deterministic(bool on) {
  return guarded([&] { at::globalContext().setDeterministicCuDNN(on); });
}

char* te_onednn(bool on) {
  return guarded([&] { at::globalContext().setUserEnabledMkldnn(on); });
}

char* te_flush_denormal(bool on, bool* supported) {
  return guarded([&] { *supported = at::Context::setFlushDenormal(on); });
}
