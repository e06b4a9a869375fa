//! One training step of any plan.
//!
//! A step reads and writes tensors that stay where they are: the choices of
//! the batch, the learning rate, the mask, all values. So on CUDA the
//! kernels of a step are recorded once as a graph and replayed, without the
//! host's launch overhead; on the CPU, and for steps seen only a few times,
//! they are run as they come.

use crate::optimizer::Part;
use crate::{EditReport, Forward, Mode, Parameters, Resident, Sampling, Scores, Sgd, Structure};
use sparsity::{BatchStatistics, Criterion, StepPlan, Update};
use std::collections::HashMap;
use suites::recipe::{Precision, Recipe};
use tch::{Device, Kind, Reduction, Tensor};
use torch_ext::CudaGraph;

/// Steps of a kind that are run before one is recorded: libraries settle on their algorithms meanwhile.
const WARM_UP: u32 = 3;

/// Everything that changes while a network is trained.
pub struct Trainer {
    /// Values of the network.
    pub parameters: Parameters,
    /// Mask and dormant values.
    pub structure: Structure,
    /// What has been gathered for the next choice.
    pub scores: Scores,
    /// Momentum of the weights.
    pub momentum: Tensor,
    /// Momentum of biases and batch norms.
    pub other_momentum: Tensor,
    forward: Forward,
    data: Resident,
    sgd: Sgd,
    dropout: f64,
    half: Option<Tensor>,
    weight_leaves: Vec<Tensor>,
    other_leaves: Vec<Tensor>,
    seed: u64,
    sampling: Tensor,
    loss: Tensor,
    loss_sum: Tensor,
    losses: u64,
    recordings: Option<HashMap<Kernel, Recording>>,
}

/// What decides which kernels a step runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Kernel {
    weights: Share,
    others: bool,
    track: bool,
    score: Vec<Criterion>,
}

/// Which weights are updated, without the mask itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Share {
    Nothing,
    All,
    Live,
    Only,
}

/// How far a kind of step is on its way to a graph.
enum Recording {
    Seen(u32, CudaGraph),
    Recorded(CudaGraph),
}

impl Trainer {
    /// Makes `parameters` ready for training with `structure` on `data`; `cuda_graphs` is whether
    /// steps are recorded where there is CUDA.
    pub fn new(
        forward: Forward,
        parameters: Parameters,
        structure: Structure,
        data: Resident,
        recipe: &Recipe,
        cuda_graphs: bool,
    ) -> Self {
        let device = parameters.weights.device();
        let half = (recipe.precision == Precision::Bf16).then(|| parameters.weights.to_kind(Kind::BFloat16));
        let leaf = |view: Tensor| view.detach().set_requires_grad(true);
        let seen = half.as_ref().unwrap_or(&parameters.weights);
        let weight_leaves = parameters.weight_views(seen).into_iter().map(leaf).collect();
        let other_leaves = parameters.other_views(&parameters.others).into_iter().map(leaf).collect();
        Self {
            momentum: parameters.weights.zeros_like(),
            other_momentum: parameters.others.zeros_like(),
            scores: Scores::default(),
            sgd: Sgd::new(recipe.momentum, recipe.weight_decay, &parameters.weights),
            dropout: recipe.dropout,
            half,
            weight_leaves,
            other_leaves,
            seed: 0,
            sampling: Tensor::zeros([4, recipe.batch_size as i64], (Kind::Int64, device)),
            loss: Tensor::zeros([], (Kind::Float, device)),
            loss_sum: Tensor::zeros([], (Kind::Double, device)),
            losses: 0,
            recordings: (cuda_graphs && device.is_cuda() && torch_ext::cuda_compiled()).then(HashMap::new),
            forward,
            parameters,
            structure,
            data,
        }
    }

    /// The network that is trained.
    pub fn forward(&self) -> &Forward {
        &self.forward
    }

    /// Carries `plan` out on the batch of `sampling`, except for its edits. `seed` is that of the dropout.
    pub fn step(
        &mut self,
        plan: &StepPlan,
        sampling: &Sampling,
        rate: f64,
        seed: u64,
    ) -> Result<(), torch_ext::Error> {
        let _guard = tch::no_grad_guard();
        self.structure.enter(plan.forward, &mut self.parameters.weights, &mut self.momentum);
        let kernel = self.prepare(plan);
        self.sampling.copy_(&sampling.0);
        self.sgd.set_rate(rate);
        self.seed = seed;
        tch::manual_seed(seed as i64);
        self.losses += 1;
        let Some(recording) = self.recordings.as_mut().map(|all| all.remove(&kernel)) else {
            self.compute(&kernel);
            return Ok(());
        };
        let recording = self.replay(&kernel, recording)?;
        if let (Some(recordings), Some(recording)) = (&mut self.recordings, recording) {
            recordings.insert(kernel, recording);
        }
        Ok(())
    }

