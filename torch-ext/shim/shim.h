// The C interface between Rust and libtorch.
//
// Every function that can fail returns null, or a message that the caller
// frees with te_free_message. No C++ exception leaves the shim.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>

#include <c10/core/Device.h>
#include <c10/util/Exception.h>
#include <c10/util/intrusive_ptr.h>

namespace c10d {
class Backend;
class Store;
}  // namespace c10d

namespace torch_ext {

inline char out_of_memory[] = "out of memory while reporting an error";

inline char* message(const char* text) noexcept {
  char* copy = strdup(text);
  return copy ? copy : out_of_memory;
}

// Runs `body` and turns an exception into a message.
template <class Body>
char* guarded(Body&& body) noexcept {
  try {
    body();
    return nullptr;
  } catch (const c10::Error& error) {
    return message(error.what_without_backtrace());
  } catch (const std::exception& error) {
    return message(error.what());
  } catch (...) {
    return message("unknown C++ exception");
  }
}

// The CUDA device with this index, with CUDA initialised; throws where there is none.
c10::Device cuda_device(int64_t index);

// Where a group of ranks meets, and who asks.
struct Place {
  int rank;
  int ranks;
  std::chrono::milliseconds limit;
};

// The part of a group that moves tensors of a CUDA device; throws where it is not in this build.
c10::intrusive_ptr<c10d::Backend> nccl_backend(c10::intrusive_ptr<c10d::Store> store, const Place& place);

}  // namespace torch_ext

extern "C" {

struct TeGraph;
struct TeEvent;
struct TeStore;
struct TeGroup;
struct TeBuckets;

void te_free_message(char* message);

// device.cpp
uint64_t te_version();

// The vector instructions of libtorch's own kernels, such as "AVX2"; the caller frees it as a message.
char* te_cpu_capability();
char* te_peak_memory(int64_t device, uint64_t* bytes);
char* te_device_memory(int64_t device, uint64_t* free, uint64_t* total);

// Versions of the CUDA runtime and of cuDNN that libtorch was built with; 0 without one.
char* te_cuda_versions(int64_t* runtime, int64_t* cudnn);

// Gives back what libtorch keeps of the memory of CUDA devices for tensors to come.
char* te_release_memory();

// operations.cpp
char* te_count_operations();
uint64_t te_operations();

// flags.cpp
char* te_allow_tf32(bool on);
char* te_cudnn_benchmark(bool on);
char* te_cudnn_deterministic(bool on);
char* te_onednn(bool on);
char* te_flush_denormal(bool on, bool* supported);

// sgd.cpp; tensors are pointers to at::Tensor
char* te_fused_sgd(void* values, void* gradient, void* momentum, void* rate, double decay,
                   double factor, bool nesterov);

// event.cpp
char* te_event_new(int64_t device, TeEvent** event);
char* te_event_record(TeEvent* event);
char* te_event_synchronize(TeEvent* event);
char* te_event_elapsed(TeEvent* earlier, TeEvent* later, double* milliseconds);
void te_event_delete(TeEvent* event);

// group.cpp or group_absent.cpp; tensors are pointers to at::Tensor
bool te_ranks_compiled();
char* te_store_new(const char* host, uint16_t port, bool serves, int64_t limit_ms, TeStore** store, uint16_t* bound);
char* te_store_again(TeStore* store, TeStore** another);
char* te_store_add(TeStore* store, const char* key, int64_t amount, int64_t* value);
void te_store_delete(TeStore* store);
char* te_group_new(TeStore* store, const char* part_of_store, const char* host, int64_t rank, int64_t ranks,
                   int64_t cuda, int64_t limit_ms, TeGroup** group);
char* te_group_all_to_all(TeGroup* group, void* output, void* input);
char* te_group_all_gather(TeGroup* group, void* output, void* input);
char* te_group_sum(TeGroup* group, void* own, void** sum);
char* te_group_check(TeGroup* group);
void te_group_delete(TeGroup* group);

// buckets.cpp or group_absent.cpp. `rows` and `received` are tensors a bucket, `leaves` and `parts`, where their gradients
// belong in the rows of bucket `bucket_of`, tensors a leaf.
char* te_buckets_new(TeGroup* group, void** rows, void** received, int64_t buckets, void** leaves, void** parts,
                     const int64_t* bucket_of, int64_t count, TeBuckets** made);
void te_buckets_begin(TeBuckets* buckets, int64_t expected);
char* te_buckets_finish(TeBuckets* buckets);
void te_buckets_delete(TeBuckets* buckets);

// nccl.cpp, nccl_absent.cpp or group_absent.cpp
bool te_nccl_compiled();

// properties.cpp or cuda_absent.cpp
char* te_device_uuid(int64_t device, uint8_t* bytes);
char* te_waiting_is_an_error(bool on);

// Counts the operations of this thread that wait for a CUDA device, until the number is asked for.
char* te_count_waits();
uint64_t te_waits();

// Does what libtorch does just before it waits for the device, without a device.
char* te_as_if_waiting();

// graph.cpp or cuda_absent.cpp
bool te_cuda_compiled();
char* te_graph_new(int64_t device, TeGraph** graph);
char* te_graph_enter(TeGraph* graph);
char* te_graph_leave(TeGraph* graph);
char* te_graph_capture_begin(TeGraph* graph);
char* te_graph_capture_end(TeGraph* graph);
void te_graph_capture_abort(TeGraph* graph);
char* te_graph_replay(TeGraph* graph);
void te_graph_delete(TeGraph* graph);

}  // extern "C"
