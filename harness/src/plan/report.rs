//! The plan in words, for a dry run: data, trials, every setting with its source, and the cost.

use super::cost::{Cost, estimate, flops};
use super::data::DataSet;
use super::planned_trial::kinds;
use super::summary::summary;
use super::{Plan, PlanRow, PlannedTrial, PreparedPlan, ResolvedRow, label, percent, structure};
use crate::columns::{fit, fit_table, width, wrap};
use crate::trial_status::TrialStatus;
use records::{RunDirectory, words};
use sparsity::{Origin, Setting, Settings};
use std::path::Path;
use suites::counted;
use suites::preset::Preset;
use suites::recipe::{BatchNorms, Recipe};
use trial::{TrainingMemory, bytes};

/// The profile in words. One that is made for synthetic images says of others what they change.
fn profile(preset: &Preset, data: &DataSet) -> String {
    match &preset.synthetic {
        Some(set) if !words::is_synthetic(&data.identity.dataset) => format!(
            "{}: made for {} generated images, to which the steps in the sources below refer, but trained on those of \
             --data; not evidence about the methods",
            preset.name, set.train
        ),
        _ => format!("{}: {}", preset.name, preset.summary),
    }
}

/// The whole plan as text, its summary first, with the state of its trials in the folder of the results.
///
/// # Errors
///
/// If the file of step times in that folder is damaged.
pub fn report(prepared: &PreparedPlan, out: &Path) -> anyhow::Result<String> {
    let PreparedPlan { plan, data, trials } = prepared;
    let width = width();
    let preset = &plan.request.preset;
    let identity = &data.identity;
    let about = [
        ("suite", plan.request.suite.name.into()),
        ("profile", profile(preset, data)),
        ("model", plan.request.model.clone()),
        ("threads", format!("{} a trial; another number is another trial", plan.request.threads)),
        ("data", format!("{}{}", data.folder.display(), absence(data))),
        ("", format!("{}, fingerprint {}", identity.dataset, identity.fingerprint)),
        (
            "",
            format!(
                "{}, {} training and {}",
                counted(identity.classes, "class", "classes"),
                identity.train,
                counted(identity.test, "test image", "test images")
            ),
        ),
    ];
    let notes = identity.notes.iter().map(|note| ("", note.clone()));
    let about = about.into_iter().chain(notes).chain([("results", out.display().to_string())]);
    let about = about.map(|(name, value): (&str, String)| vec![name.to_string(), value]);
    let states: Vec<TrialStatus> =
        trials.iter().map(|trial| TrialStatus::of(&RunDirectory::of(out, &trial.spec.key()))).collect();
    let mut text = summary(prepared, &states, out, width)?;
    text += &format!("\n{}", fit(&about.collect::<Vec<_>>(), 0, width));
    text += &trial_list(trials, &states, data.assumed, width);
    own_recipes(plan).iter().for_each(|line| text += &format!("  {line}\n"));
    let mut told: Vec<&Settings> = Vec::new();
    for ResolvedRow { row, recipe, .. } in &plan.rows {
        if !told.contains(&recipe) {
            let whose = match preset.own_recipe(row.description.name).is_empty() {
                false => format!(" of its own for {}", row_name(row)),
                true if told.is_empty() => String::new(),
                true => format!(" for {}", row_name(row)),
            };
            text += &format!("\nSettings of the recipe{whose}\n{}", settings(recipe, width));
            text += &format!("  {}\n", rate(&(plan.request.suite.recipe)(recipe)));
            told.push(recipe);
        }
    }
    let mut told: Vec<(&str, &Settings)> = Vec::new();
    for ResolvedRow { row, settings: own, .. } in &plan.rows {
        let description = &row.description;
        if told.contains(&(description.name, own)) {
            continue;
        }
        text += &format!("\nSettings of {} ({})\n", row_name(row), description.source);
        text += if own.iter().next().is_none() { "  none\n".into() } else { settings(own, width) }.as_str();
        told.push((description.name, own));
    }
    if let Some(latency) = &plan.request.latency {
        text += &format!(
            "\nSettings of channel pruning (latency table {})\n{}",
            latency.latency_table,
            settings(&plan.channels, width)
        );
    }
    text += "\nown choice: not stated by any source, so chosen by this harness\n";
    text += &cost(trials, identity.train, width);
    let warnings = structure::warnings(trials, identity.train, preset);
    warnings.iter().for_each(|warning| text += &format!("warning: {warning}\n"));
    Ok(text)
}

/// What is said of a folder of data that is not there.
fn absence(data: &DataSet) -> &'static str {
    match (data.assumed, data.folder.exists()) {
        (true, _) => " (not there)",
        (false, false) => " (not generated yet)",
        (false, true) => "",
    }
}

