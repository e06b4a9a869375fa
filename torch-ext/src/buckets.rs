//! Gradients that go to the other ranks during the backward pass that makes them, bucket by bucket.

use crate::{Group, Result, ffi};
use std::ops::Range;
use std::ptr::{self, NonNull};
use tch::{Kind, Tensor};

/// The gradients of some leaves in buckets, which are exchanged one after the other as soon as they are full.
///
/// In a bucket the gradients stand in a row, 32-bit, each laid out in memory as its leaf; the row is divided into a
/// stretch for each rank, the last filled up with zeros.
#[derive(Debug)]
pub struct Buckets {
    raw: NonNull<ffi::BucketsHandle>,
    received: Vec<Tensor>,
}

impl Buckets {
    /// Watches `leaves`, whose gradients the ranks of `group` exchange from now on. Each bucket has those of a range of
    /// leaves, the first the one whose gradients a backward pass makes first.
    ///
    /// # Errors
    ///
    /// If memory runs out, or ranks are not in this build.
    ///
    /// # Panics
    ///
    /// If a leaf is in no bucket.
    pub fn new(group: &Group, leaves: &[&Tensor], buckets: &[Range<usize>]) -> Result<Self> {
        let (mut rows, mut received) = (Vec::new(), Vec::new());
        let mut places = Vec::new();
        for (bucket, range) in buckets.iter().enumerate() {
            let elements: usize = leaves[range.clone()].iter().map(|leaf| leaf.numel()).sum();
            let size = [group.ranks() as i64, elements.div_ceil(group.ranks()) as i64];
            let row = Tensor::zeros(size, (Kind::Float, group.device()));
            let mut start = 0;
            for leaf in range.clone() {
                let like = leaves[leaf];
                places.push((leaf, bucket as i64, row.as_strided(like.size(), like.stride(), start)));
                start += like.numel() as i64;
            }
            received.push(row.zeros_like());
            rows.push(row);
        }
        places.sort_by_key(|(leaf, ..)| *leaf);
        assert!(places.iter().map(|(leaf, ..)| *leaf).eq(0..leaves.len()), "each leaf is in one bucket");
        let bucket_of: Vec<i64> = places.iter().map(|(_, bucket, _)| *bucket).collect();
        let mut parts: Vec<Tensor> = places.into_iter().map(|(.., part)| part).collect();
        let mut leaves: Vec<Tensor> = leaves.iter().map(|leaf| leaf.shallow_clone()).collect();
        let raw_of = |tensors: &mut [Tensor]| -> Vec<_> {
            tensors.iter_mut().map(|tensor| tensor.as_mut_ptr().cast()).collect()
        };
        let (raw_rows, raw_received) = (raw_of(&mut rows), raw_of(&mut received));
        let (raw_leaves, raw_parts) = (raw_of(&mut leaves), raw_of(&mut parts));
        let mut raw = ptr::null_mut();
        // SAFETY: the group and all tensors are alive; each list is as long as it is said to be, numbers of buckets are
        // below the number of buckets, and the last pointer is to a live variable, which a call that succeeds fills. The
        // shim keeps its own references.
        ffi::check(unsafe {
            ffi::te_buckets_new(
                group.raw(),
                raw_rows.as_ptr(),
                raw_received.as_ptr(),
                raw_rows.len() as i64,
                raw_leaves.as_ptr(),
                raw_parts.as_ptr(),
                bucket_of.as_ptr(),
                raw_parts.len() as i64,
                &mut raw,
            )
        })?;
        Ok(Self { raw: NonNull::new(raw).expect("the shim made buckets"), received })
    }

    /// Exchanges the first `buckets` in the backward pass that comes next; gradients of the others are not its concern.
    pub fn begin(&mut self, buckets: usize) {
        let count = buckets.min(self.received.len());
        // SAFETY: the buckets are alive, and there are as many.
        unsafe { ffi::te_buckets_begin(self.raw.as_ptr(), count as i64) };
    }

    /// Waits for the exchanges of the pass that was [begun](Self::begin) and has ended: of each of the buckets what the
    /// ranks have for this one (ranks, n), in their order. The next pass overwrites it.
    ///
    /// # Errors
    ///
    /// If a rank does not take part within the limit, or the pass made no gradient of one of the leaves.
    pub fn finish(&mut self) -> Result<&[Tensor]> {
        // SAFETY: the buckets are alive.
        ffi::check(unsafe { ffi::te_buckets_finish(self.raw.as_ptr()) })?;
        Ok(&self.received)
    }
}

impl Drop for Buckets {
    fn drop(&mut self) {
        // SAFETY: made by the shim, and given back once; it takes its hooks from the leaves.
        unsafe { ffi::te_buckets_delete(self.raw.as_ptr()) };
    }
}
