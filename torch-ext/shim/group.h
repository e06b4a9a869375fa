// What the parts of the shim share of a group of ranks.
#pragma once

#include "shim.h"

#include <ATen/core/Tensor.h>
#include <torch/csrc/distributed/c10d/Backend.hpp>

#include <exception>

namespace torch_ext {

// The way to the other ranks, and what became of it. Nodes of the autograd graph hold it, too.
struct Exchanges : torch::CustomClassHolder {
  explicit Exchanges(c10::intrusive_ptr<c10d::Backend> way) : backend(std::move(way)) {}

  c10::intrusive_ptr<c10d::Backend> backend;

  // Why an exchange within a forward or backward pass failed. It is not thrown there, where whoever runs the pass could
  // not tell it from an error of the pass itself: no further exchange begins, the pass ends with numbers that are worth
  // nothing, and then it is asked for.
  std::exception_ptr failure;

  // Runs `exchange`, which is part of a pass, unless one has failed before.
  template <class Exchange>
  void within_pass(Exchange&& exchange) {
    if (failure) {
      return;
    }
    try {
      exchange();
    } catch (...) {
      failure = std::current_exception();
    }
  }

  // Throws what failed within a pass.
  void check() const {
    if (failure) {
      std::rethrow_exception(failure);
    }
  }
};

// Waits until `work` is done, or fails, or its time is over.
inline void finish(const c10::intrusive_ptr<c10d::Work>& work) {
  TORCH_CHECK(work->wait(), "an exchange between ranks was ended");
}

inline at::Tensor& tensor(void* pointer) { return *static_cast<at::Tensor*>(pointer); }

}  // namespace torch_ext

struct TeGroup {
  c10::intrusive_ptr<torch_ext::Exchanges> exchanges;
};
