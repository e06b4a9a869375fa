//! Whether a training is long enough for its method to change the structure, before anything runs.

use super::planned_trial::kinds;
use super::{PlannedTrial, label};

/// A warning for each kind of trial whose structure would never change, on so many training images.
pub fn warnings(trials: &[PlannedTrial], train_images: usize) -> Vec<String> {
    let unchanged = |(trial, _): &(&PlannedTrial, usize)| trial.structure_changes(train_images) == Some(0);
    let warning = |(trial, _): (&PlannedTrial, usize)| {
        let label = label(&trial.spec);
        let name = label.rsplit_once(" seed").map_or(label.as_str(), |(name, _)| name);
        format!(
            "{name}: {} steps are too few for the structure to change even once, so the result would be that of a \
             network which never changes; train longer (--set epochs=N), or change the structure after fewer steps: \
             see the settings of {} with --dry-run",
            trial.steps(train_images),
            trial.spec.method
        )
    };
    kinds(trials).into_iter().filter(unchanged).map(warning).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::trials;

    /// 1,600 images in batches of 64 for six epochs are 150 steps. IEE's cycles of 18 end before 112: six. RigL updates
    /// every ten steps until then, at the first already: twelve.
    #[test]
    fn the_changes_of_a_structure_follow_from_the_plan() {
        let changes = |name, own: &[(&str, &str)]| {
            let set = [own, &[("epochs", "6"), ("batch_size", "64")]].concat();
            trials(&[name], &set)[0].structure_changes(1600)
        };
        let stages = ["importance_steps", "recovery_steps", "exploration_steps"].map(|stage| (stage, "6"));
        assert_eq!(changes("iee", &stages), Some(6));
        assert_eq!(changes("rigl", &[("update_interval", "10")]), Some(12));
        assert_eq!(changes("snip", &[]), Some(1));
        assert_eq!((changes("static", &[]), changes("dense", &[])), (None, None));
    }

    #[test]
    fn a_training_too_short_to_change_anything_is_warned_of_once() {
        let short = trials(&["iee", "rigl", "static"], &[("epochs", "0.6")]);
        assert!(short.len() > 6, "several seeds");
        let said = warnings(&short, 1600);
        assert_eq!(said.len(), 2, "IEE at two sparsities; RigL changes at the first step: {said:?}");
        assert!(said[0].starts_with("iee erk 80% [epochs=0.6]: 15 steps are too few"), "{said:?}");
        assert_eq!(warnings(&trials(&["iee", "rigl"], &[]), 1600), [""; 0]);
    }
}
