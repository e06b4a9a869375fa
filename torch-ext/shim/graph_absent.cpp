// Stands in for graph.cpp where that cannot be compiled.

#include "shim.h"

namespace {

char* absent() {
  return torch_ext::message(
      "CUDA graphs are not in this build: it was made without CUDA headers or without a CUDA "
      "libtorch. Install the headers (./setup.sh names them) and build again");
}

}  // namespace

bool te_cuda_compiled() { return false; }
char* te_graph_new(int64_t, TeGraph**) { return absent(); }
char* te_graph_enter(TeGraph*) { return absent(); }
char* te_graph_leave(TeGraph*) { return absent(); }
char* te_graph_capture_begin(TeGraph*) { return absent(); }
char* te_graph_capture_end(TeGraph*) { return absent(); }
void te_graph_capture_abort(TeGraph*) {}
char* te_graph_replay(TeGraph*) { return absent(); }
void te_graph_delete(TeGraph*) {}
