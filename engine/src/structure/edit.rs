//! The edits of a plan, a function each.

use super::Structure;
use crate::quantiles::quantiles;
use crate::{EditReport, Scores};
use sparsity::{Amount, Budget, Criterion, Scope, WeightEdit};
use tch::Tensor;

/// What the edits of one plan share.
struct Change<'a> {
    scores: &'a Scores,
    /// Values of all weights before.
    values: Tensor,
    /// The mask before the last drop, and how many weights of each layer it had.
    undropped: Option<(Tensor, Budget)>,
    report: EditReport,
}

impl Structure {
    /// Changes the structure by `edits` in order, then values and momentum accordingly. Reads the counts of all layers,
    /// for which it waits for the device.
    pub fn edit(
        &mut self,
        edits: &[WeightEdit],
        scores: &mut Scores,
        weights: &mut Tensor,
        momentum: &mut Tensor,
    ) -> EditReport {
        let report = self.change(edits, scores, weights, momentum);
        self.count();
        report
    }

    /// As [`edit`](Self::edit), without waiting for the device wherever the host knows how many weights to choose:
    /// the counts of the layers are in [`counts`](Self::counts), to be read with what else is wanted and given back
    /// to [`note_counts`](Self::note_counts).
    ///
    /// A weight dropped and grown by the same edits keeps its value and its
    /// momentum. A weight that leaves has no momentum when it comes back.
    pub(crate) fn change(
        &mut self,
        edits: &[WeightEdit],
        scores: &mut Scores,
        weights: &mut Tensor,
        momentum: &mut Tensor,
    ) -> EditReport {
        let before = self.mask.copy();
        let (values, report) = (self.all_values(weights), EditReport::from(&before));
        let mut change = Change { scores, values, undropped: None, report };
        for edit in edits {
            match *edit {
                WeightEdit::Drop { criterion, amount, scope } => {
                    self.drop_weights(&mut change, criterion, amount, scope);
                }
                WeightEdit::Grow { criterion, scope } => self.grow(&mut change, criterion, scope),
                WeightEdit::GrowFanIn { criterion, min_salient } => {
                    self.grow_fan_in(&mut change, criterion, min_salient);
                }
                WeightEdit::Regrow { criterion } => self.regrow(&mut change, criterion),
                WeightEdit::ClearGrown => self.clear_grown(&before, weights, momentum),
                WeightEdit::ClearMomentum { .. } => *momentum *= before.logical_not(),
                WeightEdit::Select { criterion, scope, backward } => {
                    self.select(&mut change, criterion, scope, backward);
                    *momentum *= self.backward.as_ref().unwrap_or(&self.mask);
                }
                WeightEdit::ActivateAll => {
                    self.activate_all();
                    let _ = momentum.zero_();
                }
            }
        }
        let report = change.report;
        let used: Vec<_> = edits.iter().filter_map(WeightEdit::criterion).collect();
        scores.used(&used);
        self.settle(&before, weights, momentum);
        report
    }

    /// The scores by which some of the active weights are kept, within `scope`.
    fn drop_score(&mut self, change: &mut Change, criterion: Criterion, scope: Scope) -> Tensor {
        let score = change.scores.of(criterion, &change.values);
        self.know(scope);
        change.report.drop_scores = Some(quantiles(&score, &self.mask, self.active()));
        score
    }

    /// The scores by which some of the inactive weights grow, within `scope`.
    fn growth_score(&mut self, change: &mut Change, criterion: Criterion, scope: Scope) -> Tensor {
        let score = change.scores.of(criterion, &change.values);
        self.know(scope);
        let inactive = self.current.weights() - self.active();
        change.report.grow_scores = Some(quantiles(&score, &self.mask.logical_not(), inactive));
        score
    }

    fn drop_weights(&mut self, change: &mut Change, criterion: Criterion, amount: Amount, scope: Scope) {
        let score = self.drop_score(change, criterion, scope);
        let kept = self.keep(&score, amount, scope);
        change.undropped = Some((self.mask.copy(), self.current.clone()));
        self.choose(kept);
        change.report.pruned = self.mask.copy();
        change.report.saliency = Some(score);
    }

    fn grow(&mut self, change: &mut Change, criterion: Criterion, scope: Scope) {
        let score = self.growth_score(change, criterion, scope);
        let grown = self.missing(&score, scope);
        self.take_in(&self.mask.logical_or(&grown));
    }

    fn grow_fan_in(&mut self, change: &mut Change, criterion: Criterion, min_salient: f64) {
        let score = self.growth_score(change, criterion, Scope::Global);
        let (left, grown) = self.even_out(&change.report.before, &score, min_salient);
        self.take_in(&left.logical_or(&grown));
        change.report.pruned = left;
    }

    fn regrow(&mut self, change: &mut Change, criterion: Criterion) {
        let Some((undropped, counts)) = change.undropped.take() else { return };
        let score = self.growth_score(change, criterion, Scope::PerLayer);
        let grown = self.dropped(&score, &undropped, &counts);
        self.take_in(&self.mask.logical_or(&grown));
        change.undropped = Some((undropped, counts));
    }

    /// Sets the weights that the mask has and `before` had not to zero, without momentum.
    fn clear_grown(&mut self, before: &Tensor, weights: &mut Tensor, momentum: &mut Tensor) {
        let stays = self.mask.logical_and(&before.logical_not()).logical_not();
        *weights *= &stays;
        *momentum *= &stays;
        if let Some(dormant) = &mut self.dormant {
            *dormant *= &stays;
        }
    }

    /// Chooses the active weights among all, and the backward set around them.
    fn select(&mut self, change: &mut Change, criterion: Criterion, scope: Scope, ratio: f64) {
        let score = self.drop_score(change, criterion, Scope::Global);
        self.activate_all();
        let kept = self.keep(&score, Amount::Ramp(1.0), scope);
        self.choose(kept);
        change.report.pruned = self.mask.logical_and(&change.report.before);
        let backward = self.mask.logical_or(&self.beside(&score, scope, ratio));
        change.report.saliency = Some(score);
        self.set_backward(Some(backward));
    }
}
