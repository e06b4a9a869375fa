//! The stages of a self-check, in order of worth.

use super::Session;
use super::{latency, python, trains};
use trial::protocol::CheckStage;

/// Checks that belong together.
pub struct Stage {
    /// Its name.
    pub name: &'static str,
    /// Its share of the time; what one leaves over goes to those behind it.
    pub share: f64,
    /// Makes its checks.
    pub run: fn(&mut Session) -> anyhow::Result<()>,
}

/// All stages. Their shares make up the whole time.
pub const STAGES: [Stage; 6] = [
    // What the device and its libraries report, and what there is to compare with.
    Stage {
        name: "machine",
        share: 0.05,
        run: |session| {
            session.in_worker(CheckStage::Machine)?;
            session.check("python", None, |_| Ok(python::find()))
        },
    },
    // Every kind of step computes what it should.
    Stage { name: "correct", share: 0.3, run: |session| session.in_worker(CheckStage::Correct) },
    // How long a step takes, beside PyTorch's, and what else a training costs.
    Stage { name: "fast", share: 0.3, run: |session| session.in_worker(CheckStage::Fast) },
    // How many images a second networks take.
    Stage { name: "throughput", share: 0.15, run: |session| session.in_worker(CheckStage::Throughput) },
    // Whether latencies of convolutions repeat, and what they say of a whole network.
    Stage { name: "latency table", share: 0.05, run: latency::run },
    // How many trials at once train fastest.
    Stage { name: "trains", share: 0.15, run: trains::run },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_make_up_the_whole_time() {
        let sum: f64 = STAGES.iter().map(|stage| stage.share).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    }
}
