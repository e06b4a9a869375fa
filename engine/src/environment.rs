//! Where a trial runs, for its record: versions, device, and what it consumes.

use crate::benchmark::nvml::Gpu;
use serde::Serialize;
use tch::{Cuda, Device};
use trial::protocol::Machine;

/// What a result depends on beside the spec.
#[derive(Clone, Debug, Serialize)]
pub struct Environment {
    /// Commit the worker was built from.
    pub commit: String,
    /// Version of libtorch.
    pub libtorch: String,
    /// Name of the device.
    pub device: String,
    /// Version of the NVIDIA driver, if there is one.
    pub driver: Option<String>,
    /// Model of the processor.
    pub processor: String,
    /// Vector instructions that libtorch uses, with the limits that the environment sets.
    pub instruction_set: String,
    /// Threads of libtorch, as the trial has them. Results on the CPU repeat exactly for the same number of them, the
    /// same processor and the same instructions.
    pub threads: usize,
    /// Operating system and architecture.
    pub platform: String,
    /// How steps of a training on CUDA were launched: `recorded` as graphs, `off` where that was not wanted, or why
    /// they, or evaluations, could not be recorded. Results are the same; none on the processor and in earlier versions.
    pub cuda_graphs: Option<String>,
    /// Images that it was evaluated on, those that cannot be read among them: how far chance may carry a network that
    /// guesses. None in earlier versions.
    pub test_images: Option<usize>,
    /// Processes that trained it together, each with a share of the micro-batches; none for one alone, and in earlier
    /// versions. Their number changes no result of a processor.
    pub ranks: Option<usize>,
}

/// Name and energy counter of the device, as far as it has them.
pub(crate) struct Meter(Option<Gpu>);

impl Meter {
    pub fn of(device: Device) -> Self {
        match device {
            Device::Cuda(number) => Self(Gpu::find(number).ok()),
            _ => Self(None),
        }
    }

    /// Energy the device has used since its driver was loaded, in joules.
    pub fn joules(&self) -> Option<f64> {
        self.0.as_ref()?.joules()
    }
}

impl Environment {
    /// The environment of a training on `device`, which `meter` knows.
    pub(crate) fn of(device: Device, meter: &Meter, threads: usize, commit: &str) -> Self {
        let processor = processor();
        let gpu = meter.0.as_ref();
        Self {
            commit: commit.into(),
            libtorch: torch_ext::version(),
            device: match device {
                Device::Cuda(index) => {
                    gpu.and_then(Gpu::name).unwrap_or_else(|| format!("CUDA device {index}"))
                }
                _ => processor.clone(),
            },
            driver: gpu.and_then(Gpu::driver),
            processor,
            instruction_set: torch_ext::instruction_set(),
            threads,
            platform: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            cuda_graphs: None,
            test_images: None,
            ranks: None,
        }
    }

    /// What the processes of a trial must have in common: commit and libtorch.
    pub(crate) fn build(commit: &str) -> String {
        format!("commit {commit} with libtorch {}", torch_ext::version())
    }

    /// What a worker can run on: libtorch, the processor and the CUDA devices.
    pub fn probe() -> Machine {
        let devices = if Cuda::is_available() { Cuda::device_count() as usize } else { 0 };
        let name = |device| Self::of(device, &Meter::of(device), 0, "").device;
        Machine {
            libtorch: torch_ext::version(),
            processor: processor(),
            instruction_set: torch_ext::instruction_set(),
            devices: (0..devices).map(|number| name(Device::Cuda(number))).collect(),
            threads: tch::get_num_threads() as usize,
        }
    }
}

/// Model of the processor.
pub(crate) fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(|| "unknown processor".into(), |(_, name)| name.trim().to_string())
}
