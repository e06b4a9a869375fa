//! The one thing that a worker is started for.

use super::{CheckJob, DetectJob, FpsJob, LutJob, StepTimesJob, TrainJob};
use serde::{Deserialize, Serialize};

/// What a worker is to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case", deny_unknown_fields)]
pub enum Job {
    /// Train the trial of a run directory. Its result is the committed directory.
    Train(TrainJob),
    /// Measure the throughput of networks; [`Event::Fps`](super::Event::Fps) answers it.
    Fps(FpsJob),
    /// Measure the latency of convolutions for a table; [`Event::Lut`](super::Event::Lut) answers it.
    Lut(LutJob),
    /// Look for objects in photographs; [`Event::Detections`](super::Event::Detections) answers it.
    Detect(DetectJob),
    /// Check a device; [`Event::ChecksDone`](super::Event::ChecksDone) ends it.
    Check(CheckJob),
    /// Time steps of a trial; [`Event::StepTimes`](super::Event::StepTimes) answers it.
    StepTimes(Box<StepTimesJob>),
    /// Say what can be run on; [`Event::Machine`](super::Event::Machine) answers it.
    Probe,
}

impl Job {
    /// The job as one JSON object.
    ///
    /// # Errors
    /// If a path in it is not UTF-8.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CheckStage, Device, Layout, NetworkRequest, NetworkSource, Precision, Protocol};
    use super::*;

    /// Reads back as it was written, and not once one of these words is another.
    #[track_caller]
    fn round_trips_and_refuses_slips(job: &Job, slips: &[(&str, &str)]) {
        let text = job.to_json().unwrap();
        assert_eq!(serde_json::from_str::<Job>(&text).unwrap(), *job);
        for (from, to) in slips {
            let wrong = text.replacen(from, to, 1);
            assert_ne!(wrong, text, "{from}");
            assert!(serde_json::from_str::<Job>(&wrong).is_err(), "{to}");
        }
    }

    #[test]
    fn a_path_that_is_no_text_is_an_error() {
        use std::os::unix::ffi::OsStrExt;
        let path = std::path::Path::new(std::ffi::OsStr::from_bytes(b"runs-\xff"));
        let error = Job::Train(TrainJob::new(path.into(), "data".into())).to_json().unwrap_err();
        assert!(error.to_string().contains("UTF-8"), "{error}");
    }

    #[test]
    fn a_probe() {
        assert_eq!(Job::Probe.to_json().unwrap(), r#"{"job":"probe"}"#);
        round_trips_and_refuses_slips(&Job::Probe, &[("probe", "prob")]);
    }

    #[test]
    fn a_training() {
        let job = TrainJob { device: Device::Cuda(1), ..TrainJob::new("runs/runs/k".into(), "data".into()) };
        round_trips_and_refuses_slips(
            &Job::Train(job),
            &[("\"train\"", "\"fps\""), ("\"decoders\"", "\"decoder\""), ("cuda:1", "tpu")],
        );
    }

    #[test]
    fn detections() {
        let job = DetectJob {
            run: "runs/runs/k".into(),
            photographs: vec!["a.jpg".into()],
            device: Device::Cpu,
            threads: 1,
        };
        round_trips_and_refuses_slips(
            &Job::Detect(job),
            &[("\"detect\"", "\"detects\""), ("\"photographs\"", "\"images\""), ("\"cpu\"", "\"tpu\"")],
        );
    }

    #[test]
    fn checks() {
        let job = CheckJob {
            stage: CheckStage::Machine,
            leave_out: vec!["libtorch".into()],
            device: Device::Cuda(0),
            threads: 2,
            seconds: 60.0,
            python: Some("python3".into()),
            scratch: "runs/selfcheck/scratch".into(),
        };
        round_trips_and_refuses_slips(
            &Job::Check(job),
            &[
                ("\"check\"", "\"checks\""),
                ("machine", "machines"),
                ("\"leave_out\"", "\"left_out\""),
                ("\"seconds\"", "\"second\""),
            ],
        );
    }

    #[test]
    fn throughputs() {
        let source = NetworkSource::Model { name: "wrn-10-1".into(), classes: 10, side: 32, seed: 0 };
        let job = FpsJob {
            networks: vec![
                NetworkRequest { name: "wrn".into(), source },
                NetworkRequest { name: "file".into(), source: NetworkSource::Checkpoint("a/b".into()) },
            ],
            device: Device::Cpu,
            threads: 1,
            batches: vec![],
            precisions: vec![Precision::Fp32],
            protocols: vec![Protocol::Stable, Protocol::Halp],
            seconds: 3.0,
            fold: true,
            round_to: None,
            dense: false,
            cuda_graphs: true,
        };
        round_trips_and_refuses_slips(
            &Job::Fps(job),
            &[("\"fps\"", "\"lut\""), ("\"seconds\"", "\"second\""), ("fp32", "fp33")],
        );
    }

    #[test]
    fn latencies_with_whole_networks() {
        let network = network::models::model("wrn-10-1", 10, 8).unwrap();
        let groups = network.channel_groups().unwrap();
        let shapes = network.convolutions(&groups, &groups.counts());
        let job = LutJob {
            convolutions: shapes.into_iter().map(|(_, shape)| shape).collect(),
            networks: vec![network],
            device: Device::Cpu,
            threads: 1,
            batch: 2,
            precision: Precision::Fp32,
            layout: Layout::Nchw,
            seconds: 0.1,
            cuda_graphs: true,
        };
        round_trips_and_refuses_slips(
            &Job::Lut(job),
            &[
                ("\"outputs\"", "\"output\""),
                ("\"batch\"", "\"batches\""),
                ("fp32", "fp33"),
                ("nchw", "nhwc"),
            ],
        );
    }
}
