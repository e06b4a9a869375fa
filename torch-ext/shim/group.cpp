// A group of processes that exchange tensors, by libtorch's c10d: Gloo between processors, NCCL between GPUs.
//
// The processes find each other through a TCPStore, which one of them serves. Needs the headers of Gloo.

#include "shim.h"

#include <ATen/core/Tensor.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <cstdlib>
#include <string>
#include <vector>

using torch_ext::guarded;
using torch_ext::Place;

struct TeStore {
  c10::intrusive_ptr<c10d::Store> store;
};

struct TeGroup {
  c10::intrusive_ptr<c10d::Backend> backend;
};

namespace {

at::Tensor& tensor(void* pointer) { return *static_cast<at::Tensor*>(pointer); }

// Waits until `work` is done, or fails, or its time is over.
void finish(const c10::intrusive_ptr<c10d::Work>& work) {
  TORCH_CHECK(work->wait(), "an exchange between ranks was ended");
}

// A part of `store` for the next group that meets there. torchrun's store is that of all trials and of all its attempts,
// and the addresses that one group left in it would lead the next astray.
c10::intrusive_ptr<c10d::Store> part_for_group(const c10::intrusive_ptr<c10d::Store>& store, int ranks) {
  const char* attempt = std::getenv("TORCHELASTIC_RESTART_COUNT");
  const std::string name = std::string("attempt-") + (attempt ? attempt : "0");
  auto all = c10::make_intrusive<c10d::PrefixStore>(name, store);
  const int64_t group = (all->add("ranks", 1) - 1) / ranks;
  return c10::make_intrusive<c10d::PrefixStore>("group-" + std::to_string(group), all);
}

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

void te_store_delete(TeStore* store) { delete store; }

char* te_group_new(TeStore* store, const char* host, int64_t rank, int64_t ranks, int64_t cuda, int64_t limit_ms,
                   TeGroup** group) {
  return guarded([&] {
    const Place place{static_cast<int>(rank), static_cast<int>(ranks), std::chrono::milliseconds(limit_ms)};
    store->store->setTimeout(place.limit);
    if (cuda >= 0) {
      torch_ext::cuda_device(cuda);
    }
    const auto part = part_for_group(store->store, place.ranks);
    auto backend = cuda < 0 ? gloo_backend(part, host, place) : torch_ext::nccl_backend(part, place);
    *group = new TeGroup{std::move(backend)};
  });
}

char* te_group_all_to_all(TeGroup* group, void* output, void* input) {
  return guarded([&] {
    // Without sizes, equal parts of the first dimension.
    std::vector<int64_t> equal_out, equal_in;
    finish(group->backend->alltoall_base(tensor(output), tensor(input), equal_out, equal_in));
  });
}

char* te_group_all_gather(TeGroup* group, void* output, void* input) {
  return guarded([&] { finish(group->backend->_allgather_base(tensor(output), tensor(input))); });
}

void te_group_delete(TeGroup* group) {
  try {
    delete group;
  } catch (...) {
    // A group that broke cannot be taken down in good order; the process ends soon.
  }
}
