//! One finished trial as one flat row: the interchange format of the harness.
//!
//! The order of the fields is the order of the columns. `None` is an empty field: the quantity
//! does not apply or was not measured. A float that is not finite is written as an empty field
//! and refused when read, so that no mean is ever taken over one.

pub(crate) mod finite;
mod schema;

use serde::{Deserialize, Serialize};

use crate::csv_file::{columns, fields};
use crate::words;

pub use schema::{SCHEMA, Schema};

/// Columns without which a row cannot be told apart from others; the rest may be missing.
pub const REQUIRED_COLUMNS: [&str; 11] = [
    "key",
    "suite",
    "dataset",
    "model",
    "method",
    "distribution",
    "sparsity_target",
    "seed",
    "profile",
    "status",
    "settings",
];

/// The result of one trial.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// Hash of the trial's specification; names the trial.
    pub key: String,
    /// What was measured: `cifar10`, `imagenet`, `voc`.
    pub suite: String,
    /// The data set used: the suite's real one, or a generated one under a name of its own.
    pub dataset: String,
    /// Hash of the data files.
    pub data_fingerprint: String,
    /// Name of the network.
    pub model: String,
    /// Key of the method.
    pub method: String,
    /// What weights are ranked by.
    pub criterion: String,
    /// How the sparsity is spread over the layers; empty or `none` for a dense network.
    pub distribution: String,
    /// Share of zeros asked for, 0 to 1.
    #[serde(with = "finite")]
    pub sparsity_target: Option<f64>,
    /// Share of zeros counted from the masks, 0 to 1.
    #[serde(with = "finite")]
    pub sparsity: Option<f64>,
    /// Latency asked for, as a share of the dense network's.
    #[serde(with = "finite")]
    pub latency_target: Option<f64>,
    /// Latency of the final network, milliseconds a batch.
    #[serde(with = "finite")]
    pub latency_ms: Option<f64>,
    /// Latency of the dense network in the same table, milliseconds a batch.
    #[serde(with = "finite")]
    pub latency_dense_ms: Option<f64>,
    /// What the weights were before training: a trial's key or a file's hash, with `new-head:` before it where the head
    /// started from the seed; empty from scratch.
    pub pretrained: String,
    /// What latencies were looked up in: hash of the table, or `macs`.
    pub latency_table: String,
    /// Seed of all random streams of the trial.
    pub seed: u64,
    /// Recipe profile: `smoke`, `lite` or `paper`.
    pub profile: String,
    /// Length of training, epochs.
    #[serde(with = "finite")]
    pub epochs: Option<f64>,
    /// Length of training, optimizer steps.
    pub steps: Option<u64>,
    /// Top-1 accuracy after the last epoch, percent.
    #[serde(with = "finite")]
    pub top1: Option<f64>,
    /// Top-5 accuracy after the last epoch, percent.
    #[serde(with = "finite")]
    pub top5: Option<f64>,
    /// Mean average precision after the last epoch, percent.
    #[serde(with = "finite")]
    pub map: Option<f64>,
    /// The same with the area under the whole precision-recall curve, as the VOC devkit has it from 2010 on.
    #[serde(with = "finite")]
    pub map_all_points: Option<f64>,
    /// Mean of `map` over the evaluations of the last tenth of the epochs, percent; never the result.
    #[serde(with = "finite")]
    pub map_last_mean: Option<f64>,
    /// Validation loss after the last epoch, nats an example.
    #[serde(with = "finite")]
    pub val_loss: Option<f64>,
    /// Best top-1 accuracy of any epoch, percent; never the result.
    #[serde(with = "finite")]
    pub top1_best: Option<f64>,
    /// Parameters of the dense network.
    pub params_total: Option<u64>,
    /// Parameters that are not masked.
    pub params_active: Option<u64>,
    /// Multiply-accumulates of the dense network, one example.
    pub macs_dense: Option<u64>,
    /// Multiply-accumulates of the final network, one example.
    pub macs: Option<u64>,
    /// FLOPs of the whole training, relative to a dense training of the usual length.
    #[serde(with = "finite")]
    pub train_flops_ratio: Option<f64>,
    /// FLOPs of one forward pass, relative to the dense network.
    #[serde(with = "finite")]
    pub inference_flops_ratio: Option<f64>,
    /// Latency-weighted epochs, relative to dense training; exploration counts as the dense network that it runs.
    #[serde(with = "finite")]
    pub train_cost_ratio: Option<f64>,
    /// The same where exploration counts as the active channels that it starts from, as in the mean latencies of the
    /// training logs that are probably IEE's.
    #[serde(with = "finite")]
    pub train_cost_active_ratio: Option<f64>,
    /// Wall-clock time of training, evaluations and checkpoints, seconds; that of the reference workload
    /// is left out.
    #[serde(with = "finite")]
    pub train_seconds: Option<f64>,
    /// The same times the number of devices, hours.
    #[serde(with = "finite")]
    pub device_hours: Option<f64>,
    /// Energy in the time of training, kilojoules; that of the reference workload is within, since a
    /// device's counter is too coarse to tell it apart.
    #[serde(with = "finite")]
    pub energy_kj: Option<f64>,
    /// Mean time of an optimizer step, milliseconds.
    #[serde(with = "finite")]
    pub step_ms: Option<f64>,
    /// The same in passes of the reference workload, which was timed between the steps.
    #[serde(with = "finite")]
    pub step_per_reference: Option<f64>,
    /// Inference throughput, examples per second.
    #[serde(with = "finite")]
    pub fps: Option<f64>,
    /// Lower end of the throughput's confidence interval, examples per second.
    #[serde(with = "finite")]
    pub fps_low: Option<f64>,
    /// Upper end of the throughput's confidence interval, examples per second.
    #[serde(with = "finite")]
    pub fps_high: Option<f64>,
    /// Batch size of the throughput measurement, examples.
    pub fps_batch: Option<u64>,
    /// Number format of the throughput measurement, its protocol, and its memory layout where that is not the
    /// protocol's own.
    pub fps_precision: String,
    /// The device of the throughput measurement.
    pub fps_device: String,
    /// Throughput over that of the dense network, measured in the same way on the same device.
    #[serde(with = "finite")]
    pub fps_relative: Option<f64>,
    /// Examples inferred in the time of one pass of the reference workload, measured in the same run.
    #[serde(with = "finite")]
    pub fps_per_reference: Option<f64>,
    /// Why the throughput measurement is not valid; empty if it is.
    pub fps_doubt: String,
    /// Input files that could not be read.
    pub skipped_files: Option<u64>,
    /// Highest device memory in use during training, or of the process on a CPU, megabytes.
    #[serde(with = "finite")]
    pub peak_memory_mb: Option<f64>,
    /// How much the importance of a weight changes from one prune to the next, relative to how
    /// much weights differ; the mean over prunes.
    #[serde(with = "finite")]
    pub saliency_variance: Option<f64>,
    /// How many structures training settled on after the first one; none of a method that never changes it.
    pub structure_changes: Option<u64>,
    /// The device the trial ran on.
    pub device: String,
    /// Processor threads that the trial computes with, on CUDA too, where they compute next to nothing. Records from
    /// before threads were part of the trial have none on CUDA and where a training was resumed with another number.
    pub threads: Option<u64>,
    /// Vector instructions that computed the training, if it ran on a processor, with the limits that the
    /// environment set; empty on CUDA, and where a training was resumed with other instructions.
    pub instruction_set: String,
    /// `ok`, or how the trial failed: `diverged`, ...
    pub status: String,
    /// Settings that differ from their defaults, `key=value;key=value`.
    pub settings: String,
    /// Settings that are the harness's own choice because the paper does not state them,
    /// `key=value;key=value`.
    pub choices: String,
    /// Revision of the method: the same settings under two revisions are two trainings.
    pub method_revision: Option<u64>,
    /// Revision of the profile, with the recipe that it starts from.
    pub profile_revision: Option<u64>,
    /// Commit of the harness that ran the trial.
    pub commit: String,
    /// Version of these columns.
    #[serde(default = "Schema::first")]
    pub schema: Schema,
    /// Why it is no result of the method and profile as they are defined today, if it is not. It is never written:
    /// whoever reads records for a comparison finds it out.
    #[serde(skip)]
    pub outdated: Option<String>,
    /// Why its training diverged, if it did and its run says so. It is found out as the above is.
    #[serde(skip)]
    pub divergence: Option<String>,
    /// Why it is the result of a network that learnt nothing, if it is; a clause. It is found out as the above is.
    #[serde(skip)]
    pub unlearned: Option<String>,
}

