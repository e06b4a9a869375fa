// Stands in for group.cpp where that cannot be compiled.

#include "shim.h"

namespace {

char* absent() {
  return torch_ext::message(
      "several ranks for one trial are not in this build: it was made without the headers of Gloo. Install them "
      "(sudo apt-get install libgloo-dev), then `make setup` and `make build`, or leave out --ranks");
}

}  // namespace

bool te_ranks_compiled() { return false; }
bool te_nccl_compiled() { return false; }
char* te_store_new(const char*, uint16_t, bool, int64_t, TeStore**, uint16_t*) { return absent(); }
char* te_store_again(TeStore*, TeStore**) { return absent(); }
char* te_store_add(TeStore*, const char*, int64_t, int64_t*) { return absent(); }
void te_store_delete(TeStore*) {}
char* te_group_new(TeStore*, const char*, const char*, int64_t, int64_t, int64_t, int64_t, TeGroup**) {
  return absent();
}
char* te_group_all_to_all(TeGroup*, void*, void*) { return absent(); }
char* te_group_all_gather(TeGroup*, void*, void*) { return absent(); }
char* te_group_sum(TeGroup*, void*, void**) { return absent(); }
char* te_group_check(TeGroup*) { return absent(); }
void te_group_delete(TeGroup*) {}
char* te_buckets_new(TeGroup*, void**, void**, int64_t, void**, void**, const int64_t*, int64_t, TeBuckets**) {
  return absent();
}
void te_buckets_begin(TeBuckets*, int64_t) {}
char* te_buckets_finish(TeBuckets*) { return absent(); }
void te_buckets_delete(TeBuckets*) {}
