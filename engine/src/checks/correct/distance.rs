//! How far one computation of a step is from another.
//!
//! Compared is what a step changed, part by part: the weights of a layer, the scales of a batch norm. The distance of
//! a part is the norm of the difference over the norm of the change, so that a fault in a small layer counts as much
//! as one in a large layer. A change that is nothing beside those of other parts is rounding itself, as that of a
//! shift which the next batch norm takes out again: such a part is measured by a share of the others' change. Left
//! out is what storing 32-bit numbers rounds, for a change may be less than a millionth of a value.

use crate::Parameters;
use crate::trainer::SavedTrainer;
use tch::{Kind, Tensor};

/// The greatest distance of all parts, and which part has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Distance {
    /// 0 for equal, about 1 for unrelated; infinite where one of the two is not a number, or changed what the other
    /// left alone.
    pub value: f64,
    /// The part.
    pub part: String,
}

impl Distance {
    /// Of nothing.
    pub fn none() -> Self {
        Self { value: 0.0, part: "nothing".into() }
    }

    /// The greater one of two.
    pub fn or(self, other: Self) -> Self {
        if other.value > self.value { other } else { self }
    }
}

/// The least change that a part is measured by, over the root of the mean square change of all parts.
const LEAST_CHANGE: f64 = 0.1;

/// Tensors that are chosen and not computed: equal, or wrong.
const EXACT: [&str; 6] = ["mask", "backward", "channels", "dormant", "dormant_others", "dormant_statistics"];

/// The distance of what a step made of `before`: `found`, where `expected` is right. The layout is that of
/// `parameters`.
///
/// # Errors
///
/// If something that is chosen and not computed differs; the message names it.
pub fn of_step(
    parameters: &Parameters,
    before: &SavedTrainer,
    found: &SavedTrainer,
    expected: &SavedTrainer,
) -> Result<Distance, String> {
    let mut worst = of_losses(before.losses, found.losses, expected.losses);
    for (name, expected) in &expected.tensors {
        let found = found.tensors.get(name).ok_or_else(|| format!("there is no {name}"))?;
        if EXACT.contains(&name.as_str()) {
            if !found.equal(expected) {
                return Err(format!("{name} differs"));
            }
            continue;
        }
        let start = before.tensors.get(name).map_or_else(|| expected.zeros_like(), Tensor::shallow_clone);
        worst = worst.or(of_tensor(parameters, name, &start, found, expected));
    }
    Ok(worst)
}

/// The distance of the tensor `name`, laid out as `parameters` says, made of `start`: `found`, where `expected` is
/// right.
pub fn of_tensor(
    parameters: &Parameters,
    name: &str,
    start: &Tensor,
    found: &Tensor,
    expected: &Tensor,
) -> Distance {
    let [start, found, expected] = [start, found, expected].map(|tensor| tensor.to_kind(Kind::Double));
    let of_all = (&expected - &start).square().mean(Kind::Double).sqrt().double_value(&[]);
    let pieces = |tensor: &Tensor| parts(parameters, name, tensor);
    let mut worst = Distance::none();
    for (((part, start), (_, found)), (_, expected)) in
        pieces(&start).into_iter().zip(pieces(&found)).zip(pieces(&expected))
    {
        let least = LEAST_CHANGE * of_all * (expected.numel() as f64).sqrt();
        worst = worst.or(Distance { value: of_change(&start, &found, &expected, least), part });
    }
    worst
}

fn of_losses(before: (f64, u64), found: (f64, u64), expected: (f64, u64)) -> Distance {
    let tensor = |(loss, _): (f64, u64)| Tensor::from_slice(&[loss]);
    let value = of_change(&tensor(before), &tensor(found), &tensor(expected), 0.0);
    Distance { value: if found.1 == expected.1 { value } else { f64::INFINITY }, part: "the loss".into() }
}

/// The distance of `found` from `expected`, both 32-bit numbers made of `start`, measured by their change or by
/// `least`.
fn of_change(start: &Tensor, found: &Tensor, expected: &Tensor, least: f64) -> f64 {
    let norm = |tensor: Tensor| tensor.norm().double_value(&[]);
    // Each of the two was rounded by half of this at most.
    let rounding = f64::from(f32::EPSILON) * norm(expected.shallow_clone());
    match norm(found - expected) - rounding {
        beyond if beyond <= 0.0 => 0.0,
        beyond if beyond.is_nan() => f64::INFINITY,
        beyond => beyond / norm(expected - start).max(least),
    }
}

/// The norm of the difference over that of what is expected.
pub fn of_values(found: &Tensor, expected: &Tensor) -> f64 {
    let [found, expected] = [found, expected].map(|tensor| tensor.to_kind(Kind::Double));
    of_change(&expected.zeros_like(), &found, &expected, 0.0)
}