impl Record {
    /// Whether the trial ended as planned.
    pub fn is_ok(&self) -> bool {
        self.status == words::OK
    }

    /// Whether a method that changes the structure never did: the trial is one of a static network then.
    pub fn never_changed(&self) -> bool {
        self.structure_changes == Some(0)
    }

    /// The name in the column `distribution`; none of a dense network.
    pub fn distribution_name(&self) -> Option<&str> {
        Some(self.distribution.as_str()).filter(|name| !matches!(*name, "" | words::DENSE))
    }

    /// The columns in the order in which they are written.
    pub fn columns() -> csv::StringRecord {
        columns::<Record>()
    }

    /// The fields of some records as they are written, one per column. They are taken together, because setting up a
    /// reader takes as long as reading many rows.
    pub fn fields(records: &[Record]) -> Vec<csv::StringRecord> {
        fields(records)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_are_those_of_the_interchange_format() {
        let expected = "key,suite,dataset,data_fingerprint,model,method,criterion,distribution,\
            sparsity_target,sparsity,latency_target,latency_ms,latency_dense_ms,pretrained,latency_table,seed,profile,epochs,steps,top1,\
            top5,map,map_all_points,map_last_mean,val_loss,top1_best,params_total,params_active,macs_dense,macs,\
            train_flops_ratio,inference_flops_ratio,train_cost_ratio,train_cost_active_ratio,train_seconds,device_hours,\
            energy_kj,step_ms,step_per_reference,fps,fps_low,fps_high,fps_batch,fps_precision,fps_device,\
            fps_relative,fps_per_reference,fps_doubt,skipped_files,peak_memory_mb,\
            saliency_variance,structure_changes,device,threads,instruction_set,status,settings,choices,\
            method_revision,profile_revision,commit,schema";
        let columns = Record::columns();
        assert_eq!(columns.iter().collect::<Vec<_>>().join(","), expected);
        assert!(REQUIRED_COLUMNS.iter().all(|name| columns.iter().any(|column| column == *name)));
    }

    #[test]
    fn floats_that_are_not_finite_are_written_empty() {
        let record = Record { top1: Some(f64::NAN), val_loss: Some(f64::INFINITY), ..Record::default() };
        let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
        writer.serialize(&record).unwrap();
        let line = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        assert!(!line.contains("NaN") && !line.contains("inf"), "{line}");
    }
}
