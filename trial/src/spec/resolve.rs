//! A spec with everything it names resolved: suite, networks, recipe, budget, settings and method.

use super::TrialSpec;
use crate::{Target, registry};
use network::{DefaultBoxes, Network, Node, Op};
use sparsity::{
    Accounting, Budget, ChannelOptions, ChannelSpace, ChannelSpaceError, Criterion, Distribution, Latency,
    Method, Prunes, Scope, Settings, TrialContext,
};
use suites::Suite;
use suites::recipe::{Recipe, Task};

/// Settings by which a method chooses what saliency it prunes and grows by.
const CRITERIA: [&str; 2] = ["criterion", "grow_criterion"];

/// Why a spec cannot be carried out.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The model is not known.
    #[error(transparent)]
    Model(#[from] network::models::UnknownModel),
    /// The method is not known.
    #[error(transparent)]
    Method(#[from] registry::UnknownMethod),
    /// A setting is not known or not allowed.
    #[error(transparent)]
    Settings(#[from] sparsity::SettingsError),
    /// The distribution is impossible for this network and sparsity.
    #[error(transparent)]
    Distribution(#[from] sparsity::DistributionError),
    /// Settings of the recipe contradict each other.
    #[error(transparent)]
    Recipe(#[from] suites::recipe::RecipeError),
    /// The suite is not known.
    #[error(transparent)]
    Suite(#[from] suites::UnknownSuite),
    /// The method makes patterns only.
    #[error("{method} trains N:M patterns and nothing else; choose one with --distribution, such as 2:4")]
    NoPattern {
        /// The method's name.
        method: String,
    },
    /// The method gives all outputs of a layer as many connections, which the distribution cannot.
    #[error(
        "{method} gives every output of a layer as many connections; choose a distribution that divides the budget \
         among the layers and no further, with --distribution uniform, er or erk"
    )]
    NoFanIn {
        /// The method's name.
        method: String,
    },
    /// The method prunes channels, and there is no latency target.
    #[error(
        "{method} prunes channels to a latency budget; set it with --latency-target, such as 0.3 for 30 % of the \
         dense network's latency"
    )]
    NoLatency {
        /// The method's name.
        method: String,
    },
    /// The method does not prune channels.
    #[error("{method} does not prune channels, so it has no latency target; the methods that do are {able}")]
    NoChannels {
        /// The method's name.
        method: String,
        /// The methods that do.
        able: String,
    },
    /// The method makes something else smaller than the target.
    #[error(
        "{method} cannot be trained with distribution `{distribution}`{}; see what it prunes with `harness list \
         methods`",
        sparsity.map_or_else(String::new, |sparsity| format!(" at sparsity {sparsity}"))
    )]
    OtherTarget {
        /// The method's name.
        method: String,
        /// The target's [name](Target::name).
        distribution: &'static str,
        /// The target's sparsity, if one is asked for.
        sparsity: Option<f64>,
    },
    /// A criterion that is defined for single weights only.
    #[error(
        "{key}={criterion} is a saliency of single weights, not of channels; choose magnitude, gradient, \
         taylor, taylor-weights or random"
    )]
    WeightsOnly {
        /// The setting.
        key: String,
        /// Its value.
        criterion: String,
    },
    /// The channels cannot be pruned.
    #[error(transparent)]
    Channels(#[from] ChannelSpaceError),
    /// A batch norm has one value per channel, whose variance is none. PyTorch refuses it with "Expected more than 1 value
    /// per channel when training".
    #[error(
        "the batch norm `{layer}` of {model} has one value per channel with one image at a time, so that nothing could be \
         learnt through it; train with --set {key}=2 or more, or on larger images"
    )]
    OneValue {
        /// The batch norm.
        layer: String,
        /// The model's name.
        model: String,
        /// The setting of how many images are normalised at once.
        key: &'static str,
    },
    /// A rate of dropout was asked for, and the model has none.
    #[error("{model} has no dropout, so that --set dropout would change nothing; leave it out")]
    NoDropout {
        /// The model's name.
        model: String,
    },
    /// The suite detects objects, and the model does not.
    #[error("suite {suite} detects objects: {cause}; choose one with --model (see `harness list models`)")]
    NoDetector {
        /// The suite's name.
        suite: String,
        /// What the model lacks.
        cause: network::NotADetector,
    },
    /// The suite classifies images, and the model detects objects.
    #[error(
        "suite {suite} classifies images, and {model} detects objects; choose a classifier with --model (see \
         `harness list models`)"
    )]
    NoClassifier {
        /// The suite's name.
        suite: String,
        /// The model's name.
        model: String,
    },
}

