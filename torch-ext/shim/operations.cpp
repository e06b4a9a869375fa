// Counts what a piece of work launches, on any device.
//
// libtorch tells observers of every operation that it dispatches, those within another included. What is counted is
// the innermost ones that compute. The observer belongs to the thread that counts, and libtorch takes it along to the
// threads in which the backward pass of that thread runs; what other threads compute meanwhile isn't counted.

#include "shim.h"

#include <ATen/record_function.h>

#include <atomic>
#include <optional>
#include <string_view>
#include <vector>

namespace {

// Operations that only describe memory, or make room, and compute nothing.
constexpr std::string_view without_work[] = {
    "aten::alias",      "aten::as_strided",  "aten::chunk",       "aten::detach",
    "detach",           "aten::empty",       "aten::empty_like",  "aten::empty_strided",
    "aten::expand",     "aten::expand_as",   "aten::flatten",     "aten::narrow",
    "aten::new_empty",  "aten::numpy_T",     "aten::permute",     "aten::reshape",
    "aten::resize_",    "aten::select",      "aten::set_",        "aten::slice",
    "aten::split",      "aten::squeeze",     "aten::t",           "aten::transpose",
    "aten::unbind",     "aten::unflatten",   "aten::unsqueeze",   "aten::view",
    "aten::view_as",    "aten::_unsafe_view", "aten::_reshape_alias", "aten::split_with_sizes",
    "aten::new_empty_strided", "aten::resize_as_", "aten::lift_fresh", "aten::result_type",
    "aten::resolve_conj", "aten::resolve_neg",
};

bool works(std::string_view name) {
  for (const auto quiet : without_work) {
    if (name == quiet) {
      return false;
    }
  }
  return true;
}

std::atomic<uint64_t> found{0};

// Of each operation that this thread is in, whether it has called another that computes. One that has is made of
// those and launches nothing itself.
thread_local std::vector<bool> delegates;

std::unique_ptr<at::ObserverContext> begin(const at::RecordFunction& operation) {
  if (works(operation.name()) && !delegates.empty()) {
    delegates.back() = true;
  }
  delegates.push_back(false);
  return nullptr;
}

void end(const at::RecordFunction& operation, at::ObserverContext*) {
  if (delegates.empty()) {
    return;
  }
  if (works(operation.name()) && !delegates.back()) {
    ++found;
  }
  delegates.pop_back();
}

// One count at a time in the whole process, since the threads of a backward pass add to the same number.
std::atomic<bool> taken{false};

thread_local std::optional<at::CallbackHandle> counting;

}  // namespace

char* te_count_operations() {
  return torch_ext::guarded([&] {
    TORCH_CHECK(!taken.exchange(true), "operations are being counted already");
    found = 0;
    counting = at::addThreadLocalCallback(
        at::RecordFunctionCallback(begin, end).scopes({at::RecordScope::FUNCTION}));
  });
}

uint64_t te_operations() {
  const uint64_t operations = found;
  if (counting) {
    at::removeCallback(*counting);
    counting.reset();
    taken = false;
  }
  return operations;
}
