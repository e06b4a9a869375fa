//! The end of a training: its files, its record and the marker over them.

use super::{RunError, Training};
use crate::diagnostics::{iou, packed};
use crate::{Channels, compacted, save_compact, save_weights};
use network::Kept;
use records::cost::latency_weighted_cost;
use records::run_directory::{Evaluation, KeptChannels};
use records::{Record, files, words, write_atomically};
use sparsity::{Criterion, Population};
use tch::Tensor;
use trial::Target;

impl Training<'_> {
    /// Commits a training that reached its last step.
    pub(super) fn finish(&mut self) -> Result<(), RunError> {
        let trainer = &mut self.trainer;
        let _guard = tch::no_grad_guard();
        trainer.enter(Population::Active);
        trainer.settle_mask(self.method.plan(self.steps.saturating_sub(1)).update);
        self.compare_all()?;
        if self.options.writes() {
            self.compare_with_final()?;
        }
        self.commit(words::OK)?;
        if self.options.writes() {
            self.options.run.remove_leftovers();
        }
        Ok(())
    }

    fn compare_with_final(&mut self) -> Result<(), RunError> {
        let last = self.trainer.structure.mask();
        for row in &mut self.diagnostics.state.updates {
            let mask = self.masks.mask(&self.options.run, row.step, last.numel())?;
            row.iou_final = mask.map(|mask| iou(&Tensor::from_slice(&mask).to_device(last.device()), last));
        }
        Ok(())
    }

    /// Writes everything of the run and, last, the marker; of several processes the first does.
    pub(super) fn commit(&mut self, status: &str) -> Result<(), RunError> {
        let skipped = self.skipped_names()?;
        if !self.options.writes() {
            // Until it is committed, so that the next trial of this rank finds it.
            return self.options.ranks.as_ref().map_or(Ok(()), |ranks| ranks.wait());
        }
        let run = &self.options.run;
        let state = &self.diagnostics.state;
        run.write_json(files::ENVIRONMENT, &self.environment)?;
        run.write_rows(&self.state.metrics)?;
        run.write_rows(&state.updates)?;
        run.write_rows(&state.layers)?;
        run.write_json(files::RECORD, &self.record(status, skipped.len()))?;
        let mut names = vec![
            files::SPEC,
            files::ENVIRONMENT,
            files::METRICS,
            files::UPDATES,
            files::LAYERS,
            files::RECORD,
        ];
        if let Some(why) = &self.divergence {
            write_atomically(&run.file(files::DIVERGENCE), format!("{why}\n").as_bytes())?;
            names.push(files::DIVERGENCE);
        }
        if !skipped.is_empty() {
            write_atomically(&run.file(files::SKIPPED), (skipped.join("\n") + "\n").as_bytes())?;
            names.push(files::SKIPPED);
        }
        if status == words::OK {
            let trainer = &self.trainer;
            let weights = trainer.structure.active_weights(&trainer.parameters.weights);
            save_weights(&trainer.parameters, &weights, &run.file(files::WEIGHTS))?;
            write_atomically(&run.file(files::MASK), &packed(trainer.structure.mask()))?;
            names.extend([files::WEIGHTS, files::MASK]);
            names.extend(self.save_found()?);
            if let Some(channels) = &trainer.channels {
                self.save_channels(channels)?;
                names.extend([files::CHANNELS, files::COMPACT]);
            }
        }
        run.commit(&names)?;
        // What is committed counts, whatever became of the other ranks meanwhile.
        let _ = self.options.ranks.as_ref().map(|ranks| ranks.wait());
        Ok(())
    }

    /// Writes what is left of every group of channels, and the network without the rest.
    fn save_channels(&self, channels: &Channels) -> Result<(), RunError> {
        let (run, space) = (&self.options.run, channels.space());
        let (network, groups) = (space.network(), space.groups());
        let rows = groups.groups.iter().zip(channels.counts()).zip(space.blocks());
        let rows = rows.map(|((group, kept), block)| KeptChannels {
            group: group.name.clone(),
            channels: group.channels as u64,
            kept: *kept as u64,
            block: *block as u64,
        });
        run.write_rows(&rows.collect::<Vec<_>>())?;
        let kept = Kept::new(groups, channels.kept())?;
        let (small, values) = compacted(network, groups, &kept, &self.trainer.parameters);
        let spec = self.spec;
        let provenance = [("model", &spec.model), ("method", &spec.method), ("trial", &spec.key())]
            .map(|(name, value)| (name.to_string(), value.clone()));
        let provenance = provenance.into_iter().collect();
        Ok(save_compact(&small, &values, &provenance, &run.file(files::COMPACT))?)
    }

    fn record(&self, status: &str, skipped: usize) -> Record {
        let (spec, current) = (self.spec, self.trainer.structure.current());
        let (network, dense) = (&self.resolved.network, &self.resolved.dense);
        // A narrowed network is measured against the one it was narrowed from.
        let width = network.macs() as f64 / dense.macs() as f64;
        let last = self.state.metrics.last();
        let trained = self.state.metrics.iter().filter(|row| row.step > 0);
        let best = trained.filter_map(|row| row.top1).reduce(f64::max);
        let channels = self.trainer.channels.as_ref();
        let others = channels.map_or(0, |channels| channels.inactive_others());
        let inactive = current.weights() - current.active() + others;
        let latency = |share: f64| channels.map(|channels| channels.space().dense() * share);
        // Over a dense training of the usual length: steps beyond the recipe's cost, too.
        // Those that were left out did not, and of a training that diverged the whole is told.
        let whole = self.steps as f64 * self.state.step as f64 / self.state.place() as f64;
        let length = self.resolved.recipe.length * whole / self.recipe_steps as f64;
        let target = spec.target.channels();
        // A dense network and one with fewer channels have a latency; masked weights are not faster.
        let timed = channels.is_some() || spec.target == Target::Dense;
        let pretraining = spec.pretraining_cost.unwrap_or(0.0);
        let cost = |latency: Option<f64>| {
            let mean = latency.filter(|_| timed)? / self.state.step as f64;
            Some(latency_weighted_cost(pretraining, &[(length, mean)]))
        };
        let inference = current.inference_ratio();
        let seconds = self.train_seconds();
        let choices = self.resolved.settings.iter().filter(|setting| setting.spec.is_own_choice());
        Record {
            key: spec.key(),
            suite: spec.suite.clone(),
            dataset: spec.dataset.clone(),
            data_fingerprint: spec.data_fingerprint.clone(),
            model: spec.model.clone(),
            method: spec.method.clone(),
            criterion: self.criteria(),
            distribution: spec.target.name().into(),
            sparsity_target: spec.target.sparsity(),
            sparsity: Some(1.0 - current.active() as f64 / dense.weights() as f64),
            latency_target: target.map(|target| target.latency_target),
            latency_ms: channels.and_then(|channels| latency(channels.latency())),
            latency_dense_ms: latency(1.0),
            latency_table: target.map(|target| target.latency_table.clone()).unwrap_or_default(),
            pretrained: spec.pretrained().unwrap_or_default().into(),
            train_cost_ratio: cost(self.state.latency),
            train_cost_active_ratio: cost(self.state.active_latency),
            seed: spec.seed,
            profile: spec.profile.clone(),
            epochs: Some(self.epochs()),
            steps: Some(self.state.step),
            top1: last.and_then(|row| row.top1),
            top5: last.and_then(|row| row.top5),
            map: last.and_then(|row| row.map),
            map_all_points: last.and_then(|row| row.map_all_points),
            map_last_mean: self.map_last_mean(),
            val_loss: last.and_then(|row| row.val_loss),
            top1_best: best,
            params_total: Some(dense.parameters() as u64),
            params_active: Some((network.parameters() - inactive) as u64),
            macs_dense: Some(dense.macs()),
            macs: Some((network.macs() as f64 * inference).round() as u64),
            // Relative to a dense training of the usual length, as RigL counts its 5x rows.
            train_flops_ratio: Some(
                length * width * self.state.cost / (3 * self.state.step) as f64 + pretraining,
            ),
            inference_flops_ratio: Some(width * inference),
            train_seconds: Some(seconds),
            device_hours: Some((seconds + self.seconds_beside()) / 3600.0),
            energy_kj: self.joules().map(|joules| joules / 1e3),
            step_ms: self.state.timed.step_ms(),
            step_per_reference: self.state.timed.step_per_reference(),
            skipped_files: Some(skipped as u64),
            peak_memory_mb: crate::memory::peak_megabytes(self.options.device),
            saliency_variance: self.diagnostics.saliency_variance(),
            structure_changes: self.resolved.description.edits.then_some(self.diagnostics.state.settled),
            device: self.environment.device.clone(),
            threads: Some(spec.threads.get() as u64),
            instruction_set: self.state.instruction_set.clone().unwrap_or_default(),
            status: status.into(),
            settings: spec.user_settings(),
            choices: choices.map(|s| format!("{}={}", s.spec.key, s.value)).collect::<Vec<_>>().join(";"),
            method_revision: Some(spec.method_revision.into()),
            profile_revision: Some(spec.profile_revision.into()),
            commit: self.options.commit.clone(),
            ..Record::default()
        }
    }

    /// The mean over the evaluations in the last tenth of a detection, if there are several.
    fn map_last_mean(&self) -> Option<f64> {
        let late = |row: &&Evaluation| 10 * row.step > 9 * self.state.step;
        let maps: Vec<f64> = self.state.metrics.iter().filter(late).filter_map(|row| row.map).collect();
        (maps.len() > 1).then(|| maps.iter().sum::<f64>() / maps.len() as f64)
    }

    /// The criteria by which the method drops and grows.
    fn criteria(&self) -> String {
        let plans = (0..self.steps).map(|step| self.method.plan(step));
        let mut criteria: Vec<Criterion> = plans.flat_map(|plan| plan.then.criteria()).collect();
        criteria.sort();
        criteria.dedup();
        criteria.iter().map(|criterion| criterion.name()).collect::<Vec<_>>().join("+")
    }
}
