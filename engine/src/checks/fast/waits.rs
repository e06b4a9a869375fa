//! How often the host waits for the device where a training needs its numbers: once for each, since every wait leaves
//! the device idle.

use records::self_check::Finding;
use tch::Device;

/// The most waits that a piece of work was seen to have; none are counted on a processor, which computes at once.
pub(super) struct MostWaits(Option<u64>);

impl MostWaits {
    /// Runs `work`, and counts its waits.
    pub fn count<T>(&mut self, work: impl FnOnce() -> T) -> Result<T, String> {
        let Some(most) = &mut self.0 else { return Ok(work()) };
        let (result, waits) = torch_ext::count_waits(work).map_err(|error| error.to_string())?;
        *most = waits.max(*most);
        Ok(result)
    }
}

/// Waits of what happens between steps.
pub(super) struct Waits {
    pub of_change: MostWaits,
    pub of_evaluation: MostWaits,
}

impl Waits {
    /// To be counted on `device`, if it is one that can be waited for and this build can count.
    pub fn new(device: Device) -> Self {
        let none = || MostWaits((device.is_cuda() && torch_ext::cuda_compiled()).then_some(0));
        Self { of_change: none(), of_evaluation: none() }
    }

    /// What was found, after `text`: a failure where the host waited more than once.
    pub fn judged(&self, text: String) -> Finding {
        let (MostWaits(Some(change)), MostWaits(Some(evaluation))) = (&self.of_change, &self.of_evaluation)
        else {
            return Finding::pass(text);
        };
        let text = format!(
            "{text}; the host waits for the device {} in a change and {} in an evaluation",
            times(*change),
            times(*evaluation)
        );
        match change.max(evaluation) {
            0 | 1 => Finding::pass(text),
            _ => Finding::fail(format!("{text}, where once is enough")),
        }
    }
}

/// How often, in words.
fn times(waits: u64) -> String {
    match waits {
        0 => "never".into(),
        1 => "once".into(),
        2 => "twice".into(),
        _ => format!("{waits} times"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::self_check::Outcome;

    #[test]
    fn more_than_one_wait_is_a_failure_where_waits_are_counted() {
        let judged = |change, evaluation| {
            let waits = Waits { of_change: MostWaits(change), of_evaluation: MostWaits(evaluation) };
            waits.judged("so fast".into())
        };
        assert_eq!(judged(Some(1), Some(1)).outcome, Outcome::Pass);
        for (change, evaluation, said) in [
            (2, 1, "twice in a change and once in an evaluation"),
            (0, 3, "never in a change and 3 times in an"),
        ] {
            let found = judged(Some(change), Some(evaluation));
            assert_eq!(found.outcome, Outcome::Fail);
            assert!(found.what.contains(said), "{}", found.what);
        }
        assert_eq!(judged(None, None).what, "so fast");
    }

    #[test]
    fn on_a_processor_nothing_is_counted() {
        let mut waits = Waits::new(Device::Cpu);
        assert_eq!(waits.of_change.count(|| 3).unwrap(), 3);
        assert_eq!(waits.judged("so fast".into()).what, "so fast");
    }
}
