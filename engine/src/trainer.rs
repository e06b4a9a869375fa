//! One training step of any plan.
//!
//! A step runs its batch through the network in one or more micro-batches and
//! sums their gradients, then updates once. It reads and writes tensors whose
//! addresses do not change: what the source loaded, the learning rate, the
//! mask, all values. So on CUDA the kernels of a micro-batch are recorded once
//! as a graph and replayed, without the host's launch overhead; on the CPU, and
//! for kinds of steps seen only a few times, they are launched one by one
//! (`launcher.rs`).

mod among_ranks;
mod saved;

use crate::gradients::{Gradients, differentiate};
use crate::launcher::Launcher;
use crate::objective::Objective;
use crate::optimizer::Part;
use crate::readout::read;
use crate::{Channels, EditReport, Forward, Mode, Parameters, RunError, Scores, Sgd, Source, Structure};
use among_ranks::Shared;
pub use saved::SavedTrainer;
pub(crate) use saved::are_finite;
use sparsity::{BatchStatistics, ChannelEdit, Criterion, Population, Settling, StepPlan, Update, WeightEdit};
use suites::recipe::{BatchNorms, Precision, Recipe};
use tch::{Kind, Tensor};

/// Everything that changes while a network is trained.
pub struct Trainer {
    /// Values of the network.
    pub parameters: Parameters,
    /// Mask and dormant values.
    pub structure: Structure,
    /// The active channels, where channels are pruned.
    pub channels: Option<Channels>,
    /// What has been gathered for the next choice.
    pub scores: Scores,
    /// What the edit at the end of the stage would have chosen at the last look, if there was one.
    pub last_choice: Option<Tensor>,
    /// Momentum of the weights.
    pub momentum: Tensor,
    /// Momentum of biases and batch norms.
    pub other_momentum: Tensor,
    forward: Forward,
    source: Box<dyn Source>,
    micro_batches: u64,
    batch_norms: BatchNorms,
    sgd: Sgd,
    other_sgd: Sgd,
    /// Of thresholds, whose decay the update says.
    threshold_sgd: Sgd,
    /// The recipe's decay of weights.
    decay: f64,
    /// What the decay of weights in the backward set that do not run is more than that of others.
    exploration_decay: f64,
    dropout: f64,
    objective: Objective,
    /// What the forward pass uses instead of the weights: rounded, masked or both.
    seen: Option<Tensor>,
    weight_leaves: Vec<Tensor>,
    other_leaves: Vec<Tensor>,
    /// Gradients of the micro-batches so far, where a step has several.
    sum: Option<Gradients>,
    /// The processes that share the micro-batches, if there are several.
    shared: Option<Shared>,
    seed: u64,
    loss: Tensor,
    loss_sum: Tensor,
    losses: u64,
    launcher: Launcher<GraphKey>,
}

/// What a report says of a training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Look {
    /// Loss of the last step.
    pub loss: f64,
    /// Sum of the losses since [`Trainer::set_losses`].
    pub loss_sum: f64,
    /// Whether all that is trained is finite, as far as it was looked at.
    pub finite: bool,
}

/// What decides which kernels a micro-batch of a step runs.
#[derive(Clone, Debug, PartialEq)]
struct GraphKey {
    update: Update,
    /// Whether every weight is active, so that no mask is needed.
    dense: bool,
    statistics: BatchStatistics,
    /// Criteria that are gathered from gradients.
    score: Vec<Criterion>,
    /// Whether it is the first micro-batch of its step.
    first: bool,
    /// Whether it is the last one, after which the parameters are updated.
    last: bool,
}

impl GraphKey {
    /// Whether scores need the curvature.
    fn curved(&self) -> bool {
        self.score.iter().any(|criterion| criterion.needs_curvature())
    }
}

