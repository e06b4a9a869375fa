//! SRigL: RigL with a constant fan-in, so that every output (neuron) of a layer
//! has as many connections and the layer is a small dense matrix with an index.
//!
//! At an update of a layer K connections are exchanged, as in RigL. The K active
//! weights of the smallest magnitude go, wherever in the layer they are. Salient
//! are those that are left and the K inactive ones of the largest gradient;
//! outputs with fewer salient weights than a share of the fan-in are ablated. The
//! budget over the outputs that remain is their new fan-in, and each grows by
//! gradient until it has it.
//!
//! Own readings: a fan-in is the nearest whole number, one at least, so the
//! sparsity reached differs a little from the one asked for, and records state the
//! one reached. An ablated output never comes back, since behind a batch norm
//! its variance is zero and its gradients are no measure of anything.

use crate::regrow::{self, Regrow};
use sparsity::{
    Allowed, Criterion, Description, Edits, InitialStructure, Method, Prunes, SettingSpec, StepPlan, Value,
    WeightEdit,
};

pub(crate) const DESCRIPTION: Description = Description {
    name: "srigl",
    summary: "RigL with as many connections for every output of a layer; outputs with few salient ones are ablated",
    source: "Lasby et al., arXiv 2305.02299",
    revision: 0,
    prunes: Prunes::FanIn,
    edits: true,
    pretrained: false,
    settings: specs,
    build: |settings, context| {
        let rigl = Regrow::new(settings, context, Criterion::Gradient);
        Box::new(SRigL { rigl, min_salient: settings.float("min_salient") })
    },
};

fn specs() -> Vec<SettingSpec> {
    let mut specs = regrow::specs();
    let spec = SettingSpec::new;
    let end = spec(
        "update_end",
        Value::Float(0.75),
        Allowed::Float(0.0, 1.0),
        "share of training after which the structure no longer changes",
        "SRigL's author, calgaryml/condensed-sparsity issue 75: 75 %",
    );
    let min_salient = spec(
        "min_salient",
        Value::Float(0.3),
        Allowed::Float(0.0, 1.0),
        "gamma_sal: salient weights below which an output is ablated, as a share of the fan-in; 0 ablates none",
        "SRigL, arXiv 2305.02299: 30 % (its code's README: 5 % for ResNet-18 on CIFAR-10 at 99 %)",
    );
    specs.retain(|spec| spec.key != end.key);
    specs.extend([end, min_salient]);
    specs
}

struct SRigL {
    rigl: Regrow,
    min_salient: f64,
}

impl Method for SRigL {
    fn initial_structure(&self) -> InitialStructure {
        self.rigl.initial_structure()
    }

    fn plan(&self, step: u64) -> StepPlan {
        let mut plan = self.rigl.plan(step);
        let evenly = |edit: &WeightEdit| match *edit {
            WeightEdit::Grow { criterion, .. } => {
                WeightEdit::GrowFanIn { criterion, min_salient: self.min_salient }
            }
            other => other,
        };
        plan.then = Edits::Weights(plan.then.weights().iter().map(evenly).collect());
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::method;
    use sparsity::{Amount, Scope, Update};

    #[test]
    fn srigl_updates_as_rigl_does_and_ends_at_three_quarters() {
        let srigl = method("srigl", 97_656, &[]);
        assert_eq!(srigl.initial_structure(), InitialStructure::Random);
        let updates: Vec<u64> = (0..97_656).filter(|step| !srigl.plan(*step).then.is_empty()).collect();
        assert_eq!((updates[0], updates[1], *updates.last().unwrap()), (0, 100, 73_200));
        assert!(updates.windows(2).all(|pair| pair[1] - pair[0] == 100));
        // Half way to step 73,242 the share is half of 0.3.
        let plan = srigl.plan(36_600);
        assert_eq!((plan.update, &plan.score[..]), (Update::Nothing, &[Criterion::Gradient][..]));
        let [WeightEdit::Drop { criterion, amount: Amount::Fraction(share), scope }, grow] =
            plan.then.weights()
        else {
            panic!("{:?}", plan.then)
        };
        assert_eq!((*criterion, *scope), (Criterion::Magnitude, Scope::PerLayer));
        assert!((share - 0.15).abs() < 1e-3, "{share}");
        assert_eq!(*grow, WeightEdit::GrowFanIn { criterion: Criterion::Gradient, min_salient: 0.3 });
    }
}
