//! Whether all ranks hold the same: hashes of every layer, compared across them.

use super::Ranks;
use crate::RunError;
use crate::parameters::Segment;
use crate::tensor_bytes::to_bytes;
use sparsity::Budget;
use tch::Tensor;

/// Bytes of a hash that are compared; two different layers have the same ones once in 10^19 times.
const HASH: usize = 8;

/// Layers in a flat tensor, one after the other, by name and number of elements.
#[derive(Clone, Debug)]
pub(crate) struct Layers(Vec<(String, usize)>);

impl Layers {
    /// The layers of the weights.
    pub fn of(budget: &Budget) -> Self {
        Self(budget.layers.iter().map(|layer| (layer.layer.clone(), layer.weights)).collect())
    }

    /// The biases and batch norms, or the running statistics, of all `segments` of a flat tensor.
    pub fn of_segments(segments: &[Segment]) -> Self {
        Self(segments.iter().map(|segment| (segment.name.clone(), segment.elements())).collect())
    }

    /// The hashes of the layers of a tensor of so many bytes an element, in a row.
    fn hashes(&self, bytes: &[u8], element: usize) -> Vec<u8> {
        let mut rest = bytes;
        let mut hash = |(_, elements): &(String, usize)| {
            let (layer, others) = rest.split_at(elements * element);
            rest = others;
            blake3::hash(layer).as_bytes()[..HASH].to_vec()
        };
        self.0.iter().flat_map(&mut hash).collect()
    }

    /// The first rank whose hashes are not those of the first, with the layer where it differs first.
    fn difference(&self, hashes: &[Vec<u8>]) -> Option<(usize, &str)> {
        let first = hashes.first()?;
        hashes.iter().enumerate().find_map(|(rank, others)| {
            let layers = self.0.iter().zip(first.chunks(HASH).zip(others.chunks(HASH)));
            let different = layers.into_iter().find(|(_, (first, other))| first != other);
            different.map(|((name, _), _)| (rank, name.as_str()))
        })
    }
}

impl Ranks {
    /// Holds the flat `tensor` of this rank against those of the others; `what` it is, after `step`. Waits for the
    /// device.
    ///
    /// # Errors
    ///
    /// If a rank has another, naming rank and layer.
    pub(crate) fn compare(
        &self,
        what: &'static str,
        tensor: &Tensor,
        layers: &Layers,
        step: u64,
    ) -> Result<(), RunError> {
        let hashes = layers.hashes(&to_bytes(tensor), tensor.kind().elt_size_in_bytes());
        match layers.difference(&self.gather_bytes(&hashes)?) {
            None => Ok(()),
            Some((rank, layer)) => Err(RunError::RanksDiffer { what, rank, layer: layer.into(), step }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Parameters;
    use tch::Device;

    #[test]
    fn batch_norms_and_running_statistics_are_named_by_their_place_in_a_weights_file() {
        let network = network::wide_resnet(10, 1, 10, 32);
        let parameters = Parameters::neutral(&network, Device::Cpu);
        let layout = parameters.layout();
        for (segments, flat) in
            [(&layout.others, &parameters.others), (&layout.statistics, &parameters.statistics)]
        {
            let layers = Layers::of_segments(segments);
            for segment in segments {
                let other = flat.copy();
                let _ = segment.view(&other).get(segment.elements() as i64 - 1).fill_(7.0);
                let hashes = [flat, &other].map(|flat| layers.hashes(&to_bytes(flat), 4));
                assert_eq!(layers.difference(&hashes), Some((1, segment.name.as_str())));
            }
        }
    }

    #[test]
    fn the_rank_and_the_layer_that_differ_are_found() {
        let layers = Layers(vec![("conv1".into(), 3), ("conv2".into(), 5), ("fc".into(), 2)]);
        let hashes = |values: [f32; 10]| layers.hashes(&to_bytes(&Tensor::from_slice(&values)), 4);
        let same = [1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0];
        let [mut second, mut third] = [same, same];
        // In the last bit.
        second[7] = f32::from_bits(second[7].to_bits() + 1);
        third[8] = -9.0;
        third[9] = 0.0;
        let found = |rows: &[[f32; 10]]| {
            let hashes: Vec<Vec<u8>> = rows.iter().map(|row| hashes(*row)).collect();
            layers.difference(&hashes).map(|(rank, layer)| (rank, layer.to_string()))
        };
        assert_eq!(found(&[same, same, same]), None);
        assert_eq!(found(&[same, same, second, third]), Some((2, "conv2".into())));
        assert_eq!(found(&[same, third]), Some((1, "fc".into())));
        let flags = layers.hashes(&to_bytes(&Tensor::from_slice(&[true; 10])), 1);
        assert_eq!(flags.len(), 3 * HASH);
    }
}
