// Stands in for nccl.cpp where that cannot be compiled.

#include "shim.h"

#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

c10::intrusive_ptr<c10d::Backend> torch_ext::nccl_backend(c10::intrusive_ptr<c10d::Store>, const Place&) {
  TORCH_CHECK(false,
              "several GPUs for one trial are not in this build: it was made without the headers of CUDA or NCCL. "
              "Install them (./setup.sh names them) and build again, or use --device cpu");
}
