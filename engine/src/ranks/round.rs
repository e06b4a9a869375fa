//! A round of an evaluation: each rank has run a batch, or has none left, and all of them get all batches.

use super::Ranks;
use crate::RunError;
use tch::{Kind, Tensor};

/// What the tensors of a batch are: whether they hold whole numbers, and their sizes, the first of which differs between
/// batches.
#[derive(Clone, Debug, PartialEq)]
struct Description(Vec<(bool, Vec<i64>)>);

impl Ranks {
    /// The tensors of each rank that has `own`, in the order of the ranks; the first rank has some as long as any has. They
    /// are of two kinds, 32-bit numbers and whole ones, and but for the first size of one shape on all ranks.
    pub(crate) fn round(&self, own: Vec<Tensor>) -> Result<Vec<Vec<Tensor>>, RunError> {
        let all = self.gather_bytes(&Description::of(&own).to_bytes())?;
        let all: Vec<Description> = all.iter().map(|bytes| Description::from_bytes(bytes)).collect();
        let mut batches: Vec<Vec<Tensor>> = Vec::new();
        batches.resize_with(all.iter().filter(|batch| !batch.0.is_empty()).count(), Vec::new);
        for (place, (whole, shape)) in all[0].0.iter().enumerate() {
            let rows = |rank: &Description| rank.0.get(place).map_or(0, |(_, shape)| shape[0]);
            let most = all.iter().map(rows).max().unwrap_or(0);
            let kind = if *whole { Kind::Int64 } else { Kind::Float };
            let lacking = most - own.get(place).map_or(0, |tensor| tensor.size()[0]);
            let rest = [&[lacking], &shape[1..]].concat();
            let rest = Tensor::zeros(rest.as_slice(), (kind, self.device()));
            let padded = match own.get(place) {
                Some(tensor) => Tensor::cat(&[tensor, &rest], 0),
                None => rest,
            };
            let gathered = self.gather(&padded)?;
            for (rank, batch) in batches.iter_mut().enumerate() {
                batch.push(gathered.get(rank as i64).narrow(0, 0, rows(&all[rank])));
            }
        }
        Ok(batches)
    }
}

impl Description {
    fn of(tensors: &[Tensor]) -> Self {
        Self(tensors.iter().map(|tensor| (tensor.kind() == Kind::Int64, tensor.size())).collect())
    }

    /// Of each tensor the kind, the number of its sizes and the sizes.
    fn to_bytes(&self) -> Vec<u8> {
        let numbers = self.0.iter().flat_map(|(whole, shape)| {
            [i64::from(*whole), shape.len() as i64].into_iter().chain(shape.iter().copied())
        });
        numbers.flat_map(i64::to_le_bytes).collect()
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        let mut numbers =
            bytes.chunks_exact(8).map(|bytes| i64::from_le_bytes(std::array::from_fn(|i| bytes[i])));
        let mut tensors = Vec::new();
        while let (Some(whole), Some(sizes)) = (numbers.next(), numbers.next()) {
            tensors.push((whole != 0, numbers.by_ref().take(sizes as usize).collect()));
        }
        Self(tensors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Device;

    #[test]
    fn a_batch_is_described_by_kinds_and_sizes() {
        let map = Tensor::zeros([3, 2, 5, 5], (Kind::Float, Device::Cpu));
        let labels = Tensor::zeros([3], (Kind::Int64, Device::Cpu));
        let description = Description::of(&[map, labels]);
        assert_eq!(description.0, [(false, vec![3, 2, 5, 5]), (true, vec![3])]);
        assert_eq!(Description::from_bytes(&description.to_bytes()), description);
        assert_eq!(Description::from_bytes(&Description::of(&[]).to_bytes()), Description(vec![]));
    }
}
