//! Kinds of steps and of choices, in words: plans with the same words run the same kernels.

use sparsity::{
    BatchStatistics, ChannelEdit, Criterion, Edits, GrowthLimit, Population, Scope, StepPlan, Update,
    WeightEdit,
};

/// What of a structure decides which kernels a step runs.
#[derive(Clone, Copy, Default)]
pub struct State {
    /// Whether every weight is active.
    pub dense: bool,
    /// Whether a backward set was chosen.
    pub backward: bool,
    /// Whether channels are pruned.
    pub of_channels: bool,
}

/// What a step of `plan` computes from a structure in state `structure`.
pub fn of_step(plan: &StepPlan, structure: State) -> String {
    let State { dense, backward, of_channels } = structure;
    let mut words = vec![match plan.update {
        Update::Active if dense => "train a dense network".to_string(),
        Update::Active => "train active weights".into(),
        Update::Inactive { others: true } => "train inactive weights and batch norms".into(),
        Update::Inactive { others: false } => "train inactive weights".into(),
        Update::Everything => "train all weights".into(),
        Update::StraightThrough { .. } => "train straight through a mask".into(),
        Update::Backward { .. } if backward => "train a backward set".into(),
        Update::Backward { .. } => "train before there is a backward set".into(),
        Update::SoftThreshold { .. } => "train soft thresholds".into(),
        Update::Nothing => "train nothing".into(),
    }];
    if plan.forward == Population::Everything {
        words.push("run all".into());
    }
    if plan.statistics == BatchStatistics::Hold {
        words.push("hold statistics".into());
    }
    let gathered: Vec<&str> =
        plan.score.iter().filter(|criterion| criterion.needs_gradients()).map(|c| c.name()).collect();
    if !gathered.is_empty() {
        words.push(format!("score by {}", gathered.join(" and ")));
    }
    if of_channels {
        words.push("of channels".into());
    }
    words.join(", ")
}

/// What the edits of a plan choose by what; none if it has none.
pub fn of_choice(edits: &Edits) -> Option<String> {
    let weights = edits.weights().iter().map(of_weights);
    let words: Vec<String> = weights.chain(edits.channels().iter().map(of_channels)).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn of_weights(edit: &WeightEdit) -> String {
    let by = |verb: &str, criterion: Criterion, scope: Scope| {
        let of = if scope == Scope::Global { " of the whole network" } else { "" };
        format!("{verb} by {}{of}", criterion.name())
    };
    match *edit {
        WeightEdit::Drop { criterion, scope, .. } => by("drop", criterion, scope),
        WeightEdit::Grow { criterion, scope } => by("grow", criterion, scope),
        WeightEdit::GrowFanIn { criterion, .. } => by("grow a constant fan-in", criterion, Scope::PerLayer),
        WeightEdit::Regrow { criterion } => by("grow back", criterion, Scope::PerLayer),
        WeightEdit::Select { criterion, scope, .. } => by("select", criterion, scope),
        WeightEdit::ClearGrown => "clear what grew".into(),
        WeightEdit::ClearMomentum { others } => {
            let of = if others { " of all but what grew" } else { " of active weights" };
            format!("clear the momentum{of}")
        }
        WeightEdit::ActivateAll => "activate all".into(),
    }
}

fn of_channels(edit: &ChannelEdit) -> String {
    let verb = match edit {
        ChannelEdit::Drop { .. } => "drop channels",
        ChannelEdit::Grow { limit: GrowthLimit::Latency(_), .. } => "grow channels",
        ChannelEdit::Grow { limit: GrowthLimit::Removed(_), .. } => "grow a share of channels",
    };
    format!("{verb} by {}", edit.criterion().name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sparsity::Amount;

    #[test]
    fn plans_that_run_other_kernels_have_other_words() {
        let plain = StepPlan::train("train");
        let scoring = StepPlan { score: vec![Criterion::Gradient], ..plain.clone() };
        let exploring = StepPlan { forward: Population::Everything, ..plain.clone() };
        // Read from the weights: nothing is gathered.
        let magnitude = StepPlan { score: vec![Criterion::Magnitude], ..plain.clone() };
        let usual = State::default();
        let words = |plan: &StepPlan| of_step(plan, usual);
        assert_eq!(words(&plain), "train active weights");
        assert_eq!(words(&magnitude), words(&plain));
        assert_eq!(words(&scoring), "train active weights, score by gradient");
        assert_eq!(words(&exploring), "train active weights, run all");
        assert_ne!(of_step(&plain, State { dense: true, ..usual }), words(&plain));
        assert_ne!(of_step(&plain, State { of_channels: true, ..usual }), words(&plain));
        let backward = StepPlan { update: Update::Backward { ratio: 2.0 }, ..plain.clone() };
        assert_ne!(of_step(&backward, State { backward: true, ..usual }), words(&backward));
    }

    #[test]
    fn choices_are_named_by_what_decides_them() {
        let (criterion, scope) = (Criterion::Magnitude, Scope::Global);
        let drop = WeightEdit::Drop { criterion, amount: Amount::Ramp(1.0), scope };
        let edits = Edits::Weights(vec![drop, WeightEdit::ActivateAll]);
        assert_eq!(of_choice(&edits).unwrap(), "drop by magnitude of the whole network, activate all");
        assert_eq!(of_choice(&Edits::NONE), None);
    }
}
