//! ER and ERK (Evci et al., arXiv 1911.11134): densities that fall with a layer's size.

use network::{Layer, LayerKind};

/// Which dimensions of a layer count for its density.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dimensions {
    /// Channels only (ER).
    Channels,
    /// Channels and the sides of the kernel (ERK).
    ChannelsAndKernel,
}

/// Scale `epsilon` and densities at `sparsity`; `exempt` layers are dense.
pub(super) fn densities(
    dimensions: Dimensions,
    layers: &[Layer],
    exempt: &[bool],
    sparsity: f64,
) -> (f64, Vec<f64>) {
    let raw: Vec<f64> = layers.iter().map(|layer| raw_density(dimensions, layer)).collect();
    let weights: Vec<usize> = layers.iter().map(Layer::weights).collect();
    scaled(&raw, &weights, exempt, sparsity)
}

/// The `epsilon` by which `raw` densities of layers of so many `weights` meet `sparsity`, and the densities: layers whose
/// density would pass one are made dense, and the rest share what is left.
///
/// `exempt` layers are dense, too, but nothing is taken from the others for them.
pub(super) fn scaled(raw: &[f64], weights: &[usize], exempt: &[bool], sparsity: f64) -> (f64, Vec<f64>) {
    let mut dense = exempt.to_vec();
    loop {
        let (mut available, mut divisor) = (0.0, 0.0);
        for index in (0..raw.len()).filter(|&index| !exempt[index]) {
            let weights = weights[index] as f64;
            if dense[index] {
                available -= weights * sparsity;
            } else {
                available += weights * (1.0 - sparsity);
                divisor += raw[index] * weights;
            }
        }
        let epsilon = if divisor > 0.0 { available / divisor } else { 0.0 };
        let sparse = || raw.iter().zip(&dense).filter(|(_, dense)| !**dense).map(|(raw, _)| *raw);
        let largest = sparse().fold(0.0, f64::max);
        if largest * epsilon <= 1.0 {
            let density = |(raw, dense): (&f64, &bool)| if *dense { 1.0 } else { epsilon * raw };
            return (epsilon, raw.iter().zip(&dense).map(density).collect());
        }
        for (raw, dense) in raw.iter().zip(&mut dense) {
            *dense |= *raw == largest;
        }
    }
}

/// The density up to `epsilon`: the sum of the dimensions over their product.
fn raw_density(dimensions: Dimensions, layer: &Layer) -> f64 {
    let outputs = layer.outputs as f64;
    // A fully connected layer reads every pixel as an input of its own.
    if layer.kind == LayerKind::Linear {
        let inputs = layer.fan_in() as f64;
        return (inputs + outputs) / (inputs * outputs);
    }
    let (inputs, kernel) = (layer.inputs as f64, layer.kernel as f64);
    match dimensions {
        Dimensions::Channels => (inputs + outputs) / (inputs * outputs),
        Dimensions::ChannelsAndKernel => {
            (inputs + outputs + 2.0 * kernel) / (inputs * outputs * kernel * kernel)
        }
    }
}
