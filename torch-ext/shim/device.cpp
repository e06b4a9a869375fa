// Version, devices and their memory, through libtorch's device-independent interfaces, which
// need no CUDA headers.

#include "shim.h"

#include <ATen/Context.h>
#include <ATen/Version.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/csrc/inductor/aoti_torch/c/shim.h>

using c10::impl::VirtualGuardImpl;

c10::Device torch_ext::cuda_device(int64_t index) {
  TORCH_CHECK(at::hasCUDA(),
              "no CUDA device: libtorch was built without CUDA, or sees no GPU and driver "
              "(nvidia-smi shows whether the system does)");
  at::globalContext().lazyInitDevice(c10::kCUDA);
  const int64_t count = VirtualGuardImpl(c10::kCUDA).deviceCount();
  TORCH_CHECK(0 <= index && index < count, "no CUDA device ", index, ": this machine has ", count);
  return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index));
}

void te_free_message(char* message) {
  if (message != torch_ext::out_of_memory) {
    free(message);
  }
}

uint64_t te_version() { return aoti_torch_abi_version(); }

char* te_cpu_capability() { return strdup(at::get_cpu_capability().c_str()); }

char* te_peak_memory(int64_t device, uint64_t* bytes) {
  return torch_ext::guarded([&] {
    const auto index = torch_ext::cuda_device(device).index();
    const auto stats = c10::getDeviceAllocator(c10::kCUDA)->getDeviceStats(index);
    const auto all = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    *bytes = static_cast<uint64_t>(stats.reserved_bytes[all].peak);
  });
}

char* te_device_memory(int64_t device, uint64_t* free, uint64_t* total) {
  return torch_ext::guarded([&] {
    const auto index = torch_ext::cuda_device(device).index();
    const auto memory = c10::getDeviceAllocator(c10::kCUDA)->getMemoryInfo(index);
    *free = memory.first;
    *total = memory.second;
  });
}

char* te_release_memory() {
  return torch_ext::guarded([&] {
    if (at::hasCUDA()) {
      c10::getDeviceAllocator(c10::kCUDA)->emptyCache();
    }
  });
}

char* te_cuda_versions(int64_t* runtime, int64_t* cudnn) {
  return torch_ext::guarded([&] {
    *runtime = at::hasCUDA() ? at::Context::versionCUDART() : 0;
    *cudnn = at::hasCUDA() && at::Context::hasCuDNN() ? at::Context::versionCuDNN() : 0;
  });
}
