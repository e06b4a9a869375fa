//! Measures networks in one way after another, on one device, with one timer and one sampler.

use super::energy::{self, Energy};
use super::networks::LoadedNetwork;
use super::prepared::PreparedNetwork;
use super::protocol::{self, Timings};
use super::sampler::{self, Sampler};
use super::statistics::{TimingSummary, median};
use super::timer::Timer;
use super::verdict::{Evidence, LAUNCHED_SINGLY};
use super::{BenchmarkError, load, postprocess};
use crate::launcher::not_recorded;
use crate::reference_workload::ReferenceWorkload;
use crate::{Parameters, compact};
use network::Network;
use std::rc::Rc;
use std::time::Duration;
use tch::Device;
use trial::protocol::{Event, FpsJob, Measurement, Precision, Protocol};

/// One way of measuring every network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// How they are timed.
    pub protocol: Protocol,
    /// Images in one forward pass.
    pub batch: usize,
    /// Number format.
    pub precision: Precision,
}

/// What measures.
pub struct NetworkBench {
    /// The device.
    pub device: Device,
    /// Threads of libtorch on the host.
    pub threads: usize,
    /// The clock.
    pub timer: Timer,
    /// What watches the device, if something can.
    pub sampler: Option<Sampler>,
    /// Whether it was told that networks cannot be recorded as CUDA graphs.
    pub told: bool,
}

/// The network of `loaded` as it is run: padded and folded as `job` says.
fn ready(
    loaded: &LoadedNetwork,
    way: Way,
    job: &FpsJob,
) -> Result<(Network, Rc<Parameters>), BenchmarkError> {
    let (mut network, mut parameters) = (loaded.network.clone(), loaded.parameters.clone());
    if let Some(multiple) = job.round_to {
        let (wide, values) = compact::padded(&network, &parameters, multiple)?;
        (network, parameters) = (wide, Rc::new(values));
    }
    if job.fold && way.protocol != Protocol::Halp {
        let (plain, values) = compact::folded(&network, &parameters);
        (network, parameters) = (plain, Rc::new(values));
    }
    Ok((network, parameters))
}

impl NetworkBench {
    /// Measures every network in one way.
    pub fn measure(
        &mut self,
        way: Way,
        job: &FpsJob,
        loaded: &[LoadedNetwork],
        tell: &mut dyn FnMut(Event),
    ) -> Result<Vec<Measurement>, BenchmarkError> {
        torch_ext::flags::allow_tf32(way.precision == Precision::Tf32)?;
        // As HALP's script; its choice among algorithms by trial is on for all measurements.
        torch_ext::flags::cudnn_deterministic(way.protocol == Protocol::Halp)?;
        let layout = way.protocol.layout();
        let mut networks = Vec::with_capacity(loaded.len());
        for loaded in loaded {
            let (network, parameters) = ready(loaded, way, job)?;
            networks.push(PreparedNetwork::new(&network, parameters, way.batch, way.precision, layout));
        }
        let seconds = Duration::from_secs_f64(job.seconds);
        let (mut reference, mut recorded) = (None, false);
        let found = match way.protocol {
            Protocol::Stable => {
                if job.cuda_graphs {
                    self.record(&mut networks, tell);
                }
                recorded = networks.iter().all(PreparedNetwork::is_recorded);
                let workload = ReferenceWorkload::new(self.device);
                let (timings, pass) = protocol::stable(&mut networks, &workload, &mut self.timer, seconds)?;
                reference = Some(pass);
                let mut found = Vec::with_capacity(timings.len());
                for (timings, network) in timings.into_iter().zip(&mut networks) {
                    let energy = self.energy(network, &timings, seconds)?;
                    found.push((timings, energy));
                }
                found
            }
            Protocol::Halp => {
                let mut found = Vec::with_capacity(networks.len());
                for network in &mut networks {
                    found.push((protocol::halp(network, &mut self.timer)?, None));
                }
                found
            }
        };
        let found = found.into_iter().enumerate();
        let mut measurements: Vec<Measurement> =
            found.map(|(index, (timings, energy))| self.judge(way, index, &timings, energy)).collect();
        let fps: Vec<f64> = measurements.iter().map(|measurement| measurement.fps).collect();
        for (measurement, loaded) in measurements.iter_mut().zip(loaded) {
            if way.protocol == Protocol::Stable && self.device.is_cuda() && !recorded {
                measurement.doubts.push(LAUNCHED_SINGLY.into());
            }
            measurement.relative_to_dense = loaded.dense.map(|dense| measurement.fps / fps[dense]);
            measurement.per_reference = reference.map(|seconds| measurement.fps * seconds);
            if way.protocol == Protocol::Stable {
                measurement.postprocess =
                    postprocess::milliseconds(&loaded.network, way.batch, self.device, seconds);
            }
        }
        Ok(measurements)
    }