/// The parts of a tensor of a trainer, with their names.
fn parts(parameters: &Parameters, name: &str, tensor: &Tensor) -> Vec<(String, Tensor)> {
    let layout = parameters.layout();
    let segments = match name {
        "others" | "other_momentum" => &layout.others,
        "statistics" => &layout.statistics,
        _ if tensor.size() == parameters.weights.size() => {
            let layers = parameters.weight_names().iter().zip(parameters.slices());
            return layers
                .map(|(layer, (start, length))| {
                    (format!("{name} of {layer}"), tensor.narrow(0, start, length))
                })
                .collect();
        }
        _ => return vec![(name.into(), tensor.shallow_clone())],
    };
    segments.iter().map(|part| (format!("{name} of {}", part.name), part.view(tensor))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initial_weights;
    use tch::Device;

    fn state(parameters: &Parameters) -> SavedTrainer {
        let weights = parameters.weights.copy();
        let tensors = [
            ("weights", weights.copy()),
            ("momentum", weights.zeros_like()),
            ("others", parameters.others.copy()),
            ("statistics", parameters.statistics.copy()),
            ("mask", weights.ones_like().to_kind(Kind::Bool)),
        ];
        let tensors = tensors.into_iter().map(|(name, tensor)| (name.to_string(), tensor)).collect();
        SavedTrainer { tensors, exploring: false, prunes: None, losses: (2.0, 1) }
    }

    /// A state after a step that changed all of the weights by a hundredth.
    fn stepped(before: &SavedTrainer) -> SavedTrainer {
        let _guard = tch::no_grad_guard();
        let mut after = before.copied();
        after.losses = (4.25, 2);
        for name in ["weights", "momentum"] {
            let change = &before.tensors["weights"] * 0.01;
            *after.tensors.get_mut(name).unwrap() += change;
        }
        after
    }

    fn setting() -> (Parameters, SavedTrainer, SavedTrainer) {
        let parameters = initial_weights(&network::wide_resnet(10, 1, 10, 32), 1, Device::Cpu);
        let before = state(&parameters);
        let after = stepped(&before);
        (parameters, before, after)
    }

    #[test]
    fn what_is_equal_or_only_rounded_has_no_distance() {
        let (parameters, before, after) = setting();
        let same = of_step(&parameters, &before, &after.copied(), &after).unwrap();
        assert_eq!(same, Distance { value: 0.0, part: same.part.clone() });
        let mut rounded = after.copied();
        *rounded.tensors.get_mut("weights").unwrap() *= 1.0 + 5e-8;
        let rounded = of_step(&parameters, &before, &rounded, &after).unwrap();
        assert!(rounded.value < 1e-5, "{rounded:?}");
    }

    /// Faults that the whole network's norm would hide: a layer that was not updated, one wrong momentum, a sign.
    #[test]
    fn a_fault_in_the_smallest_layer_is_as_far_as_one_in_the_largest() {
        let (parameters, before, after) = setting();
        for (start, length) in parameters.slices() {
            for name in ["weights", "momentum"] {
                let mut wrong = after.copied();
                let place = wrong.tensors.get_mut(name).unwrap();
                place.narrow(0, start, length).copy_(&before.tensors[name].narrow(0, start, length));
                let found = of_step(&parameters, &before, &wrong, &after).unwrap();
                assert!((found.value - 1.0).abs() < 1e-3, "{found:?}");
                assert!(found.part.starts_with(&format!("{name} of ")), "{found:?}");
            }
        }
    }

    /// A part that hardly changes beside the others is rounding: it is measured by them, and a fault as large as their
    /// changes is one there, too.
    #[test]
    fn a_part_that_hardly_changes_is_measured_by_the_others() {
        let (parameters, before, after) = setting();
        let (start, length) = parameters.slices()[2];
        let of_part = |state: &SavedTrainer| state.tensors["momentum"].narrow(0, start, length);
        let usual = of_part(&after).copy();
        let resting = after.copied();
        of_part(&resting).copy_(&(&usual * 1e-6));
        for (share, far) in [(1e-5, false), (1.0, true)] {
            let wrong = resting.copied();
            of_part(&wrong).copy_(&(&usual * share));
            let found = of_step(&parameters, &before, &wrong, &resting).unwrap().value;
            assert_eq!(found > 1e-3, far, "{share}: {found}");
            assert!(found < 20.0, "{found}");
        }
    }

    #[test]
    fn one_wrong_value_is_seen() {
        let (parameters, before, after) = setting();
        let mut wrong = after.copied();
        let _ = wrong.tensors.get_mut("momentum").unwrap().narrow(0, 0, 1).neg_();
        assert!(of_step(&parameters, &before, &wrong, &after).unwrap().value > 1e-3);
        let mut wrong = after.copied();
        wrong.losses.0 += 1e-3;
        assert!(of_step(&parameters, &before, &wrong, &after).unwrap().value > 1e-4);
    }

    #[test]
    fn what_was_to_be_left_alone_and_what_is_no_number_are_infinitely_far() {
        let (parameters, before, after) = setting();
        for value in [1.5, f64::NAN] {
            let mut wrong = after.copied();
            let _ = wrong.tensors.get_mut("others").unwrap().narrow(0, 3, 1).fill_(value);
            let found = of_step(&parameters, &before, &wrong, &after).unwrap();
            assert!(found.value == f64::INFINITY && found.part.starts_with("others"), "{found:?}");
        }
        let mut wrong = after.copied();
        wrong.losses.1 += 1;
        assert_eq!(of_step(&parameters, &before, &wrong, &after).unwrap().value, f64::INFINITY);
    }

    #[test]
    fn a_mask_is_equal_or_wrong() {
        let (parameters, before, after) = setting();
        let mut wrong = after.copied();
        let _ = wrong.tensors.get_mut("mask").unwrap().narrow(0, 7, 1).fill_(0);
        assert_eq!(of_step(&parameters, &before, &wrong, &after).unwrap_err(), "mask differs");
        wrong.tensors.remove("mask");
        assert!(of_step(&parameters, &before, &wrong, &after).unwrap_err().contains("no mask"));
    }
}
