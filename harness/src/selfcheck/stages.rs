//! The stages of a self-check, in order of worth.

use super::Session;
use super::python;
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
pub const STAGES: [Stage; 2] = [
    // What the device and its libraries report, and what there is to compare with.
    Stage {
        name: "machine",
        share: 0.1,
        run: |session| {
            session.in_worker(CheckStage::Machine)?;
            session.check("python", |_, _| Ok(python::find()))
        },
    },
    // Every kind of step computes what it should.
    Stage { name: "correct", share: 0.9, run: |session| session.in_worker(CheckStage::Correct) },
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
