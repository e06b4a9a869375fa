//! Whether a training is long enough for its method to change the structure often enough, before anything runs.

use super::planned_trial::kinds;
use super::{PlannedTrial, label};
use suites::counted;
use suites::preset::Preset;

/// With fewer changes of the structure a result says little about the method that makes them. Own choice: by the published
/// recipes there are dozens.
const FEW: u64 = 10;

/// The setting of how many cycles a method has that prunes channels.
const CYCLES: &str = "latency_cycles";

/// A warning for each method, and number of changes, whose structure would never change, or seldom, on so many training
/// images. Methods that prune once have no setting for the steps between two changes, and are left out. Profiles for
/// synthetic images are no evidence anyway, so there only methods that never change the structure are named.
pub fn warnings(trials: &[PlannedTrial], train_images: usize, preset: &Preset) -> Vec<String> {
    let enough = if preset.synthetic.is_some() { 1 } else { FEW };
    let mut found: Vec<(&PlannedTrial, u64, usize)> = Vec::new();
    for (trial, _) in kinds(trials) {
        let Some(changes) = trial.structure_changes(train_images).filter(|changes| *changes < enough) else {
            continue;
        };
        if changes == 1 && cadences(trial).is_empty() {
            continue;
        }
        let method = &trial.spec.method;
        match found.iter_mut().find(|(other, count, _)| *count == changes && other.spec.method == *method) {
            Some((.., alike)) => *alike += 1,
            None => found.push((trial, changes, 0)),
        }
    }
    let warning = |(trial, changes, alike)| warning(trial, trial.steps(train_images), changes, alike);
    found.into_iter().map(warning).collect()
}

/// Says how often the structure of `trial`, and of so many others `alike`, changes in so many steps.
fn warning(trial: &PlannedTrial, steps: u64, changes: u64, alike: usize) -> String {
    let label = label(&trial.spec);
    let name = label.rsplit_once(" seed").map_or(label.as_str(), |(name, _)| name);
    let others = if alike > 0 { format!(" (and {alike} more like it)") } else { String::new() };
    let said = match changes {
        0 if cycles(trial) == 1 => {
            "a single cycle prunes once and changes nothing afterwards, so the result would be that of one prune".into()
        }
        0 => format!(
            "{steps} steps are too few for the structure to change even once, so the result would be that of a network which \
             never changes"
        ),
        _ => format!(
            "the structure changes {} in {steps} steps, and fewer than {FEW} changes say little about a method",
            counted(changes as usize, "time", "times")
        ),
    };
    let method = &trial.spec.method;
    format!("{name}{others}: {said}; {}: see the settings of {method} with --dry-run", remedy(trial, changes))
}

/// The number of cycles that is asked for; 0 where it follows from the lengths of their stages.
fn cycles(trial: &PlannedTrial) -> u64 {
    let settings = &trial.resolved.settings;
    let of_channels = trial.spec.target.channels().is_some() && settings.has(CYCLES);
    if of_channels { settings.int(CYCLES) } else { 0 }
}

/// What makes the structure of `trial` change oftener than `changes` times.
fn remedy(trial: &PlannedTrial, changes: u64) -> String {
    let asked = cycles(trial);
    if asked > changes + 1 {
        return "train longer (--set epochs=N), for the cycles that are asked for do not fit".to_string();
    }
    if asked > 0 {
        return format!("take more cycles (--set {CYCLES}=N), to which the lengths of the stages are scaled");
    }
    let sooner = match cadences(trial).join(", ") {
        keys if keys.is_empty() => String::new(),
        keys => format!(" ({keys})"),
    };
    format!("train longer (--set epochs=N), or change the structure after fewer steps{sooner}")
}

/// The settings of how many steps lie between two changes.
fn cadences(trial: &PlannedTrial) -> Vec<&'static str> {
    let specs = (trial.resolved.description.settings)();
    specs.into_iter().filter(|spec| spec.cadence).map(|spec| spec.key).collect()
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

    fn preset(name: &str) -> Preset {
        suites::suite("cifar10").unwrap().preset(name).unwrap()
    }

    #[test]
    fn a_training_too_short_to_change_anything_is_warned_of_once() {
        let short = trials(&["iee", "rigl", "static"], &[("epochs", "0.6")]);
        assert!(short.len() > 6, "several seeds");
        let said = warnings(&short, 1600, &preset("smoke"));
        assert_eq!(said.len(), 1, "IEE at two sparsities; RigL changes at the first step: {said:?}");
        let start = "iee erk 80% [epochs=0.6] (and 1 more like it): 15 steps are too few";
        assert!(said[0].starts_with(start), "{said:?}");
    }

    /// Six epochs are 150 steps, of which 112 may change the structure. IEE has cycles of 30 steps: three. RigL updates
    /// every 20 steps, at the first already: six. SNIP prunes once, as it is meant to.
    #[test]
    fn few_changes_are_warned_of_where_there_is_evidence_to_be_had() {
        let stages = ["importance_steps", "recovery_steps", "exploration_steps"].map(|stage| (stage, "10"));
        let set = [&stages[..], &[("epochs", "6"), ("batch_size", "64"), ("update_interval", "20")]].concat();
        let short = trials(&["iee", "rigl", "snip", "grasp", "magnitude-oneshot", "static", "dense"], &set);
        let said = warnings(&short, 1600, &preset("pilot"));
        assert_eq!(said.len(), 2, "{said:?}");
        for (said, words) in said.iter().zip([
            [
                "iee erk 80%",
                "changes 3 times in 150 steps",
                "(importance_steps, recovery_steps, exploration_steps)",
            ],
            ["rigl erk 80%", "changes 6 times in 150 steps", "(update_interval)"],
        ]) {
            assert!(words.iter().all(|words| said.contains(words)), "{said}");
            assert!(said.contains("(and 1 more like it)") && said.contains("fewer than 10"), "{said}");
        }
        assert_eq!(warnings(&short, 1600, &preset("smoke")), [""; 0]);
        let longer = trials(&["iee", "rigl"], &[&set[..], &[("epochs", "24")]].concat());
        assert_eq!(warnings(&longer, 1600, &preset("pilot")), [""; 0]);
    }
}
