//! The one cut to the budget that several methods make.

use sparsity::{Amount, Criterion, Edits, Scope, WeightEdit};

/// Drops the weights of the least saliency by `criterion` until the budget is met.
pub(crate) fn cut(criterion: Criterion, scope: Scope) -> Edits {
    Edits::Weights(vec![WeightEdit::Drop { criterion, amount: Amount::Ramp(1.0), scope }])
}