impl Trainer {
    /// Makes `parameters` ready for training with `structure` on the batches of `source`;
    /// `cuda_graphs` is whether steps are recorded where there is CUDA.
    pub fn new(
        mut forward: Forward,
        parameters: Parameters,
        structure: Structure,
        source: Box<dyn Source>,
        recipe: &Recipe,
        cuda_graphs: bool,
    ) -> Self {
        if recipe.batch_norms == BatchNorms::Batch {
            forward.see_whole_batches();
        }
        let device = parameters.weights.device();
        let seen = match recipe.precision {
            Precision::Bf16 => Some(parameters.weights.to_kind(Kind::BFloat16)),
            _ => structure.is_live().then(|| parameters.weights.copy()),
        };
        let density = structure.budget().active() as f64 / structure.budget().weights() as f64;
        let leaf = |view: Tensor| view.detach().set_requires_grad(true);
        let visible = seen.as_ref().unwrap_or(&parameters.weights);
        let weight_leaves = parameters.weight_views(visible).into_iter().map(leaf).collect();
        let other_leaves = parameters.other_views(&parameters.others).into_iter().map(leaf).collect();
        Self {
            momentum: parameters.weights.zeros_like(),
            other_momentum: parameters.others.zeros_like(),
            scores: Scores::default(),
            last_choice: None,
            sgd: Sgd::new(recipe.momentum, recipe.nesterov, recipe.weight_decay, &parameters.weights),
            other_sgd: Sgd::new(
                recipe.momentum,
                recipe.nesterov,
                if recipe.decay_others { recipe.weight_decay } else { 0.0 },
                &parameters.others,
            ),
            threshold_sgd: Sgd::new(recipe.momentum, recipe.nesterov, 0.0, &parameters.weights),
            decay: recipe.weight_decay,
            exploration_decay: recipe.weight_decay * (1.0 / density - 1.0),
            dropout: recipe.dropout,
            objective: Objective::new(recipe.task, forward.network(), device),
            micro_batches: recipe.micro_batches(),
            batch_norms: recipe.batch_norms,
            sum: (recipe.micro_batches() > 1).then(|| Gradients::zero(&parameters)),
            shared: None,
            seen,
            weight_leaves,
            other_leaves,
            seed: 0,
            loss: Tensor::zeros([], (Kind::Float, device)),
            loss_sum: Tensor::zeros([], (Kind::Double, device)),
            losses: 0,
            launcher: Launcher::new(device, cuda_graphs),
            forward,
            parameters,
            structure,
            channels: None,
            source,
        }
    }

    /// Prunes channels from now on: `channels` and the mask between them replace the structure's mask.
    pub fn set_channels(&mut self, channels: Channels) {
        let _guard = tch::no_grad_guard();
        let mask = channels.weights_mask();
        self.structure.change_to(mask, &mut self.parameters.weights, &mut self.momentum);
        self.scores = Scores::of_channels(channels.map());
        self.channels = Some(channels);
    }

    /// Makes `population` the one that runs.
    pub fn enter(&mut self, population: Population) {
        let _guard = tch::no_grad_guard();
        self.structure.enter(population, &mut self.parameters.weights, &mut self.momentum);
        if let Some(channels) = &mut self.channels {
            channels.enter(population, &mut self.parameters, &mut self.other_momentum);
        }
    }

    /// Biases, scales and shifts that the active population runs with.
    pub fn active_others(&self) -> Tensor {
        let others = &self.parameters.others;
        self.channels
            .as_ref()
            .map_or_else(|| others.shallow_clone(), |channels| channels.active_others(others))
    }

    /// The network that is trained.
    pub fn forward(&self) -> &Forward {
        &self.forward
    }

    /// What it is trained for.
    pub fn objective(&self) -> &Objective {
        &self.objective
    }

    /// The batches it trains on.
    pub fn source(&self) -> &dyn Source {
        &*self.source
    }

