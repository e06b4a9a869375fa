//! Runs a network's description on libtorch.
//!
//! Activations are channels-last throughout. An operation overwrites its input
//! when it is the only one that reads it, and an activation is freed after its
//! last reader, so evaluation needs little memory. What the network returns is
//! neither overwritten nor freed.

use crate::batch_norm::{batch_norm, whole_batch_norm};
use crate::ranks::Ranks;
use crate::{Parameters, convolve, dropout};
use network::{BATCH_NORM_MOMENTUM, Network, NodeId, Op, Use, Window};
use sparsity::BatchStatistics;
use std::rc::Rc;
use tch::{Kind, Tensor};

/// How the network is run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mode {
    /// Batch norms by the batch, dropout on.
    Train {
        /// Whether the running statistics follow.
        statistics: BatchStatistics,
        /// Dropout rate.
        dropout: f64,
        /// Seed of the dropout on the CPU.
        seed: u64,
    },
    /// Batch norms by the running statistics, no dropout.
    Evaluate,
}

/// A network made ready to run.
#[derive(Debug)]
pub struct Forward {
    network: Network,
    /// How long each node's result is needed.
    uses: Vec<Use>,
    /// The nodes whose results are returned.
    outputs: Vec<NodeId>,
    /// How much of a batch's statistics goes into the running ones.
    momentum: f64,
    /// Whether batch norms see the whole batch in training, whoever has it.
    whole_batches: bool,
    /// The processes that run parts of one batch, where there are several.
    ranks: Option<Rc<Ranks>>,
}

/// The next view of a list, in execution order.
fn next<'a>(views: &mut impl Iterator<Item = &'a Tensor>) -> &'a Tensor {
    views.next().expect("parameters are laid out for this network")
}

impl Forward {
    /// Takes the description.
    pub fn new(network: &Network) -> Self {
        Self {
            network: network.clone(),
            uses: network.uses(),
            outputs: network.output_nodes(),
            momentum: BATCH_NORM_MOMENTUM,
            whole_batches: false,
            ranks: None,
        }
    }

    /// Lets the running statistics become those of the batch, for whoever makes them follow it.
    pub(crate) fn show_batch_statistics(&mut self) {
        self.momentum = 1.0;
    }

    /// Lets batch norms compute in the way that needs no more than parts of a batch, so that results do not follow from who has
    /// which.
    pub(crate) fn see_whole_batches(&mut self) {
        self.whole_batches = true;
    }

    /// Takes the images of a training for one part of a batch, of which each of the `ranks` has one, all of one size, and
    /// batch norms see the whole; dropout chooses as in the whole one.
    ///
    /// All ranks have to run the network, and each backward pass through it, together. What fails of the exchanges
    /// between them is told by the ranks afterwards.
    pub(crate) fn share_batches(&mut self, ranks: Rc<Ranks>) {
        self.ranks = Some(ranks);
    }

    /// The description.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// What the network returns for `images` (batch, channels, height, width), in the order of its outputs:
    /// the logits (batch, classes) of a classifier, feature maps (batch, channels, height, width) of a detector.
    ///
    /// `weights` and `others` are views as of [`Parameters::weight_views`] and
    /// [`Parameters::other_views`]; convolutions run in the weights' number format.
    pub fn run(
        &self,
        weights: &[Tensor],
        others: &[Tensor],
        parameters: &Parameters,
        images: &Tensor,
        mode: Mode,
    ) -> Vec<Tensor> {
        let (mut weights, mut others) = (weights.iter(), others.iter());
        let statistics = parameters.statistics_views();
        let mut statistics = statistics.iter();
        let mut values: Vec<Option<Tensor>> = Vec::with_capacity(self.network.nodes.len());
        for (id, node) in self.network.nodes.iter().enumerate() {
            let mut inputs = node.inputs.iter().map(|input| {
                let last = self.uses[*input].last_reader == Some(id);
                let value = &mut values[*input];
                let value = if last { value.take() } else { value.as_ref().map(Tensor::shallow_clone) };
                value.expect("a description lists a node before its readers")
            });
            let mut input = || inputs.next().expect("every operation has its inputs");
            let expendable = |index: usize| self.uses[node.inputs[index]].expendable;
            let value = match node.op {
                Op::Input => images.shallow_clone(),
                Op::Conv { kernel, stride, padding, groups, bias, dilation } => {
                    let weight = next(&mut weights);
                    let bias = bias.then(|| next(&mut others).to_kind(weight.kind()));
                    let x = input().to_kind(weight.kind());
                    let window = Window { kernel, stride, padding, dilation };
                    convolve(&x, weight, bias.as_ref(), window, groups)
                }
                Op::MaxPool { kernel, stride, padding } => {
                    let [kernel, stride, padding] = [kernel, stride, padding].map(|n| [n as i64; 2]);
                    input().max_pool2d(kernel, stride, padding, [1, 1], false)
                }
                Op::BatchNorm => {
                    let (scale, shift) = (next(&mut others), next(&mut others));
                    let (mean, variance) = (next(&mut statistics), next(&mut statistics));
                    let (training, follows) = match mode {
                        Mode::Evaluate => (false, true),
                        Mode::Train { statistics, .. } => (true, statistics == BatchStatistics::Track),
                    };
                    let running = follows.then_some([mean, variance]);
                    let (x, parts) = (input(), [scale, shift]);
                    if training && self.whole_batches {
                        whole_batch_norm(self.ranks.as_deref(), &x, parts, running, self.momentum)
                    } else {
                        batch_norm(&x, parts, running, training, self.momentum)
                    }
                }
                Op::Relu if expendable(0) => input().relu_(),
                Op::Relu => input().relu(),
                // In place it would copy its input for the backward pass, and save nothing.
                Op::Relu6 => input().relu6(),
                Op::Dropout => match mode {
                    Mode::Train { dropout: rate, seed, .. } if rate > 0.0 => {
                        let x = input();
                        let before = self.ranks.as_ref().map_or(0, |ranks| ranks.rank() * x.numel() as u64);
                        dropout::dropout(&x, rate, dropout::mix(dropout::mix(seed) ^ id as u64), before)
                    }
                    _ => input(),
                },
                Op::Add => {
                    let (mut left, right) = (input(), input());
                    if expendable(0) { left.g_add_(&right) } else { left + right }
                }
                Op::GlobalAveragePool => input().mean_dim([2i64, 3].as_slice(), false, None),
                Op::AdaptiveAveragePool { side } => input().adaptive_avg_pool2d([side as i64; 2]),
                Op::Linear => {
                    let (weight, bias) = (next(&mut weights), next(&mut others));
                    input().linear(weight, Some(bias.to_kind(weight.kind())))
                }
                Op::FlattenedLinear => {
                    let (weight, bias) = (next(&mut weights), next(&mut others));
                    // Channel by channel, whatever the order in memory.
                    let x = input().flatten(1, -1).to_kind(weight.kind());
                    x.linear(weight, Some(bias.to_kind(weight.kind())))
                }
            };
            values.push(Some(value));
        }
        let returned = |id: &NodeId| values[*id].as_ref().expect("an output is kept").to_kind(Kind::Float);
        self.outputs.iter().map(returned).collect()
    }
}