/// A line for every method of the plan that the profile trains by a recipe of its own.
pub(super) fn own_recipes(plan: &Plan) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for ResolvedRow { row, .. } in &plan.rows {
        let (name, preset) = (row.description.name, &plan.request.preset);
        let own = preset.own_recipe(name).iter().map(|set| format!("{}={}", set.key, set.text));
        let own = own.collect::<Vec<_>>().join(", ");
        let line = format!(
            "{name} is trained by a recipe of its own, as in its source, where profile {} differs: {own}",
            preset.name
        );
        if !own.is_empty() && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The method, with what the row sets of its own.
fn row_name(row: &PlanRow) -> String {
    let own: Vec<String> = row.settings.iter().map(|set| format!("{}={}", set.key, set.text)).collect();
    match own.is_empty() {
        true => row.description.name.into(),
        false => format!("{} with {}", row.description.name, own.join(", ")),
    }
}

/// The peak learning rate in words, and what it follows from where it scales with the batch.
pub(super) fn rate(recipe: &Recipe) -> String {
    let rate = recipe.learning_rate;
    match recipe.scaling {
        None => format!("peak learning rate {rate}"),
        Some(scaling) => format!(
            "peak learning rate {rate}: {} {} x batch_size {} / {}; {}",
            scaling.setting,
            scaling.base_rate,
            recipe.batch_size,
            scaling.base_batch,
            match recipe.batch_norms {
                BatchNorms::Batch => "batch norms see the whole batch".to_string(),
                BatchNorms::MicroBatch => {
                    format!("micro-batches of {}", counted(recipe.micro_batch as usize, "image", "images"))
                }
            }
        ),
    }
}

/// Every trial with its key, which nobody knows where the data are `assumed`.
fn trial_list(
    trials: &[PlannedTrial],
    states: &[TrialStatus],
    assumed: bool,
    width: Option<usize>,
) -> String {
    let count = |wanted: &str| states.iter().filter(|state| state.word() == wanted).count();
    let counts = TrialStatus::WORDS.map(|word| (word, count(word)));
    let counts = counts.into_iter().filter(|(_, n)| *n > 0).map(|(word, n)| format!("{n} {word}"));
    let mut rows = vec![
        ["key", "method", "distribution", "target", "settings", "seed", "state"].map(String::from).to_vec(),
    ];
    rows.extend(trials.iter().map(|trial| &trial.spec).zip(states).map(|(spec, state)| {
        let latency = spec.target.channels().map(|target| target.latency_target);
        let structure = latency.or(spec.target.sparsity());
        let (sparsity, state) = (structure.map_or("reached".into(), percent), state.word().to_string());
        vec![
            if assumed { "-".into() } else { spec.key() },
            spec.method.clone(),
            spec.target.name().into(),
            sparsity,
            spec.user_settings().replace(';', "; "),
            spec.seed.to_string(),
            state,
        ]
    }));
    format!(
        "\nTrials: {} ({})\n{}",
        trials.len(),
        counts.collect::<Vec<_>>().join(", "),
        fit_table(&rows, 2, width)
    )
}

/// Each setting with its value, what set it, and the source of the value.
fn settings(settings: &Settings, width: Option<usize>) -> String {
    let row = |setting: &Setting| {
        let (who, source) = match &setting.origin {
            Origin::User => ("command line", String::new()),
            Origin::Preset(source) => ("profile", source.clone()),
            Origin::Default if setting.spec.is_own_choice() => {
                let source =
                    setting.spec.source.trim_start_matches("own choice").trim_start_matches([':', ' ']);
                ("own choice", source.to_string())
            }
            Origin::Default => ("default", setting.spec.source.to_string()),
        };
        vec![setting.spec.key.into(), setting.value.to_string(), who.into(), source]
    };
    fit(&settings.iter().map(row).collect::<Vec<_>>(), 2, width)
}

/// Memory of a trial on a GPU, of which a processor needs little more.
pub(super) fn memory(trial: &PlannedTrial, train_images: usize) -> TrainingMemory {
    let method = trial.method(train_images);
    TrainingMemory::of(&trial.resolved, method.as_ref(), trial.steps(train_images), false)
}

/// The cost of each method at each sparsity and how often it changes the structure, and the cost of all trials.
fn cost(trials: &[PlannedTrial], train_images: usize, width: Option<usize>) -> String {
    let kinds = kinds(trials).into_iter().map(|(trial, count)| (trial, estimate(trial, train_images), count));
    let kinds: Vec<(&PlannedTrial, Cost, usize)> = kinds.collect();
    let heads =
        ["trial", "steps", "structure changes", "training x dense", "training FLOPs", "memory", "trials"];
    let mut rows = vec![heads.map(String::from).to_vec()];
    rows.extend(kinds.iter().map(|(trial, cost, count)| {
        let up_to = |most: bool, text: String| if most { format!("up to {text}") } else { text };
        let ratio = up_to(cost.most_flops, format!("{:.3}", cost.ratio));
        vec![
            label(&trial.spec).rsplit_once(" seed").map_or(String::new(), |(name, _)| name.into()),
            up_to(cost.most_steps, cost.steps.to_string()),
            trial.structure_changes(train_images).map_or("-".into(), |changes| changes.to_string()),
            ratio,
            up_to(cost.most_flops, flops(cost.flops)),
            bytes(memory(trial, train_images).total()),
            count.to_string(),
        ]
    }));
    let heading = "Estimated cost of a trial (a multiply-accumulate is 2 FLOPs; a dense step is 3 forward passes; memory \
                   on the device without data, libraries and their workspaces)";
    let heading = width.map_or(heading.to_string(), |width| wrap(heading, width, 0));
    format!("\n{heading}\n{}\n", fit_table(&rows, 2, width))
}
