// What a CUDA device says of itself, and what happens where the host waits for it.

#include "shim.h"

#include <c10/cuda/CUDAFunctions.h>
#include <cuda_runtime_api.h>

#include <cstddef>
#include <string>

using torch_ext::guarded;

// As ATen/cuda/CUDAContextLight.h declares it; that header needs those of cuBLAS, cuSPARSE and cuSOLVER as well.
namespace at::cuda {
cudaDeviceProp* getDeviceProperties(c10::DeviceIndex device);
}

// The fields behind it are in other places in other versions of CUDA; this one is not.
static_assert(offsetof(cudaDeviceProp, uuid) == 256, "the identifier of a device follows its name");

char* te_device_uuid(int64_t device, uint8_t* bytes) {
  return guarded([&] {
    const auto index = torch_ext::cuda_device(device).index();
    std::memcpy(bytes, at::cuda::getDeviceProperties(index)->uuid.bytes, 16);
  });
}

char* te_waiting_is_an_error(bool on) {
  return guarded([&] {
    using Mode = c10::cuda::SyncDebugMode;
    c10::cuda::warning_state().set_sync_debug_mode(on ? Mode::L_ERROR : Mode::L_DISABLED);
  });
}

namespace {

// Counts what libtorch warns of while waits are counted, and passes everything else on.
class Counter : public c10::WarningHandler {
 public:
  uint64_t waits = 0;
  c10::WarningHandler* others = nullptr;

  void process(const c10::Warning& warning) override {
    if (warning.msg().find("synchronizing CUDA operation") != std::string::npos) {
      ++waits;
    } else {
      others->process(warning);
    }
  }
};

thread_local Counter counter;

}  // namespace

char* te_count_waits() {
  return guarded([&] {
    using Mode = c10::cuda::SyncDebugMode;
    TORCH_CHECK(c10::cuda::warning_state().get_sync_debug_mode() == Mode::L_DISABLED,
                "waits are counted already, or errors");
    counter.waits = 0;
    counter.others = c10::WarningUtils::get_warning_handler();
    c10::WarningUtils::set_warning_handler(&counter);
    c10::cuda::warning_state().set_sync_debug_mode(Mode::L_WARN);
  });
}

uint64_t te_waits() {
  if (counter.others != nullptr) {
    c10::cuda::warning_state().set_sync_debug_mode(c10::cuda::SyncDebugMode::L_DISABLED);
    c10::WarningUtils::set_warning_handler(counter.others);
    counter.others = nullptr;
  }
  return counter.waits;
}

char* te_as_if_waiting() {
  return guarded([] { c10::cuda::warn_or_error_on_sync(); });
}