    /// Records the networks as CUDA graphs, where that can be.
    fn record(&mut self, networks: &mut [PreparedNetwork], tell: &mut dyn FnMut(Event)) {
        if !self.device.is_cuda() {
            return;
        }
        if let Err(error) = networks.iter_mut().try_for_each(|network| network.record().map(drop)) {
            networks.iter_mut().for_each(PreparedNetwork::forget);
            if !std::mem::replace(&mut self.told, true) {
                tell(Event::Warning { message: not_recorded("networks", &error) });
            }
        }
    }

    /// What a network uses by itself, if something sees that.
    fn energy(
        &self,
        network: &mut PreparedNetwork,
        timings: &Timings,
        seconds: Duration,
    ) -> Result<Option<Energy>, BenchmarkError> {
        let seen = self.sampler.as_ref().filter(|sampler| sampler.gpu().tells_energy());
        let (Device::Cuda(number), Some(sampler)) = (self.device, seen) else { return Ok(None) };
        let forward = median(&timings.seconds);
        Ok(Some(energy::measure(network, forward, sampler, number, seconds)?))
    }

    /// The result of the timings of network number `index`, and whether it can be trusted.
    fn judge(&self, way: Way, index: usize, timings: &Timings, energy: Option<Energy>) -> Measurement {
        let Way { protocol, batch, precision } = way;
        let fps = |seconds: f64| batch as f64 / seconds;
        let counted = match protocol {
            Protocol::Stable => &timings.seconds[..],
            Protocol::Halp => protocol::halp_counted(&timings.seconds),
        };
        let summary = TimingSummary::of(counted);
        let (seconds, interval) = match protocol {
            // The longer the time, the lower the throughput.
            Protocol::Stable => {
                (summary.median, summary.interval.map(|(short, long)| (fps(long), fps(short))))
            }
            Protocol::Halp => (protocol::halp_mean(&timings.seconds), None),
        };
        let samples = self.sampler.as_ref().map(|sampler| {
            let energy = energy.as_ref().map(|energy| energy.slice);
            sampler.within(&timings.slices.iter().copied().chain(energy).collect::<Vec<_>>())
        });
        let samples = samples.unwrap_or_default();
        let mut readings = sampler::readings(&samples);
        let mut energy_note = None;
        if let Some(energy) = energy {
            readings.power = sampler::readings(&energy.settled).power;
            readings.joules_per_image = energy.joules.map(|joules| joules / batch as f64);
            energy_note = energy.note;
        }
        let cores = load::cores().unwrap_or(self.threads);
        let evidence = Evidence {
            spread: summary.spread,
            samples: samples.len(),
            readings,
            slowdown: self.sampler.as_ref().and_then(|sampler| sampler.gpu().slowdown()),
            others: sampler::others(&samples),
            share: (!self.device.is_cuda()).then(|| timings.used.share(self.threads, cores)),
        };
        Measurement {
            network: index,
            protocol,
            batch,
            precision,
            layout: protocol.layout(),
            fps: fps(seconds),
            interval,
            milliseconds: seconds * 1e3,
            forwards: counted.len() as u64 * timings.repeats,
            relative_to_dense: None,
            per_reference: None,
            postprocess: None,
            doubts: evidence.doubts(),
            notes: evidence.notes().into_iter().chain(energy_note).collect(),
            readings: evidence.readings,
        }
    }
}
