// CUDA graphs: recording a piece of work once, and launching it as a whole.
//
// The order of calls is that of torch.cuda.graph in PyTorch: synchronise, give
// cached memory back, go to a side stream, begin, work, end, come back.

#include "shim.h"

#include <ATen/Context.h>
#include <ATen/core/CachingHostAllocator.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <memory>
#include <optional>

using c10::impl::VirtualGuardImpl;
using torch_ext::cuda_device;
using torch_ext::guarded;

namespace {

namespace allocator = c10::cuda::CUDACachingAllocator;

VirtualGuardImpl cuda() { return VirtualGuardImpl(c10::kCUDA); }

// Work given to `later` from now on starts after what `earlier` has now.
void order(c10::Stream earlier, c10::Stream later) {
  c10::Event event(c10::kCUDA);
  event.record(earlier);
  event.block(later);
}

// One pool for all graphs of the process, for each would otherwise hold the
// memory of a whole step for itself. Graphs may share one when none runs beside
// another and nothing that a graph leaves in it is read after another has run;
// torch_ext::CudaGraph asks that of its callers.
at::cuda::MempoolId_t shared_pool() {
  static const auto pool = at::cuda::graph_pool_handle();
  return pool;
}

template <class Body>
void ignoring_errors(Body&& body) noexcept {
  try {
    body();
  } catch (...) {
  }
}

}  // namespace

struct TeGraph {
  c10::Device device;
  c10::Stream side;
  std::optional<c10::StreamGuard> on_side;  // present while `side` is the current stream
  at::cuda::MempoolId_t pool{};
  std::unique_ptr<at::cuda::CUDAGraph> graph;

  explicit TeGraph(c10::Device device)
      : device(device), side(cuda().getStreamFromGlobalPool(device)) {}

  // Undoes a capture that failed, as far as libtorch lets it be undone, so that
  // the process can go on without graphs. When the capture was invalidated,
  // capture_end stops at its first step and leaves three things behind.
  void abandon() noexcept {
    const bool ended = graph_ended();
    if (!ended) {
      // 1. The allocators still send allocations of this capture to its pool,
      // 2. and still hold the pool.
      auto* host = at::getHostAllocator(c10::kCUDA);
      ignoring_errors([&] { allocator::endAllocateToPool(device.index(), pool); });
      ignoring_errors([&] { allocator::releasePool(device.index(), pool); });
      ignoring_errors([&] { host->end_allocate_to_pool(pool); });
      ignoring_errors([&] { host->release_pool(pool); });
    }
    ignoring_errors([&] { graph.reset(); });
    if (!ended) {
      // 3. The random generator believes that it is being captured. A clone has
      // its seed and position without that belief.
      ignoring_errors([&] {
        auto generator = at::globalContext().defaultGenerator(device);
        generator.graphsafe_set_state(generator.clone());
      });
    }
  }

 private:
  bool graph_ended() noexcept {
    try {
      graph->pool();  // throws unless a capture has ended well
      return true;
    } catch (...) {
      return false;
    }
  }
};

bool te_cuda_compiled() { return true; }

char* te_graph_new(int64_t device, TeGraph** graph) {
  return guarded([&] { *graph = new TeGraph(cuda_device(device)); });
}

char* te_graph_enter(TeGraph* graph) {
  return guarded([&] {
    order(cuda().getStream(graph->device), graph->side);
    graph->on_side.emplace(graph->side);
  });
}

char* te_graph_leave(TeGraph* graph) {
  return guarded([&] {
    graph->on_side.reset();
    order(graph->side, cuda().getStream(graph->device));
  });
}

char* te_graph_capture_begin(TeGraph* graph) {
  return guarded([&] {
    graph->graph.reset();
    cuda().synchronizeDevice(graph->device.index());
    c10::getDeviceAllocator(c10::kCUDA)->emptyCache();
    at::getHostAllocator(c10::kCUDA)->empty_cache();

    graph->on_side.emplace(graph->side);
    try {
      graph->graph = std::make_unique<at::cuda::CUDAGraph>();
      graph->pool = shared_pool();
      // A thread that prepares batches may allocate meanwhile; the strictest
      // mode would have its calls invalidate this capture.
      graph->graph->capture_begin(graph->pool, cudaStreamCaptureModeThreadLocal);
    } catch (...) {
      te_graph_capture_abort(graph);
      throw;
    }
  });
}

char* te_graph_capture_end(TeGraph* graph) {
  return guarded([&] {
    try {
      graph->graph->capture_end();
    } catch (...) {
      graph->abandon();
      graph->on_side.reset();
      throw;
    }
    graph->on_side.reset();
  });
}

void te_graph_capture_abort(TeGraph* graph) {
  if (graph->graph) {
    ignoring_errors([&] { graph->graph->capture_end(); });
    graph->abandon();
  }
  ignoring_errors([&] { graph->on_side.reset(); });
}

char* te_graph_replay(TeGraph* graph) {
  return guarded([&] {
    TORCH_CHECK(graph->graph, "nothing was captured, so there is nothing to replay");
    // A replay goes to the current stream of the current device.
    c10::StreamGuard device(cuda().getStream(graph->device));
    graph->graph->replay();
  });
}

void te_graph_delete(TeGraph* graph) { delete graph; }
