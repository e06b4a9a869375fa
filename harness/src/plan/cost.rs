//! What a trial will cost, before it runs: steps, and FLOPs relative to dense training.
//!
//! A dense forward pass of one image is 2 FLOPs per multiply-accumulate; a dense
//! training step is three of them per image (RigL's accounting).

use super::PlannedTrial;
use sparsity::{
    Amount, Budget, InitialStructure, Method, PruneLatencies, StepPlan, WeightEdit, step_cost, step_cost_of,
};

/// The estimated cost of one trial.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Training steps.
    pub steps: u64,
    /// Training FLOPs over those of dense training of the usual length, pretraining included.
    pub ratio: f64,
    /// Training FLOPs of the trial itself.
    pub flops: f64,
    /// Whether the training may end earlier, because stages end once they have settled.
    pub most_steps: bool,
    /// Whether the FLOPs may be fewer: for that reason, or because the sparsity is reached and not asked for.
    pub most_flops: bool,
}

/// Estimates a trial on a data set of so many training images.
pub fn estimate(trial: &PlannedTrial, train_images: usize) -> Cost {
    let PlannedTrial { spec, resolved } = trial;
    let (method, recipe_steps) = (trial.method(train_images), trial.recipe_steps(train_images));
    let steps = recipe_steps + method.extra_steps();
    let dense = resolved.dense.macs() as f64;
    let width = resolved.network.macs() as f64 / dense;
    let density = resolved.budget.inference_ratio();
    let price = |plan: &StepPlan, now: f64| match now == density {
        true => step_cost_of(plan, &resolved.budget),
        false => step_cost(plan, now),
    };
    let start = Start::of(method.initial_structure(), &resolved.budget);
    let mean = width * training_ratio(method.as_ref(), start, density, recipe_steps, price);
    let images = (resolved.recipe.batch_size * recipe_steps) as f64;
    let pretraining = spec.pretraining_cost.unwrap_or(0.0);
    let ratio = resolved.recipe.length * mean + pretraining;
    let most_steps = (0..steps).any(|step| method.plan(step).settling.is_some());
    let learned = matches!(method.initial_structure(), InitialStructure::Thresholds { .. });
    Cost { steps, ratio, flops: 6.0 * dense * images * mean, most_steps, most_flops: most_steps || learned }
}

/// The network at the start.
#[derive(Clone, Copy)]
struct Start {
    /// Its forward FLOPs over those of the dense network.
    ratio: f64,
    /// How far it is on the way from dense to the budget, by weights.
    way: f64,
}

impl Start {
    fn of(structure: InitialStructure, budget: &Budget) -> Self {
        let first = match structure {
            // How many weights thresholds will leave is not known before: this is the most they cost.
            InitialStructure::Dense | InitialStructure::Thresholds { .. } => budget.ramp(0.0),
            InitialStructure::Random | InitialStructure::Largest => budget.clone(),
            InitialStructure::Ramp(way) => budget.ramp(way),
            InitialStructure::RandomAt(density) => budget.at_density(density),
            // Of channels, FLOPs are taken to fall as latency does.
            InitialStructure::Narrow { latency } => return Self { ratio: latency, way: 0.0 },
        };
        let zeros = |of: &Budget| (of.weights() - of.active()) as f64;
        let way = if zeros(budget) > 0.0 { zeros(&first) / zeros(budget) } else { 1.0 };
        Self { ratio: first.inference_ratio(), way }
    }

    /// The ratio at `way` of the way to a network whose own is `end`: it falls as the number of weights does.
    fn towards(self, end: f64, way: f64) -> f64 {
        let left = 1.0 - self.way;
        let done = if left > 0.0 { ((way - self.way) / left).max(0.0) } else { 1.0 };
        self.ratio - done * (self.ratio - end)
    }
}

