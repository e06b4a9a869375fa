//! The same without a network to train: importances are drawn once, and stay.

use crate::logs::Event;
use network::models::model;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sparsity::{
    Accounting, ChannelEdit, ChannelOptions, ChannelSpace, GrowthLimit, Latency, LatencyAbout, LatencyScope,
    LatencyTable, Method, Origin, Override, Population, PruneLatencies, Scope, Settings, TrialContext,
};
use std::path::Path;

/// Steps of an epoch at 128 images.
const EPOCH: u64 = 129;
const STEPS: u64 = 900 * EPOCH;

/// The method with the settings of a log whose window begins at epoch 100.
fn method(target: f64, share: f64) -> Box<dyn Method> {
    let changes = [
        ("importance_steps", "129"),
        ("recovery_steps", "65"),
        ("exploration_steps", "64"),
        ("latency_path", "linear"),
        ("latency_window", "0.1111111111111111,0.2222222222222222"),
        ("latency_ramp", "1"),
        ("latency_cycles", "50"),
        ("growth_budget", &share.to_string()),
    ];
    let changes =
        changes.map(|(key, text)| Override { key: key.into(), text: text.into(), origin: Origin::User });
    let settings = Settings::resolve((iee::DESCRIPTION.settings)(), &changes).unwrap();
    let context = TrialContext {
        steps: STEPS,
        warmup_steps: 0,
        scope: Scope::PerLayer,
        sparsity: 0.0,
        latency_target: Some(target),
        pretrained: false,
    };
    (iee::DESCRIPTION.build)(&settings, context)
}

/// The epoch and the target of every prune.
pub fn prunes(target: f64, share: f64) -> Vec<(usize, f64)> {
    let method = method(target, share);
    let edits = (0..STEPS).flat_map(|step| {
        let edits = method.plan(step).then.channels().to_vec();
        edits.into_iter().map(move |edit| ((step / EPOCH) as usize, edit))
    });
    let prunes = edits.filter_map(|(epoch, edit)| match edit {
        ChannelEdit::Drop { latency, .. } => Some((epoch, latency)),
        ChannelEdit::Grow { .. } => None,
    });
    prunes.collect()
}

/// The structures of the detector's backbone under the table of the logs.
pub fn space(folder: &Path, accounting: Accounting) -> ChannelSpace {
    let file = folder.join("titanv-lut-ssd512/ssd512_rn50_backbone_batch64_us.json");
    let about = LatencyAbout {
        device: "TITAN V".into(),
        batch: 1,
        precision: "fp32".into(),
        layout: "layout not stated".into(),
        model: None,
        origin: "a test".into(),
    };
    let table = LatencyTable::import(&file, &std::fs::read(&file).unwrap(), about).unwrap();
    let options = ChannelOptions { block: 0, accounting, keep_stem: false, scope: LatencyScope::Backbone };
    ChannelSpace::new(&model("ssd512-resnet50", 20, 512).unwrap(), Latency::Table(table), options).unwrap()
}

/// What a training does.
pub struct Run {
    pub events: Vec<Event>,
    /// Mean latency of a step over the dense one's, exploration at the dense network's.
    pub cost: f64,
    /// The same with exploration at that of the network that is explored from.
    pub narrow_cost: f64,
}

/// A training, but for the weights.
pub fn run(space: &ChannelSpace, target: f64, share: f64, seed: u64) -> Run {
    let method = method(target, share);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut drawn = |channels: &usize| -> Vec<f32> {
        let scale: f32 = rng.random_range(0.2..5.0);
        (0..*channels).map(|_| -scale * rng.random_range(1e-6f32..1.0).ln()).collect()
    };
    let dense = space.dense_counts();
    let scores: Vec<Vec<f32>> = dense.iter().map(&mut drawn).collect();
    let mut active: Vec<Vec<bool>> = dense.iter().map(|channels| vec![true; *channels]).collect();
    let latency = |active: &[Vec<bool>]| {
        let counts: Vec<usize> =
            active.iter().map(|flags| flags.iter().filter(|flag| **flag).count()).collect();
        space.latency(&counts).unwrap()
    };
    let mut now = space.dense();
    let mut prunes = PruneLatencies::before_any(now);
    let (mut events, mut cost, mut narrow_cost) = (Vec::new(), 0.0, 0.0);
    for step in 0..STEPS {
        let plan = method.plan(step);
        narrow_cost += now;
        cost += if plan.forward == Population::Everything { space.dense() } else { now };
        for edit in plan.then.channels() {
            let before = now;
            active = space.edited(edit, &active, &scores, prunes).unwrap();
            now = latency(&active);
            let (epoch, after) = ((step / EPOCH) as usize, now);
            let (target, budget) = match edit {
                ChannelEdit::Drop { latency, .. } => (Some(latency * space.dense()), None),
                ChannelEdit::Grow { limit: GrowthLimit::Removed(share), .. } => {
                    (None, Some(share * prunes.removed))
                }
                ChannelEdit::Grow { .. } => panic!("a growth by Omega"),
            };
            if target.is_some() {
                prunes = prunes.pruned(now);
            }
            events.push(Event { epoch, prunes: target.is_some(), target, before, after, budget });
        }
    }
    let whole = space.dense() * STEPS as f64;
    Run { events, cost: cost / whole, narrow_cost: narrow_cost / whole }
}