    /// Carries `plan` out on the batch of `step`, except for its edits. `seed` is that of the dropout.
    ///
    /// # Errors
    ///
    /// If the batch cannot be loaded, the device reports an error, or another rank is missing.
    pub fn step(&mut self, plan: &StepPlan, step: u64, rate: f64, seed: u64) -> Result<(), RunError> {
        let _guard = tch::no_grad_guard();
        self.enter(plan.forward);
        self.sgd.set_rate(rate);
        self.other_sgd.set_rate(rate);
        self.threshold_sgd.set_rate(rate);
        tch::manual_seed(seed as i64);
        if self.shared.is_some() {
            return self.step_among_ranks(plan, step, seed);
        }
        for micro_batch in 0..self.micro_batches {
            self.source.load(step, micro_batch)?;
            self.seed = seed ^ micro_batch;
            self.losses += 1;
            let [first, last] = [micro_batch == 0, micro_batch + 1 == self.micro_batches];
            let key = self.prepare(plan, first, last);
            self.launch(&key)?;
        }
        self.follow_thresholds(plan);
        Ok(())
    }

    /// Lets the mask follow the thresholds, where `plan` trains them.
    fn follow_thresholds(&mut self, plan: &StepPlan) {
        if matches!(plan.update, Update::SoftThreshold { .. }) {
            self.structure.follow_thresholds(&self.parameters.weights);
        }
    }

    /// Runs the kernels of a micro-batch, as a graph where that can be.
    ///
    /// A recording that fails leaves nothing of [`compute`](Self::compute) on the host: what it makes there, it makes
    /// anew each time or finds from the steps before; its random numbers are drawn on the device.
    fn launch(&mut self, key: &GraphKey) -> Result<(), torch_ext::Error> {
        let mut launcher = std::mem::replace(&mut self.launcher, Launcher::single());
        let launched = launcher.launch(key, || self.compute(key));
        self.launcher = launcher;
        launched
    }

    /// Why steps cannot be recorded, if that was tried: they are launched kernel by kernel.
    pub fn graphs_refused(&self) -> Option<&torch_ext::Error> {
        self.launcher.refused()
    }

    /// Whether there is a recorded step, and none that could not be recorded.
    pub(crate) fn records(&self) -> bool {
        self.launcher.has_recorded()
    }

    /// The key of the kernels of a micro-batch of `plan`, the `first` or the `last` of its step; allocates what it
    /// gathers.
    fn prepare(&mut self, plan: &StepPlan, first: bool, last: bool) -> GraphKey {
        let score: Vec<Criterion> = plan.score.iter().copied().filter(|c| c.needs_gradients()).collect();
        self.scores.expect(&score, &self.parameters.weights);
        GraphKey {
            update: plan.update,
            dense: self.structure.is_dense(),
            statistics: plan.statistics,
            score,
            first,
            last,
        }
    }

    /// A micro-batch of a step: batch, loss, gradients; after the last, scores and update.
    fn compute(&mut self, key: &GraphKey) {
        if key.first {
            self.show(key.update);
        }
        let parts = self.parts(key);
        let wants_others = self.wants_others(key, &parts);
        let (loss, gradients) = self.differentiate(key, wants_others);
        self.loss.copy_(&loss);
        self.loss_sum += loss;
        let gradients = match &mut self.sum {
            None => gradients,
            Some(sum) => {
                sum.add(&gradients, key.first, self.micro_batches);
                if !key.last {
                    return;
                }
                sum.copy(wants_others)
            }
        };
        self.finish_step(key, gradients, parts);
    }

    /// Whether gradients by biases and batch norms are needed: to update them, or to judge channels.
    fn wants_others(&self, key: &GraphKey, parts: &[Option<Part>; 2]) -> bool {
        parts[1].is_some() || self.channels.is_some() && !key.score.is_empty()
    }

    /// Loss and gradients of the micro-batch that was loaded last.
    fn differentiate(&self, key: &GraphKey, wants_others: bool) -> (Tensor, Gradients) {
        // Takes the mode of gradients back where what follows panics, as it does if it cannot be recorded.
        let _guard = tch::no_grad_guard();
        tch::with_grad(|| {
            let loss = self.forward_loss(key);
            let others = self.leaves_of_others(wants_others);
            let gradients = differentiate(&loss, &self.weight_leaves, others, key.curved());
            (loss.detach(), gradients)
        })
    }