/// Training FLOPs over dense training of `recipe_steps` steps, where `price` is the cost of a step at a density and
/// `density` is the final network's forward FLOPs over the dense one's. Where layers exchange their budgets, the final
/// network has other layers than its budget, and may cost more.
fn training_ratio(
    method: &dyn Method,
    start: Start,
    density: f64,
    recipe_steps: u64,
    price: impl Fn(&StepPlan, f64) -> f64,
) -> f64 {
    let mut now = start.ratio;
    let (mut cost, mut prunes) = (0.0, PruneLatencies::before_any(now));
    for step in 0..recipe_steps + method.extra_steps() {
        let plan = method.plan(step);
        cost += price(&plan, now);
        let mut undropped = now;
        for edit in plan.then.weights() {
            match edit {
                WeightEdit::Drop { amount: Amount::Ramp(way), .. } => {
                    undropped = now;
                    now = now.min(start.towards(density, *way));
                }
                WeightEdit::ActivateAll => now = 1.0,
                WeightEdit::Drop { .. } => undropped = now,
                WeightEdit::Regrow { .. } => now = undropped,
                WeightEdit::Grow { .. }
                | WeightEdit::GrowFanIn { .. }
                | WeightEdit::Select { .. }
                | WeightEdit::ClearGrown
                | WeightEdit::ClearMomentum { .. } => {}
            }
        }
        for edit in plan.then.channels() {
            now = prunes.aim(now, edit);
        }
    }
    cost / (3 * recipe_steps.max(1)) as f64
}

