// What a CUDA device says of itself, and whether waiting for it is an error.

#include "shim.h"

#include <c10/cuda/CUDAFunctions.h>
#include <cuda_runtime_api.h>

#include <cstddef>

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

char* te_as_if_waiting() {
  return guarded([] { c10::cuda::warn_or_error_on_sync(); });
}