    /// Loss of the micro-batch that was loaded last.
    fn forward_loss(&self, key: &GraphKey) -> Tensor {
        let (images, targets) = self.source.batch();
        let mode = Mode::Train { statistics: key.statistics, dropout: self.dropout, seed: self.seed };
        let outputs =
            self.forward.run(&self.weight_leaves, &self.other_leaves, &self.parameters, &images, mode);
        self.objective.loss(&outputs, &targets)
    }

    /// The leaves of biases and batch norms, if they are wanted.
    fn leaves_of_others(&self, wanted: bool) -> &[Tensor] {
        if wanted { &self.other_leaves } else { &[] }
    }

    /// What a step changes: of the weights, and of biases and batch norms.
    fn parts(&self, key: &GraphKey) -> [Option<Part>; 2] {
        let weights = (!key.dense).then(|| match key.update {
            Update::Backward { .. } => self.structure.backward().unwrap_or(self.structure.mask()),
            _ => self.structure.mask(),
        });
        let others = self.channels.as_ref().filter(|_| !key.dense).map(Channels::others_mask);
        let update_of_others = match key.update {
            Update::Inactive { others: true } => Update::Everything,
            update => update,
        };
        [Part::of(key.update, weights), Part::of(update_of_others, others)]
    }

    /// Recomputes the mask for the current values of the weights, if it follows them under `update`.
    pub fn settle_mask(&mut self, update: Update) {
        if matches!(update, Update::StraightThrough { .. }) {
            self.structure.project(&self.parameters.weights);
        }
    }

    /// Brings what the forward pass uses up to date.
    fn show(&mut self, update: Update) {
        self.settle_mask(update);
        if let Some(seen) = &mut self.seen {
            seen.copy_(&self.structure.running_weights(&self.parameters.weights));
        }
    }

    /// Scores and updates by the gradients of the whole step.
    fn finish_step(&mut self, key: &GraphKey, mut gradients: Gradients, parts: [Option<Part>; 2]) {
        let running = self.structure.running_weights(&self.parameters.weights);
        self.scores.gather(&key.score, &running, &self.parameters.others, &gradients);
        if let Update::StraightThrough { decay } = key.update {
            let inactive = self.structure.mask().logical_not();
            gradients.weights += self.parameters.weights.g_mul(&inactive) * decay;
        }
        if let (Update::Backward { .. }, Some(backward)) = (key.update, self.structure.backward()) {
            let beside = backward.logical_and(&self.structure.mask().logical_not());
            gradients.weights += self.parameters.weights.g_mul(&beside) * self.exploration_decay;
        }
        if let Update::SoftThreshold { decay } = key.update {
            self.update_thresholds(decay.unwrap_or(self.decay), &gradients.weights);
            gradients.weights *= self.structure.mask();
        }
        let [weights, others] = parts;
        if let Some(part) = weights {
            let values = &mut self.parameters.weights;
            self.sgd.update(values, &mut self.momentum, &mut gradients.weights, &part);
        }
        if let (Some(part), Some(mut gradient)) = (others, gradients.others) {
            let values = &mut self.parameters.others;
            self.other_sgd.update(values, &mut self.other_momentum, &mut gradient, &part);
        }
    }

    /// Updates the thresholds, given the gradient by the weights that ran.
    fn update_thresholds(&mut self, decay: f64, by_running: &Tensor) {
        if let Some(thresholds) = self.structure.thresholds_mut() {
            let mut gradient = thresholds.gradient(by_running, &self.parameters.weights);
            gradient += &thresholds.values * decay;
            let (values, momentum) = (&mut thresholds.values, &mut thresholds.momentum);
            self.threshold_sgd.update(values, momentum, &mut gradient, &Part::All);
        }
    }

    /// Whether what an edit would choose now is nearly what it would have chosen at the last look. Waits for the
    /// device.
    pub fn has_settled(&mut self, settling: &Settling) -> bool {
        let _guard = tch::no_grad_guard();
        let choice = self.structure.choice(&settling.edit, &self.scores, &self.parameters.weights);
        let Some(choice) = choice else { return false };
        let before = self.last_choice.as_ref();
        let same = before.map(|before| before.logical_and(&choice).sum(Kind::Int64));
        let counts = read(&[choice.sum(Kind::Int64)].into_iter().chain(same).collect::<Vec<_>>());
        self.last_choice = Some(choice);
        counts.get(1).is_some_and(|same| same[0] >= settling.overlap * counts[0][0])
    }