/// A spec with everything it names resolved.
pub struct Resolved {
    /// The suite.
    pub suite: &'static Suite,
    /// The network that is trained.
    pub network: Network,
    /// The dense network that every ratio is relative to.
    pub dense: Network,
    /// The settings of the recipe.
    pub recipe_settings: Settings,
    /// The recipe that they make.
    pub recipe: Recipe,
    /// The active weights of each layer.
    pub budget: Budget,
    /// The method's settings.
    pub settings: Settings,
    /// The method as the registry knows it.
    pub description: sparsity::Description,
    /// Where channels are pruned: their latency over the dense network's, and how they are pruned.
    channels: Option<(f64, Settings)>,
    pretrained: bool,
    scope: Scope,
}

impl Resolved {
    /// The method for a training on so many of the data set's images.
    pub fn method(&self, images: usize) -> Box<dyn Method> {
        let context = TrialContext {
            steps: self.recipe.steps(images),
            warmup_steps: self.recipe.warmup_steps(images),
            scope: self.scope,
            sparsity: self.budget.sparsity(),
            latency_target: self.channels.as_ref().map(|(target, _)| *target),
            pretrained: self.pretrained,
        };
        (self.description.build)(&self.settings, context)
    }

    /// What the network's channels can become under `latency`, if channels are pruned.
    ///
    /// # Errors
    ///
    /// If the network's channels cannot be grouped, or if `latency` lacks one of its convolutions.
    pub fn space(&self, latency: Latency) -> Result<Option<ChannelSpace>, ChannelSpaceError> {
        let Some((_, channels)) = &self.channels else { return Ok(None) };
        let options = ChannelOptions {
            block: channels.int("channel_block") as usize,
            accounting: Accounting::of(&self.settings),
            keep_stem: channels.flag("keep_stem"),
            scope: channels.word("latency_scope").parse().expect("the setting allows names of scopes only"),
        };
        ChannelSpace::new(&self.network, latency, options).map(Some)
    }
}

impl TrialSpec {
    /// Resolves everything that the spec names.
    ///
    /// # Errors
    ///
    /// If the spec names something unknown, or its method cannot make its target smaller.
    pub fn resolve(&self) -> Result<Resolved, ResolveError> {
        let suite = suites::suite(&self.suite)?;
        let recipe_settings = Settings::saved((suite.settings)(), &self.recipe)?;
        let recipe = (suite.recipe)(&recipe_settings);
        recipe.check()?;
        let classes = self.classes.unwrap_or(suite.classes);
        let dense = network::models::model(&self.model, classes, recipe.sides.crop)?;
        self.check_task(recipe.task, &dense)?;
        let description = registry::method(&self.method)?;
        let settings = Settings::saved((description.settings)(), &self.settings)?;
        self.check_target(description.prunes, &settings)?;
        let (network, mut budget, scope) = self.target.apply(&dense)?;
        self.check_batch_norms(&recipe, &network)?;
        let asks_for_dropout = self.recipe.contains_key("dropout") && recipe.dropout > 0.0;
        if asks_for_dropout && network.nodes.iter().all(|node| node.op != Op::Dropout) {
            return Err(ResolveError::NoDropout { model: self.model.clone() });
        }
        if description.prunes == Prunes::FanIn {
            budget = budget.with_constant_fan_in();
        }
        let channels = match self.target.channels() {
            Some(target) => Some((target.latency_target, target.resolve()?)),
            None => None,
        };
        let pretrained = self.initial_weights.is_some();
        Ok(Resolved {
            suite,
            network,
            dense,
            recipe_settings,
            recipe,
            budget,
            settings,
            description,
            channels,
            pretrained,
            scope,
        })
    }

