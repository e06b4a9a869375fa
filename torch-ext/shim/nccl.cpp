// The part of a group of ranks that moves tensors of GPUs. Needs the headers of CUDA and of NCCL.

#include "shim.h"

#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

#include <cstdlib>

bool te_nccl_compiled() { return true; }

c10::intrusive_ptr<c10d::Backend> torch_ext::nccl_backend(c10::intrusive_ptr<c10d::Store> store,
                                                          const Place& place) {
  // A wait then ends with an error when its time is over. Otherwise libtorch ends the whole process at that moment,
  // and no message says which rank was missing.
  setenv("TORCH_NCCL_BLOCKING_WAIT", "1", 0);
  setenv("TORCH_NCCL_ASYNC_ERROR_HANDLING", "0", 0);
  auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = place.limit;
  return c10::make_intrusive<c10d::ProcessGroupNCCL>(std::move(store), place.rank, place.ranks, options);
}
