//! Several processes that train one trial: each computes a share of the micro-batches, and all hold the same network.
//!
//! What one process would compute of the same micro-batches, the ranks compute together: everything that they exchange
//! is added up in the order of the micro-batches, so that on a processor the result is bit-identical for any number of
//! ranks. Every choice is made on every rank from the same numbers, and what was chosen is
//! compared.

mod agreement;
mod gradient_sum;
mod round;

use crate::RunError;
pub(crate) use agreement::Layers;
pub(crate) use gradient_sum::{GradientSum, Round};
use std::ops::Range;
use tch::{Device, Tensor};
use torch_ext::{Buckets, Group};

/// The processes of a trial, as one of them sees them.
#[derive(Debug)]
pub struct Ranks(Group);

impl Ranks {
    /// Those of `group`, which are all there.
    pub fn new(group: Group) -> Self {
        Self(group)
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.ranks() as u64
    }

    /// Which one this is, from 0.
    pub fn rank(&self) -> u64 {
        self.0.rank() as u64
    }

    /// Whether this is the one that writes.
    pub fn writes(&self) -> bool {
        self.rank() == 0
    }

    /// Where their tensors are.
    fn device(&self) -> Device {
        self.0.device()
    }

    /// The `tensor`s of all ranks, in their order: (ranks, ...).
    pub(crate) fn gather(&self, tensor: &Tensor) -> Result<Tensor, RunError> {
        self.0.gather(tensor).map_err(RunError::Ranks)
    }

    /// The sum of the `tensor`s of all ranks, which can be differentiated; [`Group::sum`].
    pub(crate) fn sum(&self, tensor: &Tensor) -> Tensor {
        self.0.sum(tensor)
    }

    /// The gradients of `leaves` in buckets that are exchanged during the backward passes to come.
    fn buckets(&self, leaves: &[&Tensor], division: &[Range<usize>]) -> Result<Buckets, RunError> {
        Buckets::new(&self.0, leaves, division).map_err(RunError::Ranks)
    }

    /// The bytes of all ranks, in their order.
    pub fn gather_bytes(&self, bytes: &[u8]) -> Result<Vec<Vec<u8>>, RunError> {
        self.0.gather_bytes(bytes).map_err(RunError::Ranks)
    }

    /// The flags that are set on any of the ranks.
    pub(crate) fn any(&self, flags: u8) -> Result<u8, RunError> {
        Ok(self.gather_bytes(&[flags])?.concat().into_iter().fold(flags, |all, flags| all | flags))
    }

    /// Waits until all ranks are here.
    pub fn wait(&self) -> Result<(), RunError> {
        self.gather_bytes(&[]).map(drop)
    }

    /// Holds `text` of this rank against that of rank 0.
    ///
    /// # Errors
    ///
    /// If a rank has another, with the words that `differs` has for the two texts, that of rank 0 first.
    pub fn expect_same(&self, text: &str, differs: impl Fn(&str, &str) -> String) -> Result<(), RunError> {
        let all = self.gather_bytes(text.as_bytes())?;
        let texts: Vec<_> = all.iter().map(|bytes| String::from_utf8_lossy(bytes)).collect();
        let other = (0..texts.len()).find(|rank| texts[*rank] != texts[0]);
        other.map_or(Ok(()), |rank| Err(RunError::OtherRank { rank, what: differs(&texts[0], &texts[rank]) }))
    }

    /// All names that some rank has, sorted, each once.
    pub(crate) fn union(&self, names: &[String]) -> Result<Vec<String>, RunError> {
        let all = self.gather_bytes(names.join("\0").as_bytes())?;
        let texts: Vec<String> =
            all.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
        let split = texts.iter().flat_map(|text| text.split('\0')).filter(|name| !name.is_empty());
        let mut names: Vec<String> = split.map(Into::into).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }
}