    /// Carries out the edits of `plan`, and reads the counts of the new structure, for which it waits for the device.
    ///
    /// # Errors
    ///
    /// Those of [`change`](Self::change).
    pub fn edit(&mut self, plan: &StepPlan) -> Result<EditReport, RunError> {
        let report = self.change(plan)?;
        self.structure.count();
        Ok(report)
    }

    /// Carries out the edits of `plan`. The counts of the new structure stay on the device, to be read with what else
    /// is wanted of it ([`Structure::counts`]).
    ///
    /// # Errors
    ///
    /// If it edits weights where channels are pruned, or channels where weights are, and if no structure is within a
    /// latency that it asks for.
    pub(crate) fn change(&mut self, plan: &StepPlan) -> Result<EditReport, RunError> {
        let _guard = tch::no_grad_guard();
        self.last_choice = None;
        let (weights, momentum) = (&mut self.parameters.weights, &mut self.momentum);
        let (of_weights, of_channels) = (plan.then.weights(), plan.then.channels());
        let foreign = if self.channels.is_some() { !of_weights.is_empty() } else { !of_channels.is_empty() };
        if foreign {
            return Err(RunError::ForeignEdits { stage: plan.stage });
        }
        let Some(channels) = &mut self.channels else {
            let mut report = self.structure.change(of_weights, &mut self.scores, weights, momentum);
            report.settled = plan.then.settles(self.structure.dormant_rule());
            if of_weights.iter().any(WeightEdit::clears_others) {
                let _ = self.other_momentum.zero_();
            }
            return Ok(report);
        };
        let (before, values) = (channels.mask().copy(), self.structure.all_values(weights));
        let mut report = EditReport::from(&self.structure.mask().copy());
        for edit in of_channels {
            let scores = channels.change(edit, &self.scores, &values)?;
            match edit {
                ChannelEdit::Grow { .. } => report.grow_scores = Some(scores),
                ChannelEdit::Drop { .. } => {
                    report.pruned = channels.weights_mask();
                    report.drop_scores = Some(scores);
                }
            }
        }
        self.scores.used(&plan.then.criteria());
        self.structure.change_to(channels.weights_mask(), weights, momentum);
        channels.settle(&before, &mut self.parameters, &mut self.other_momentum);
        report.latency = Some(channels.latency());
        report.settled = plan.then.settles(self.structure.dormant_rule());
        Ok(report)
    }

    /// Loss of the last step. Waits for the device.
    pub fn loss(&self) -> f64 {
        self.loss.double_value(&[])
    }

    /// What a report says of the training, and, if the `whole` is looked at, whether all that is trained is finite.
    /// Waits for the device, once.
    pub(crate) fn look(&self, whole: bool) -> Look {
        let _guard = tch::no_grad_guard();
        let finite = whole.then(|| are_finite(&self.tensors()));
        let values: Vec<Tensor> =
            [self.loss.shallow_clone(), self.loss_sum.shallow_clone()].into_iter().chain(finite).collect();
        let values = read(&values).concat();
        Look {
            loss: values[0],
            loss_sum: values[1],
            finite: values.get(2).is_none_or(|finite| *finite != 0.0),
        }
    }

    /// Number of losses since [`Trainer::set_losses`].
    pub(crate) fn loss_count(&self) -> u64 {
        self.losses
    }

    /// Sum of losses and their number since [`Trainer::set_losses`]. Waits for the device.
    pub fn losses(&self) -> (f64, u64) {
        (self.loss_sum.double_value(&[]), self.losses)
    }

    /// Starts a new mean of losses, from a sum and a number.
    pub fn set_losses(&mut self, sum: f64, losses: u64) {
        let _ = self.loss_sum.fill_(sum);
        self.losses = losses;
    }
}
