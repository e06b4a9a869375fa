//! Pruning to the budget at once, which several methods do.

use sparsity::{Amount, Criterion, Edits, Scope, WeightEdit};

/// Drops the weights of the least saliency by `criterion` until the budget is met.
pub(crate) fn cut(criterion: Criterion, scope: Scope) -> Edits {
    Edits::Weights(vec![WeightEdit::Drop { criterion, amount: Amount::Ramp(1.0), scope }])
}
