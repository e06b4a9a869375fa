//! Times several that do the same in turns, so that whatever changes meanwhile changes all of them.

use crate::benchmark::statistics::median;
use records::self_check::Quantity;

/// One of those that are timed.
pub(super) struct Contender<'a> {
    /// Its name.
    pub name: &'static str,
    /// Does it for about so many seconds and returns its measure, or why it cannot.
    pub turn: Box<dyn FnMut(f64) -> Result<f64, String> + 'a>,
}

impl<'a> Contender<'a> {
    /// The contender called `name`.
    pub fn new(name: &'static str, turn: impl FnMut(f64) -> Result<f64, String> + 'a) -> Self {
        Self { name, turn: Box::new(turn) }
    }
}

/// What a contender did in every round.
#[derive(Debug)]
pub(super) struct Rounds {
    /// Its name.
    pub name: &'static str,
    /// Its measure in each round, or why it has none.
    pub measured: Result<Vec<f64>, String>,
}

/// A value that was measured several times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Repeated {
    /// The median.
    pub median: f64,
    /// Half the distance of the least and the greatest.
    pub spread: f64,
}

impl Repeated {
    /// Of at least one value.
    pub fn of(values: &[f64]) -> Self {
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Self { median: median(values), spread: (most - least) / 2.0 }
    }

    /// It as the quantity `name`, in units of which `scale` are one of its own.
    pub fn quantity(self, name: impl Into<String>, scale: f64, unit: &str) -> Quantity {
        Quantity::new(name, scale * self.median, unit).with_spread(scale * self.spread)
    }
}

/// Gives every contender `rounds` turns of about `seconds`. One that fails has no further turn.
pub(super) fn in_turns(mut contenders: Vec<Contender>, rounds: usize, seconds: f64) -> Vec<Rounds> {
    let mut all: Vec<Rounds> =
        contenders.iter().map(|one| Rounds { name: one.name, measured: Ok(Vec::new()) }).collect();
    for _ in 0..rounds {
        for (contender, rounds) in contenders.iter_mut().zip(&mut all) {
            let Ok(values) = &mut rounds.measured else { continue };
            match (contender.turn)(seconds) {
                Ok(value) => values.push(value),
                Err(why) => rounds.measured = Err(why),
            }
        }
    }
    all
}

impl Rounds {
    /// The values of the contender `name`, if it is among them and has some.
    pub fn of<'a>(all: &'a [Self], name: &str) -> Option<&'a [f64]> {
        let found = all.iter().find(|rounds| rounds.name == name)?;
        found.measured.as_deref().ok().filter(|values| !values.is_empty())
    }

    /// How many times as much `above` measured as `below`, round by round.
    pub fn ratio(all: &[Self], above: &str, below: &str) -> Option<Repeated> {
        let (above, below) = (Self::of(all, above)?, Self::of(all, below)?);
        Some(Repeated::of(&above.iter().zip(below).map(|(above, below)| above / below).collect::<Vec<_>>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_of_the_same_round_and_drift_cancels() {
        // A machine that becomes slower from turn to turn.
        let drift = std::cell::Cell::new(1.0);
        let slower = |by: f64| {
            let drift = &drift;
            move |_| {
                drift.set(drift.get() * 1.001);
                Ok(by * drift.get())
            }
        };
        let broken = |_| Err("no compiler".to_string());
        let contenders = vec![
            Contender::new("a", slower(2.0)),
            Contender::new("b", slower(1.0)),
            Contender::new("c", broken),
        ];
        let all = in_turns(contenders, 3, 0.1);
        let ratio = Rounds::ratio(&all, "a", "b").unwrap();
        assert!((ratio.median - 2.0 / 1.001).abs() < 1e-12 && ratio.spread < 1e-12, "{ratio:?}");
        assert_eq!(Rounds::of(&all, "a").unwrap().len(), 3);
        assert_eq!(Rounds::ratio(&all, "a", "c"), None);
        assert_eq!(all[2].measured, Err("no compiler".into()));
    }

    #[test]
    fn the_spread_is_half_of_the_range() {
        assert_eq!(Repeated::of(&[3.0, 1.0, 2.5]), Repeated { median: 2.5, spread: 1.0 });
        assert_eq!(Repeated::of(&[4.0]), Repeated { median: 4.0, spread: 0.0 });
    }
}
