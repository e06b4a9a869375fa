// Gradients that go to the other ranks during the backward pass that makes them.
//
// Hooks on the leaves copy each gradient into its bucket; a bucket that is full is exchanged while the pass goes on.
// Buckets are exchanged in their order and never in that in which they fill, since all ranks have to make their
// exchanges in one order.

#include "group.h"

#include <ATen/core/grad_mode.h>

#include <utility>
#include <vector>

using torch_ext::Exchanges;
using torch_ext::guarded;
using torch_ext::tensor;

namespace {

struct Bucket {
  // What each rank is given, and what this one is given by each: a row a rank.
  at::Tensor rows, received;
  int64_t parts = 0;
  int64_t missing = 0;
  c10::intrusive_ptr<c10d::Work> work;
};

// Where the gradient of a leaf belongs.
struct Place {
  int64_t bucket;
  at::Tensor part;
};

}  // namespace

struct TeBuckets {
  c10::intrusive_ptr<Exchanges> exchanges;
  std::vector<Bucket> buckets;
  std::vector<Place> places;
  std::vector<std::pair<at::Tensor, unsigned>> hooks;
  // Buckets of this pass; zero between two passes, when gradients are not collected.
  size_t expected = 0;
  size_t begun = 0;

  void take(const Place& place, const at::Tensor& gradient) {
    if (static_cast<size_t>(place.bucket) >= expected) {
      return;
    }
    exchanges->within_pass([&] {
      at::NoGradGuard no_graph;
      place.part.copy_(gradient);
      --buckets[place.bucket].missing;
      for (; begun < expected && buckets[begun].missing == 0; ++begun) {
        // Without sizes, equal parts of the first dimension.
        std::vector<int64_t> equal_out, equal_in;
        Bucket& full = buckets[begun];
        full.work = exchanges->backend->alltoall_base(full.received, full.rows, equal_out, equal_in);
      }
    });
  }

  ~TeBuckets() {
    for (const auto& [leaf, hook] : hooks) {
      leaf.remove_hook(hook);
    }
  }
};

char* te_buckets_new(TeGroup* group, void** rows, void** received, int64_t buckets, void** leaves, void** parts,
                     const int64_t* bucket_of, int64_t count, TeBuckets** made) {
  return guarded([&] {
    auto all = std::make_unique<TeBuckets>();
    all->exchanges = group->exchanges;
    for (int64_t bucket = 0; bucket < buckets; ++bucket) {
      Bucket one;
      one.rows = tensor(rows[bucket]);
      one.received = tensor(received[bucket]);
      all->buckets.push_back(one);
    }
    for (int64_t leaf = 0; leaf < count; ++leaf) {
      all->places.push_back({bucket_of[leaf], tensor(parts[leaf])});
      ++all->buckets[bucket_of[leaf]].parts;
    }
    for (int64_t leaf = 0; leaf < count; ++leaf) {
      auto hook = [all = all.get(), leaf](const at::Tensor& gradient) { all->take(all->places[leaf], gradient); };
      all->hooks.emplace_back(tensor(leaves[leaf]), tensor(leaves[leaf]).register_hook(hook));
    }
    *made = all.release();
  });
}

void te_buckets_begin(TeBuckets* buckets, int64_t expected) {
  buckets->expected = expected;
  buckets->begun = 0;
  for (Bucket& bucket : buckets->buckets) {
    bucket.missing = bucket.parts;
  }
}

char* te_buckets_finish(TeBuckets* buckets) {
  const size_t expected = std::exchange(buckets->expected, 0);
  return guarded([&] {
    buckets->exchanges->check();
    TORCH_CHECK(buckets->begun == expected, "a backward pass made no gradient of a layer of bucket ", buckets->begun);
    for (size_t bucket = 0; bucket < expected; ++bucket) {
      torch_ext::finish(buckets->buckets[bucket].work);
    }
  });
}

void te_buckets_delete(TeBuckets* buckets) { delete buckets; }