    /// Whether all weights are numbers. Waits for the device.
    pub fn is_finite(&self) -> bool {
        self.parameters.weights.isfinite().all().int64_value(&[]) != 0
    }

    /// Runs, records or replays a step of `kernel`; none when recording turned out not to work.
    fn replay(
        &mut self,
        kernel: &Kernel,
        recording: Option<Recording>,
    ) -> Result<Option<Recording>, torch_ext::Error> {
        let Device::Cuda(device) = self.sampling.device() else {
            unreachable!("steps are recorded on CUDA only");
        };
        let mut graph = match recording {
            None => return self.replay(kernel, Some(Recording::Seen(0, CudaGraph::new(device)?))),
            Some(Recording::Seen(times, mut graph)) if times < WARM_UP => {
                graph.on_side_stream(|| {
                    self.compute(kernel);
                    Ok::<_, torch_ext::Error>(())
                })?;
                return Ok(Some(Recording::Seen(times + 1, graph)));
            }
            Some(Recording::Seen(_, mut graph)) => {
                let recorded = graph.capture(|| {
                    self.compute(kernel);
                    Ok::<_, torch_ext::Error>(())
                });
                if let Err(error) = recorded {
                    eprintln!(
                        "steps are launched kernel by kernel, because they cannot be recorded: {error}"
                    );
                    self.recordings = None;
                    self.compute(kernel);
                    return Ok(None);
                }
                graph
            }
            Some(Recording::Recorded(graph)) => graph,
        };
        graph.replay()?;
        Ok(Some(Recording::Recorded(graph)))
    }

    /// Names the kernels of `plan` and makes room for what it gathers.
    fn prepare(&mut self, plan: &StepPlan) -> Kernel {
        let (weights, others) = match plan.update {
            Update::Nothing => (Share::Nothing, false),
            Update::Everything => (Share::All, true),
            Update::Active if self.structure.is_dense() => (Share::All, true),
            Update::Active => (Share::Live, true),
            Update::Inactive { others } => (Share::Only, others),
        };
        let score: Vec<Criterion> = plan.score.iter().copied().filter(|c| c.needs_gradients()).collect();
        self.scores.expect(&score, &self.parameters.weights);
        Kernel { weights, others, track: plan.statistics == BatchStatistics::Track, score }
    }

    /// The step itself: batch, loss, gradients, scores, update.
    fn compute(&mut self, kernel: &Kernel) {
        if let Some(half) = &mut self.half {
            half.copy_(&self.parameters.weights);
        }
        let (images, labels) = self.data.sample(&Sampling(self.sampling.shallow_clone()));
        let statistics = if kernel.track { BatchStatistics::Track } else { BatchStatistics::Hold };
        let mode = Mode::Train { statistics, dropout: self.dropout, seed: self.seed };
        let (loss, mut gradients) = tch::with_grad(|| {
            let logits =
                self.forward.run(&self.weight_leaves, &self.other_leaves, &self.parameters, &images, mode);
            let loss = logits.cross_entropy_loss(&labels, None::<&Tensor>, Reduction::Mean, -100, 0.0);
            let others = if kernel.others { &self.other_leaves[..] } else { &[] };
            let leaves: Vec<&Tensor> = self.weight_leaves.iter().chain(others).collect();
            let gradients = Tensor::run_backward(&[&loss], &leaves, false, false);
            (loss.detach(), gradients)
        });
        self.loss.copy_(&loss);
        self.loss_sum += loss;
        let others = gradients.split_off(self.weight_leaves.len());
        let mut gradient = Parameters::flatten(&gradients).to_kind(Kind::Float);
        self.scores.gather(&kernel.score, &self.parameters.weights, &gradient);
        let inactive = || self.structure.mask().logical_not();
        let part = match kernel.weights {
            Share::Nothing => return,
            Share::All => Part::All,
            Share::Live => Part::Live(self.structure.mask()),
            Share::Only => Part::Only(&inactive()),
        };
        self.sgd.update(&mut self.parameters.weights, &mut self.momentum, &mut gradient, part);
        if kernel.others {
            let mut gradient = Tensor::cat(&others, 0);
            self.sgd.update(&mut self.parameters.others, &mut self.other_momentum, &mut gradient, Part::All);
        }
    }

    /// Carries out the edits of `plan`.
    pub fn edit(&mut self, plan: &StepPlan) -> EditReport {
        let _guard = tch::no_grad_guard();
        self.structure.edit(&plan.then, &mut self.scores, &mut self.parameters.weights, &mut self.momentum)
    }

    /// Loss of the last step. Waits for the device.
    pub fn loss(&self) -> f64 {
        self.loss.double_value(&[])
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