/// FLOPs in the unit that suits them: `1.07 PFLOP`.
pub fn flops(count: f64) -> String {
    let units = [(1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G")];
    let (size, letter) = units.into_iter().find(|(size, _)| count >= *size).unwrap_or((1e6, "M"));
    format!("{:.2} {letter}FLOP", count / size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sparsity::{Origin, Override, Scope, Settings, TrialContext, gradual_cost, rigl_cost, snfs_cost};

    fn ratio(name: &str, changes: &[(&str, &str)], density: f64, steps: u64) -> f64 {
        let description = trial::registry::method(name).unwrap();
        let change = |(key, text): &(&str, &str)| Override {
            key: (*key).into(),
            text: (*text).into(),
            origin: Origin::User,
        };
        let changes: Vec<Override> = changes.iter().map(change).collect();
        let settings = Settings::resolve((description.settings)(), &changes).unwrap();
        let method = (description.build)(
            &settings,
            TrialContext {
                steps,
                warmup_steps: 0,
                scope: Scope::PerLayer,
                sparsity: 1.0 - density,
                latency_target: None,
                pretrained: false,
            },
        );
        // One layer, of 10,000 weights.
        let convolution = network::wide_resnet(10, 1, 10, 32).layers()[1].clone();
        let layer = network::Layer { inputs: 100, outputs: 100, kernel: 1, ..convolution };
        let budget = sparsity::Distribution::Global.budget(&[layer], 1.0 - density).unwrap();
        training_ratio(
            method.as_ref(),
            Start::of(method.initial_structure(), &budget),
            density,
            steps,
            step_cost,
        )
    }

    #[test]
    fn the_estimate_is_what_the_closed_forms_say() {
        assert_eq!(ratio("dense", &[], 1.0, 100), 1.0);
        assert!((ratio("static", &[], 0.25, 100) - 0.25).abs() < 1e-9);
        // The update takes the place of every tenth step: nine steps of training between two updates.
        let rigl = ratio("rigl", &[("update_end", "1"), ("update_interval", "10")], 0.25, 1000);
        assert!((rigl - rigl_cost(0.25, 9.0)).abs() < 1e-9, "{rigl}");
        let snfs = ratio("snfs", &[("update_end", "1"), ("update_interval", "1000")], 0.25, 1000);
        assert!((snfs - snfs_cost(0.25)).abs() < 1e-3, "{snfs}");
    }

    #[test]
    fn what_starts_dense_costs_its_mean_density() {
        let changes = [("prune_begin", "0.2"), ("prune_end", "0.8"), ("prune_interval", "100")];
        let gradual = ratio("magnitude", &changes, 0.1, 10_000);
        assert!((gradual - gradual_cost(0.9, 10_000, 2_000, 8_000, 100)).abs() < 1e-3, "{gradual}");
        let oneshot = ratio("magnitude-oneshot", &[("prune_at", "0.5")], 0.1, 1000);
        assert!((oneshot - 0.55).abs() < 1e-3, "{oneshot}");
        // Dense for a tenth, seven phases and the last that stays dense; compressed for seven and 15 %.
        let acdc = ratio("acdc", &[], 0.1, 1000);
        assert!((acdc - (0.5 + 0.5 * 0.1)).abs() < 1e-2, "{acdc}");
    }

    /// Sparsity rises from 0.5 to 0.9 along the cubic ramp, whose mean is 0.9 - 0.4 / 4, in half of the training; the
    /// gradients of the exchanges are a thousandth. A soft bound has a fifth, then a tenth more than the budget.
    #[test]
    fn what_regrows_what_it_drops_costs_its_mean_density() {
        let granet = ratio("granet", &[], 0.1, 100_000);
        assert!((granet - (0.5 * 0.2 + 0.5 * 0.1)).abs() < 4e-3, "{granet}");
        let hard = ratio("mest", &[("drop_criterion", "magnitude")], 0.1, 1_600);
        assert!((hard - 0.1).abs() < 1e-9, "{hard}");
        let soft = ratio("mest", &[("memory_bound", "soft"), ("drop_criterion", "magnitude")], 0.1, 1_600);
        assert!((soft - 0.1 * (1.0 + 0.5625 * 0.2 + 0.1875 * 0.1)).abs() < 1e-3, "{soft}");
    }

    /// The layers of a lighter network cost other shares than those of its budget: by ERK, WRN-22-2 has 0.7282 of the dense
    /// FLOPs at 50 % and 0.0881 at 95 %. Two thirds of the way from the one to the other, by weights, are 0.3015.
    #[test]
    fn what_starts_between_dense_and_its_budget_costs_what_its_layers_do() {
        let budget =
            sparsity::Distribution::Erk.budget(&network::wide_resnet(22, 2, 10, 32).layers(), 0.95).unwrap();
        let start = Start::of(InitialStructure::RandomAt(0.5), &budget);
        assert!((start.ratio - 0.7282).abs() < 5e-4 && (start.way - 0.5 / 0.95).abs() < 1e-3);
        let end = budget.inference_ratio();
        assert!((start.towards(end, 0.8 / 0.95) - (0.7282 + 2.0 * 0.0881) / 3.0).abs() < 1e-3);
        assert_eq!(start.towards(end, 0.0), start.ratio);
        assert!((start.towards(end, 1.0) - end).abs() < 1e-12);
        let dense = Start::of(InitialStructure::Dense, &budget);
        assert_eq!((dense.ratio, dense.way), (1.0, 0.0));
        assert!((dense.towards(0.2, 0.5) - 0.6).abs() < 1e-12);
        assert_eq!(Start::of(InitialStructure::Random, &budget).towards(end, 1.0), end);
    }

    /// RigL's 5x row of ResNet-50 at 90 % ERK: 0.2443 of a dense training while the structure changes,
    /// 0.2418 afterwards, five times. The paper prints 1.23.
    #[test]
    fn a_longer_training_costs_so_many_times_more() {
        let suite = suites::suite("imagenet").unwrap();
        let length =
            std::collections::BTreeMap::from([("training_length".into(), sparsity::Value::Float(5.0))]);
        let spec = trial::TrialSpec {
            suite: suite.name.into(),
            dataset: String::new(),
            data_fingerprint: String::new(),
            classes: None,
            model: "resnet50".into(),
            initial_weights: None,
            pretraining_cost: None,
            method: "rigl".into(),
            target: trial::Target::Weights { distribution: sparsity::Distribution::Erk, sparsity: 0.9 },
            seed: 0,
            threads: std::num::NonZeroUsize::MIN,
            profile: "paper".into(),
            recipe: length,
            settings: std::collections::BTreeMap::from([(
                "update_end".into(),
                sparsity::Value::Float(0.78125),
            )]),
            method_revision: 0,
            profile_revision: 0,
        };
        let cost = estimate(&PlannedTrial::new(spec).unwrap(), 1_281_167);
        let expected = 5.0 * (0.78125 * 0.2443 + 0.21875 * 0.2418);
        assert!((cost.ratio - expected).abs() < 1e-3, "{}", cost.ratio);
        // 5 x 3.2e18 FLOPs of dense training, times the share.
        assert!((cost.flops / (cost.ratio * 3.2e18) - 1.0).abs() < 0.03, "{}", cost.flops);
    }

    #[test]
    fn flops_have_the_unit_that_suits_them() {
        assert_eq!(flops(1.234e15), "1.23 PFLOP");
        assert_eq!(flops(1.5e7), "15.00 MFLOP");
    }
}
