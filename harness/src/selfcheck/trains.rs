//! How many trials at once train fastest on a device: small networks leave most of it idle.

use super::Session;
use super::training::{TrainingSet, Trial};
use crate::device::Device;
use crate::duration;
use records::self_check::{Check, Finding, JOBS, OUT_OF_TIME, Outcome, Quantity};
use std::time::Duration;

/// Numbers of trials at once. On a processor no more than its threads.
const NUMBERS: [usize; 4] = [1, 2, 4, 8];
/// What the check of a number of trials measures, of which the best is taken.
const IMAGES: &str = "all trials";
/// How many times as many trials an hour four at once should be as one, as the project has set itself.
const BAR: (usize, f64) = (4, 2.5);
/// A larger number of trials has to train this much faster to be worth its memory.
const WORTH: f64 = 1.05;

/// Times each number of trials, then chooses.
pub fn run(session: &mut Session) -> anyhow::Result<()> {
    let cuda = session.bench.device != Device::Cpu;
    let most = if cuda { usize::MAX } else { session.bench.threads.max(2) };
    let numbers: Vec<usize> = NUMBERS.into_iter().filter(|number| *number <= most).collect();
    for &number in &numbers {
        // A worker loads libtorch, then cuDNN chooses its kernels.
        let needs = if cuda { 15.0 + number as f64 } else { 4.0 + 3.0 * number as f64 };
        session.check(&name(number), Some(needs), |session| at_once(session, number))?;
    }
    session.conclude(JOBS, |checks| choose(checks, cuda))
}

fn name(number: usize) -> String {
    format!("{number} at once")
}

/// The throughput of so many trials.
fn at_once(session: &Session, number: usize) -> anyhow::Result<Finding> {
    let set = TrainingSet::prepare(session)?;
    let trials: Vec<Trial> =
        (0..number).map(|seed| set.trial(session, seed as u64, number)).collect::<Result<_, _>>()?;
    let rates = super::training::steps_a_second(session, &trials);
    let found = match rates {
        Err(why) => return Ok(why),
        Ok(rates) => rates,
    };
    let batch = set.batch() as f64;
    let seconds = set.published_images() * number as f64 / (found.median * batch);
    let text = format!(
        "{} on {}: {:.0} ± {:.0} images/s in all; a trial of the published length would take {}",
        set.title(),
        set.dataset(),
        found.median * batch,
        found.spread * batch,
        duration::write(Duration::from_secs_f64(seconds)),
    );
    Ok(Finding::pass(text).with([
        Quantity::new(IMAGES, found.median * batch, "images/s").with_spread(found.spread * batch),
        Quantity::new("a trial", seconds, "s"),
        Quantity::new("trials an hour", 3600.0 * number as f64 / seconds, ""),
    ]))
}

/// The fewest trials that train about as fast as any number does.
fn choose(checks: &[Check], judged: bool) -> Finding {
    let rate = |number: usize| {
        let check = checks
            .iter()
            .find(|check| check.name == name(number) && check.finding.outcome == Outcome::Pass)?;
        check.finding.quantities.iter().find(|quantity| quantity.name == IMAGES)?.value
    };
    let known: Vec<(usize, f64)> =
        NUMBERS.into_iter().filter_map(|number| Some((number, rate(number)?))).collect();
    let most = known.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
    let Some(&(best, rate_of_best)) = known.iter().find(|(_, rate)| rate * WORTH >= most) else {
        return Finding::skipped("no number of trials was measured");
    };
    let mut text = format!("--jobs {best} trains fastest on this device");
    let mut missed = false;
    if let (Some(one), Some(many)) = (rate(1), rate(BAR.0)) {
        missed = judged && many / one < BAR.1;
        let wanted = if judged { format!(" (at least {})", BAR.1) } else { String::new() };
        text += &format!("; {} at once are {:.2} times as fast as one{wanted}", BAR.0, many / one);
    }
    if let Some(one) = rate(1).filter(|_| best != 1 && best != BAR.0) {
        text += &format!("; {best} at once are {:.2} times as fast as one", rate_of_best / one);
    }
    // Made again with the others, when there is time for them.
    let late = NUMBERS
        .into_iter()
        .filter(|number| checks.iter().any(|check| check.name == name(*number) && check.finding.is_late()));
    let late: Vec<String> = late.map(|number| number.to_string()).collect();
    if !late.is_empty() {
        let text = format!("{OUT_OF_TIME} for {} at once; of the others {text}", late.join(", "));
        return Finding::skipped(text).and(JOBS, best as f64, "");
    }
    let finding = if missed { Finding::fail(text) } else { Finding::pass(text) };
    finding.and(JOBS, best as f64, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks(rates: &[(usize, f64)]) -> Vec<Check> {
        let check = |&(number, rate): &(usize, f64)| Check {
            stage: "trains".into(),
            name: name(number),
            at: String::new(),
            seconds: 1.0,
            finding: Finding::pass("").and(IMAGES, rate, "images/s"),
        };
        rates.iter().map(check).collect()
    }

    fn jobs(finding: &Finding) -> Option<f64> {
        finding.quantities.iter().find(|quantity| quantity.name == JOBS)?.value
    }

    #[test]
    fn the_fewest_trials_of_about_the_greatest_throughput_are_chosen() {
        let rates = [(1, 10.0), (2, 19.0), (4, 30.0), (8, 31.0)];
        let found = choose(&checks(&rates), true);
        assert_eq!((found.outcome, jobs(&found)), (Outcome::Pass, Some(4.0)), "{}", found.what);
        assert!(
            found.what.contains("4 at once are 3.00 times as fast as one (at least 2.5)"),
            "{}",
            found.what
        );
        let slow = choose(&checks(&[(1, 10.0), (2, 12.0), (4, 24.0), (8, 40.0)]), true);
        assert_eq!((slow.outcome, jobs(&slow)), (Outcome::Fail, Some(8.0)), "{}", slow.what);
        let mut some = checks(&rates[..2]);
        some.push(Check { name: name(4), finding: Finding::out_of_time(None), ..some[0].clone() });
        let late = choose(&some, true);
        assert!(late.is_late() && jobs(&late) == Some(2.0), "{}", late.what);
        assert!(late.what.contains("for 4 at once"), "{}", late.what);
        assert_eq!(choose(&[], true).outcome, Outcome::Skipped);
        assert_eq!(choose(&checks(&[(1, 10.0), (2, 9.0)]), false).outcome, Outcome::Pass);
    }
}
