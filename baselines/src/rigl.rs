//! RigL: growth by the dense gradient of one batch.

use crate::regrow::{Regrow, specs};
use sparsity::{Criterion, Description, Prunes};

pub(crate) const DESCRIPTION: Description = Description {
    name: "rigl",
    summary: "drops the smallest weights, grows where the dense gradient is largest",
    source: "Evci et al., arXiv 1911.11134",
    revision: 0,
    prunes: Prunes::Weights,
    edits: true,
    pretrained: false,
    settings: specs,
    build: |settings, context| Box::new(Regrow::new(settings, context, Criterion::Gradient)),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::method;
    use sparsity::{Amount, Update, WeightEdit};

    #[test]
    fn rigl_exchanges_in_place_of_the_gradient_step() {
        let rigl = method("rigl", 97_656, &[]);
        let plan = rigl.plan(0);
        assert_eq!((plan.update, &plan.score[..]), (Update::Nothing, &[Criterion::Gradient][..]));
        assert_eq!(plan.then.weights().len(), 2);
        assert!(rigl.plan(1).then.is_empty() && rigl.plan(1).score.is_empty());
        // Half way to step 75,000 the share is half of 0.3.
        let WeightEdit::Drop { amount: Amount::Fraction(share), .. } = rigl.plan(37_500).then.weights()[0]
        else {
            panic!()
        };
        assert!((share - 0.15).abs() < 1e-4, "{share}");
        assert!(rigl.plan(74_900).then.weights().len() == 2 && rigl.plan(75_100).then.is_empty());
    }
}
