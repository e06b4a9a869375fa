// A group of processes that exchange tensors, by libtorch's c10d: Gloo between processors, NCCL between GPUs.
//
// The processes find each other through a TCPStore, which one of them serves. Needs the headers of Gloo.

#include "group.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <cstdlib>
#include <string>
#include <vector>

using torch_ext::Exchanges;
using torch_ext::finish;
using torch_ext::guarded;
using torch_ext::Place;
using torch_ext::tensor;

struct TeStore {
  c10::intrusive_ptr<c10d::Store> store;
};

namespace {

// The network interfaces that GLOO_SOCKET_IFNAME names, as for torchrun; else that of the machine's name, or, where the
// ranks meet on this machine alone, the loopback.
std::vector<std::shared_ptr<gloo::transport::Device>> devices(const std::string& host) {
  using c10d::ProcessGroupGloo;
  std::vector<std::shared_ptr<gloo::transport::Device>> found;
  const char* named = std::getenv("GLOO_SOCKET_IFNAME");
  std::string names = named ? named : "";
  while (!names.empty()) {
    const auto end = names.find(',');
    const auto name = names.substr(0, end);
    if (!name.empty()) {
      found.push_back(ProcessGroupGloo::createDeviceForInterface(name));
    }
    names = end == std::string::npos ? "" : names.substr(end + 1);
  }
  if (found.empty()) {
    const bool here = host == "127.0.0.1" || host == "localhost";
    found.push_back(here ? ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                         : ProcessGroupGloo::createDefaultDevice());
  }
  return found;
}

c10::intrusive_ptr<c10d::Backend> gloo_backend(const c10::intrusive_ptr<c10d::Store>& store,
                                               const std::string& host, const Place& place) {
  auto options = c10d::ProcessGroupGloo::Options::create(place.limit);
  options->devices = devices(host);
  return c10::make_intrusive<c10d::ProcessGroupGloo>(store, place.rank, place.ranks, options);
}

// The sum of a tensor over all ranks. Its gradient is that of the sum of what all ranks differentiate, and so the same sum
// of gradients, which can be differentiated in turn.
struct RanksSum : torch::autograd::Function<RanksSum> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& own,
                            const c10::intrusive_ptr<Exchanges>& exchanges) {
    context->saved_data["exchanges"] = c10::IValue::make_capsule(exchanges);
    std::vector<at::Tensor> sum{own.clone(at::MemoryFormat::Contiguous)};
    exchanges->within_pass([&] { finish(exchanges->backend->allreduce(sum)); });
    return sum[0];
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    auto exchanges = context->saved_data["exchanges"].toCapsule();
    return {apply(gradients[0], c10::static_intrusive_pointer_cast<Exchanges>(exchanges)), at::Tensor()};
  }
};

}  // namespace

bool te_ranks_compiled() { return true; }

char* te_store_new(const char* host, uint16_t port, bool serves, int64_t limit_ms, TeStore** store,
                   uint16_t* bound) {
  return guarded([&] {
    c10d::TCPStoreOptions options;
    options.port = port;
    options.isServer = serves;
    options.waitWorkers = false;
    options.timeout = std::chrono::milliseconds(limit_ms);
    auto made = c10::make_intrusive<c10d::TCPStore>(host, options);
    *bound = made->getPort();
    *store = new TeStore{made};
  });
}

char* te_store_again(TeStore* store, TeStore** another) {
  return guarded([&] { *another = new TeStore{store->store->clone()}; });
}

char* te_store_add(TeStore* store, const char* key, int64_t amount, int64_t* value) {
  return guarded([&] { *value = store->store->add(key, amount); });
}

void te_store_delete(TeStore* store) { delete store; }

char* te_group_new(TeStore* store, const char* part_of_store, const char* host, int64_t rank, int64_t ranks,
                   int64_t cuda, int64_t limit_ms, TeGroup** group) {
  return guarded([&] {
    const Place place{static_cast<int>(rank), static_cast<int>(ranks), std::chrono::milliseconds(limit_ms)};
    store->store->setTimeout(place.limit);
    if (cuda >= 0) {
      torch_ext::cuda_device(cuda);
    }
    const auto part = c10::make_intrusive<c10d::PrefixStore>(part_of_store, store->store);
    auto backend = cuda < 0 ? gloo_backend(part, host, place) : torch_ext::nccl_backend(part, place);
    *group = new TeGroup{c10::make_intrusive<Exchanges>(std::move(backend))};
  });
}

char* te_group_all_to_all(TeGroup* group, void* output, void* input) {
  return guarded([&] {
    // Without sizes, equal parts of the first dimension.
    std::vector<int64_t> equal_out, equal_in;
    finish(group->exchanges->backend->alltoall_base(tensor(output), tensor(input), equal_out, equal_in));
  });
}

char* te_group_all_gather(TeGroup* group, void* output, void* input) {
  return guarded([&] { finish(group->exchanges->backend->_allgather_base(tensor(output), tensor(input))); });
}

char* te_group_sum(TeGroup* group, void* own, void** sum) {
  return guarded([&] { *sum = new at::Tensor(RanksSum::apply(tensor(own), group->exchanges)); });
}

char* te_group_check(TeGroup* group) {
  return guarded([&] { group->exchanges->check(); });
}

void te_group_delete(TeGroup* group) {
  try {
    delete group;
  } catch (...) {
    // A group that broke cannot be taken down in good order; the process ends soon.
  }
}
