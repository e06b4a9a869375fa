// Version, events, synchronisation and memory statistics, through libtorch's
// device-independent interfaces, which need no CUDA headers.

#include "shim.h"

#include <ATen/Context.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/csrc/inductor/aoti_torch/c/shim.h>

using c10::impl::VirtualGuardImpl;
using torch_ext::cuda_device;
using torch_ext::guarded;

c10::Device torch_ext::cuda_device(int64_t index) {
  TORCH_CHECK(at::hasCUDA(),
              "no CUDA device: libtorch was built without CUDA, or sees no GPU and driver "
              "(nvidia-smi shows whether the system does)");
  at::globalContext().lazyInitDevice(c10::kCUDA);
  const int64_t count = VirtualGuardImpl(c10::kCUDA).deviceCount();
  TORCH_CHECK(0 <= index && index < count, "no CUDA device ", index, ": this machine has ", count);
  return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index));
}

struct TeEvent {
  c10::Device device;
  c10::Event event{c10::kCUDA, c10::EventFlag::BACKEND_DEFAULT};  // this flag keeps the time

  explicit TeEvent(c10::Device device) : device(device) {}
};

void te_free_message(char* message) {
  if (message != torch_ext::out_of_memory) {
    free(message);
  }
}

uint64_t te_version() { return aoti_torch_abi_version(); }

char* te_synchronize(int64_t device) {
  return guarded([&] {
    VirtualGuardImpl(c10::kCUDA).synchronizeDevice(cuda_device(device).index());
  });
}

char* te_peak_allocated(int64_t device, uint64_t* bytes) {
  return guarded([&] {
    const auto index = cuda_device(device).index();
    const auto stats = c10::getDeviceAllocator(c10::kCUDA)->getDeviceStats(index);
    const auto all = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    *bytes = static_cast<uint64_t>(stats.allocated_bytes[all].peak);
  });
}

char* te_event_new(int64_t device, TeEvent** event) {
  return guarded([&] { *event = new TeEvent(cuda_device(device)); });
}

char* te_event_record(TeEvent* event) {
  return guarded([&] {
    event->event.record(VirtualGuardImpl(c10::kCUDA).getStream(event->device));
  });
}

char* te_event_elapsed_ms(const TeEvent* start, const TeEvent* end, double* milliseconds) {
  return guarded([&] {
    end->event.synchronize();
    *milliseconds = start->event.elapsedTime(end->event);
  });
}

void te_event_delete(TeEvent* event) { delete event; }
