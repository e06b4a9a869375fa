//! Words with a meaning in the columns of records, in specs and on the command line. Whoever writes or
//! interprets one takes it from here.

/// The status of a trial that ended as planned; only such trials enter a mean.
pub const OK: &str = "ok";
/// The status of a trial whose loss was no longer a finite number.
pub const DIVERGED: &str = "diverged";

/// All of them.
pub const STATUSES: [&str; 2] = [OK, DIVERGED];

/// In place of a distribution: nothing is made sparse.
pub const DENSE: &str = "none";
/// In place of a distribution: every layer has fewer channels, and the network is dense.
pub const WIDTH: &str = "width";
/// In place of a distribution: how many weights of each layer are left comes from the training, and was not asked for.
pub const LEARNED: &str = "learned";
/// In place of a distribution: channels are pruned to a latency.
pub const LATENCY: &str = "latency";

/// The setting, as records show it, that says which file of weights a trial started from: the weights' fingerprint, after
/// one of the two words below. Older records have 16 digits alone, a hash of the file's bytes.
pub const INITIAL_WEIGHTS: &str = "initial_weights";
/// What comes before the fingerprint where the file fills the network, or as much of it as it has.
pub const OF_FILE: &str = "weights:";
/// What comes before it where the file fills everything but the head.
pub const NEW_HEAD: &str = "new-head:";

/// In place of a latency table: multiply-accumulates are used as a latency proxy.
pub const MACS: &str = "macs";

/// The setting that lets channels be pruned by a latency table much of which is marked as unreliable; where it is true,
/// every table with the result says so.
pub const ALLOW_DOUBTFUL: &str = "allow_doubtful";

/// The protocol of throughput that is preferred: warm-up, then a set duration, median and confidence
/// interval.
pub const STABLE: &str = "stable";
/// The protocol of HALP's published code.
pub const HALP: &str = "halp";
/// All of them.
pub const PROTOCOLS: [&str; 2] = [STABLE, HALP];
/// The memory layout that protocol [`HALP`] has: all pixels of a channel beside each other.
pub const NCHW: &str = "nchw";
/// The memory layout of all other measurements: all channels of a pixel beside each other.
pub const CHANNELS_LAST: &str = "channels-last";
/// All of them.
pub const LAYOUTS: [&str; 2] = [NCHW, CHANNELS_LAST];
/// The number format of 32-bit floats throughout.
pub const FP32: &str = "fp32";

/// The profile of the published recipes, where weights are pruned.
pub const PAPER: &str = "paper";
/// The profile of the published recipes, where channels are pruned.
pub const PAPER_CHANNELS: &str = "paper-channels";
/// The profile of small networks and images on the real data, trained until methods differ by more than seeds.
pub const PILOT: &str = "pilot";
/// The profile of shortened recipes on the real data.
pub const LITE: &str = "lite";
/// The profile that only shows that everything works, in minutes and on synthetic data.
pub const SMOKE: &str = "smoke";

/// The memory layout in which networks are measured by a protocol.
pub fn usual_layout(protocol: &str) -> &'static str {
    if protocol == HALP { NCHW } else { CHANNELS_LAST }
}

/// The name of the synthetic data set that replaces the data set `real`.
pub fn synthetic(real: &str) -> String {
    format!("{real}-generated")
}

/// Whether a data set is one of [`synthetic`] images, or made of one.
pub fn is_synthetic(dataset: &str) -> bool {
    dataset.contains("generated")
}

/// The sparsity that an N:M pattern implies, 0 to 1: N of M consecutive weights stay, so 1 - N/M. None if
/// the distribution is not a pattern.
pub fn pattern_sparsity(distribution: &str) -> Option<f64> {
    let (kept, of) = distribution.split_once(':')?;
    let (kept, of): (u32, u32) = (kept.parse().ok()?, of.parse().ok()?);
    Some(1.0 - f64::from(kept) / f64::from(of))
}

/// The model whose narrower or wider form this is: `resnet50` of `resnet50-0.25`.
pub fn model_family(model: &str) -> &str {
    match model.rsplit_once('-') {
        Some((family, factor)) if factor.contains('.') && factor.parse::<f64>().is_ok() => family,
        _ => model,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_implies_its_sparsity() {
        assert_eq!(["2:4", "4:8"].map(pattern_sparsity), [Some(0.5), Some(0.5)]);
        assert_eq!(["1:4", "2:8"].map(pattern_sparsity), [Some(0.75), Some(0.75)]);
        assert_eq!(["erk", WIDTH, "a:b"].map(pattern_sparsity), [None, None, None]);
    }

    #[test]
    fn the_name_of_a_data_set_says_that_it_is_synthetic() {
        assert_eq!(synthetic("cifar10"), "cifar10-generated");
        assert!(is_synthetic(&synthetic("imagenet")) && is_synthetic("imagenet-generated-packed-64"));
        assert!(!is_synthetic("cifar10") && !is_synthetic("image-folder-7"));
    }

    #[test]
    fn the_family_of_a_model_has_no_factor() {
        for (model, expected) in [
            ("resnet50-0.25", "resnet50"),
            ("mobilenet-v1-0.125", "mobilenet-v1"),
            ("mobilenet-v1", "mobilenet-v1"),
            // Depth and width.
            ("wrn-22-2", "wrn-22-2"),
        ] {
            assert_eq!(model_family(model), expected);
        }
    }
}