    /// That the outputs of `network` are those that `task` is about.
    fn check_task(&self, task: Task, network: &Network) -> Result<(), ResolveError> {
        let suite = self.suite.clone();
        match (task, DefaultBoxes::of(network)) {
            (Task::Classification { .. }, Err(_)) | (Task::Detection(_), Ok(_)) => Ok(()),
            (Task::Detection(_), Err(cause)) => Err(ResolveError::NoDetector { suite, cause }),
            (Task::Classification { .. }, Ok(_)) => {
                Err(ResolveError::NoClassifier { suite, model: self.model.clone() })
            }
        }
    }

    /// That every batch norm has several values per channel.
    fn check_batch_norms(&self, recipe: &Recipe, network: &Network) -> Result<(), ResolveError> {
        let is_one = |node: &&Node| node.op == Op::BatchNorm && node.shape.height * node.shape.width == 1;
        match network.nodes.iter().find(is_one) {
            Some(node) if recipe.micro_batch == 1 => Err(ResolveError::OneValue {
                layer: node.name.clone(),
                model: self.model.clone(),
                key: if recipe.batch_size == 1 { "batch_size" } else { "micro_batch" },
            }),
            _ => Ok(()),
        }
    }

    /// That a method which `prunes` this, and has these settings, can make the target smaller.
    fn check_target(&self, prunes: Prunes, settings: &Settings) -> Result<(), ResolveError> {
        let method = self.method.clone();
        match (&self.target, prunes) {
            (Target::Channels(_), prunes) if prunes.channels() => check_criteria(settings),
            (Target::Channels(_), _) => {
                let able = registry::all().into_iter().filter(|method| method.prunes.channels());
                let able = able.map(|method| method.name).collect::<Vec<_>>().join(", ");
                Err(ResolveError::NoChannels { method, able })
            }
            (_, Prunes::Channels) => Err(ResolveError::NoLatency { method }),
            (Target::Weights { distribution, .. }, Prunes::Patterns) if distribution.pattern().is_some() => {
                Ok(())
            }
            (_, Prunes::Patterns) => Err(ResolveError::NoPattern { method }),
            (Target::Weights { distribution, .. }, Prunes::FanIn) if distribution.is_per_layer() => Ok(()),
            (_, Prunes::FanIn) => Err(ResolveError::NoFanIn { method }),
            (Target::Learned, Prunes::Unasked) => Ok(()),
            (Target::Dense, Prunes::Nothing) | (Target::Width { .. }, Prunes::Width) => Ok(()),
            (Target::Weights { .. }, prunes) if prunes.weights() => Ok(()),
            (target, _) => {
                let (distribution, sparsity) = (target.name(), target.sparsity());
                Err(ResolveError::OtherTarget { method, distribution, sparsity })
            }
        }
    }
}

/// That the criteria among `settings` are defined for channels.
fn check_criteria(settings: &Settings) -> Result<(), ResolveError> {
    for key in CRITERIA.into_iter().filter(|key| settings.has(key)) {
        let criterion = settings.word(key);
        if criterion.parse().is_ok_and(|criterion: Criterion| !criterion.applies_to_channels()) {
            return Err(ResolveError::WeightsOnly { key: key.into(), criterion: criterion.into() });
        }
    }
    Ok(())
}

impl Target {
    /// The network that is trained, its active weights, and how they compete.
    fn apply(&self, dense: &Network) -> Result<(Network, Budget, Scope), sparsity::DistributionError> {
        let whole = |network: Network| {
            let budget = Budget::dense(&network.layers());
            (network, budget, Scope::PerLayer)
        };
        match *self {
            Self::Dense | Self::Learned | Self::Channels(_) => Ok(whole(dense.clone())),
            Self::Width { sparsity } => {
                // The sparsity is checked where every distribution checks it.
                Distribution::Global.budget(&dense.layers(), sparsity)?;
                Ok(whole(dense.with_share_of_weights(1.0 - sparsity)))
            }
            Self::Weights { distribution, sparsity } => {
                let global = distribution == Distribution::Global;
                let scope = if global { Scope::Global } else { Scope::PerLayer };
                Ok((dense.clone(), distribution.budget(&dense.layers(), sparsity)?, scope))
            }
        }
    }
}
