// Stands in for graph.cpp and properties.cpp where those cannot be compiled.

#include "shim.h"

namespace {

char* absent() {
  return torch_ext::message(
      "CUDA graphs and properties are not in this build: it was made without CUDA headers or without a "
      "CUDA libtorch. Install the headers (./setup.sh names them) and build again");
}

}  // namespace

char* te_device_uuid(int64_t, uint8_t*) { return absent(); }
char* te_waiting_is_an_error(bool) { return absent(); }
char* te_count_waits() { return absent(); }
uint64_t te_waits() { return 0; }
char* te_as_if_waiting() { return absent(); }

bool te_cuda_compiled() { return false; }
char* te_graph_new(int64_t, TeGraph**) { return absent(); }
char* te_graph_enter(TeGraph*) { return absent(); }
char* te_graph_leave(TeGraph*) { return absent(); }
char* te_graph_capture_begin(TeGraph*) { return absent(); }
char* te_graph_capture_end(TeGraph*) { return absent(); }
void te_graph_capture_abort(TeGraph*) {}
char* te_graph_replay(TeGraph*) { return absent(); }
void te_graph_delete(TeGraph*) {}
