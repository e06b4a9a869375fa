//! What NVIDIA's management library reports about a GPU: clocks, power, temperature, energy, other processes.
//!
//! Often only `libnvidia-ml.so.1` is installed, without the name that ends in `.so`. Any question may
//! be one that a device does not answer, a slice of a GPU (MIG) most of all, so each reading is taken
//! by itself. Power is an average over a second on most devices, and the energy counter moves about
//! ten times a second: measure for seconds.

use super::visible::{self, GpuName};
use nvml_wrapper::bitmasks::device::ThrottleReasons;
use nvml_wrapper::enum_wrappers::device::{Clock, TemperatureSensor, TemperatureThreshold};
use nvml_wrapper::error::NvmlError;
use nvml_wrapper::{Device, Nvml};
use std::time::Instant;

/// The library where only drivers are installed.
const VERSIONED: &str = "libnvidia-ml.so.1";

/// The reason of a device that draws all the power it may, as large ones do at every large batch.
pub(super) const POWER_CAP: &str = "software power cap";

/// Why clocks are below the highest, with NVML's names; the first two are not even asked for.
const REASONS: [(ThrottleReasons, &str); 9] = [
    (ThrottleReasons::GPU_IDLE, "idle"),
    (ThrottleReasons::APPLICATIONS_CLOCKS_SETTING, "applications clocks setting"),
    (ThrottleReasons::SW_POWER_CAP, POWER_CAP),
    (ThrottleReasons::HW_SLOWDOWN, "hardware slowdown"),
    (ThrottleReasons::SYNC_BOOST, "sync boost"),
    (ThrottleReasons::SW_THERMAL_SLOWDOWN, "software thermal slowdown"),
    (ThrottleReasons::HW_THERMAL_SLOWDOWN, "hardware thermal slowdown"),
    (ThrottleReasons::HW_POWER_BRAKE_SLOWDOWN, "hardware power brake"),
    (ThrottleReasons::DISPLAY_CLOCK_SETTING, "display clock setting"),
];

/// A GPU that NVML knows.
#[derive(Debug)]
pub(crate) struct Gpu {
    nvml: Nvml,
    identifier: String,
}

/// What a GPU reported at one moment; `None` where it reports nothing.
#[derive(Clone, Debug)]
pub(crate) struct GpuSample {
    /// When.
    pub at: Instant,
    /// Clock of the processors, megahertz.
    pub sm_clock: Option<f64>,
    /// Clock of the memory, megahertz.
    pub memory_clock: Option<f64>,
    /// Power, watts.
    pub power: Option<f64>,
    /// Temperature, degrees Celsius.
    pub temperature: Option<f64>,
    /// Why clocks are below the highest, except for idleness and a user's setting.
    pub throttling: Option<Vec<&'static str>>,
    /// Processes that compute on it beside this one; not asked every time.
    pub others: Option<usize>,
}

impl Gpu {
    /// The GPU behind CUDA device number `device`, or why it is not known.
    pub fn find(device: usize) -> Result<Self, String> {
        let nvml = Nvml::init().or_else(|_| Nvml::builder().lib_path(VERSIONED.as_ref()).init());
        let nvml = nvml
            .map_err(|error| format!("NVML is not usable here ({error}); it is installed with the driver"))?;
        let variable = std::env::var("CUDA_VISIBLE_DEVICES").ok();
        let named = visible::named(variable.as_deref(), device)
            .ok_or_else(|| format!("CUDA_VISIBLE_DEVICES names no device for number {device}"))?;
        let identifier = match named {
            GpuName::Number(number) => numbered(&nvml, number)?,
            // A slice in the notation of old drivers is not in the list and is found by its full name.
            GpuName::Identifier(text) => visible::unique(&identifiers(&nvml), &text).or_else(|error| {
                nvml.device_by_uuid(text.as_str()).and_then(|d| d.uuid()).map_err(|_| error)
            })?,
        };
        Ok(Self { nvml, identifier })
    }

    /// Its handle; finding it takes longer than asking it.
    pub fn device(&self) -> Result<Device<'_>, NvmlError> {
        self.nvml.device_by_uuid(self.identifier.as_str())
    }

    /// Its identifier, such as `GPU-8932f937-...`.
    pub fn identifier(&self) -> &str {
        &self.identifier
    }

    /// Its name.
    pub fn name(&self) -> Option<String> {
        self.device().ok()?.name().ok()
    }

    /// Version of the driver.
    pub fn driver(&self) -> Option<String> {
        self.nvml.sys_driver_version().ok()
    }

    /// Energy it has used since its driver was loaded, in joules.
    pub fn joules(&self) -> Option<f64> {
        self.device().ok()?.total_energy_consumption().ok().map(|millijoules| millijoules as f64 / 1e3)
    }

    /// Whether it reports its energy, or the power that energy follows from.
    pub fn tells_energy(&self) -> bool {
        self.joules().is_some() || self.device().is_ok_and(|device| device.power_usage().is_ok())
    }

    /// The temperature in degrees Celsius from which it slows down.
    pub fn slowdown(&self) -> Option<f64> {
        self.device().ok()?.temperature_threshold(TemperatureThreshold::Slowdown).ok().map(f64::from)
    }

    /// The readings that it does not give, each with NVML's reason.
    pub fn missing(&self) -> Vec<String> {
        let device = match self.device() {
            Ok(device) => device,
            Err(error) => return vec![format!("NVML does not report the GPU ({error})")],
        };
        let slice = device.mig_is_mig_device_handle().unwrap_or(false);
        let of = if slice { " of a MIG slice" } else { "" };
        let questions: [(&str, Result<(), NvmlError>); 7] = [
            ("the SM clock", device.clock_info(Clock::SM).map(drop)),
            ("the memory clock", device.clock_info(Clock::Memory).map(drop)),
            ("power", device.power_usage().map(drop)),
            ("the temperature", device.temperature(TemperatureSensor::Gpu).map(drop)),
            ("the reasons for throttling", device.current_throttle_reasons().map(drop)),
            ("the energy counter", device.total_energy_consumption().map(drop)),
            ("other processes", device.running_compute_processes().map(drop)),
        ];
        let missing = |(what, answer): (&str, Result<(), NvmlError>)| {
            answer.err().map(|error| format!("NVML does not report {what}{of} ({error})"))
        };
        questions.into_iter().filter_map(missing).collect()
    }
}

/// What `device` reports now; other processes only `with_processes`, because that takes longer.
pub(super) fn sample(device: &Device, with_processes: bool) -> GpuSample {
    let number = |answer: Result<u32, NvmlError>| answer.ok().map(f64::from);
    let processes = with_processes.then(|| device.running_compute_processes().ok()).flatten();
    GpuSample {
        at: Instant::now(),
        sm_clock: number(device.clock_info(Clock::SM)),
        memory_clock: number(device.clock_info(Clock::Memory)),
        power: number(device.power_usage()).map(|milliwatts| milliwatts / 1e3),
        temperature: number(device.temperature(TemperatureSensor::Gpu)),
        throttling: device.current_throttle_reasons().ok().map(reasons),
        // One of them is this one, under its own number or, in a container, under another.
        others: processes.map(|all| all.len().saturating_sub(1)),
    }
}

/// The identifier of the GPU with this number; of its first slice where it is divided, for that is
/// what CUDA shows.
fn numbered(nvml: &Nvml, number: u32) -> Result<String, String> {
    let lost = |error| format!("NVML does not report GPU {number} ({error})");
    let by_bus = std::env::var("CUDA_DEVICE_ORDER").is_ok_and(|order| order == "PCI_BUS_ID");
    if !by_bus && nvml.device_count().map_err(lost)? > 1 {
        return Err("CUDA counts GPUs in an order of its own; set CUDA_DEVICE_ORDER=PCI_BUS_ID".into());
    }
    let device = nvml.device_by_index(number).map_err(lost)?;
    match slices(&device).first() {
        Some(slice) => slice.uuid(),
        None => device.uuid(),
    }
    .map_err(lost)
}

/// The MIG slices of a GPU.
fn slices<'nvml>(device: &Device<'nvml>) -> Vec<Device<'nvml>> {
    let most = device.mig_device_count().unwrap_or(0);
    (0..most).filter_map(|number| device.mig_device_by_index(number).ok()).collect()
}

/// The identifiers of all GPUs and of all their slices.
fn identifiers(nvml: &Nvml) -> Vec<String> {
    let devices =
        (0..nvml.device_count().unwrap_or(0)).filter_map(|number| nvml.device_by_index(number).ok());
    let mut all: Vec<String> = Vec::new();
    for device in devices {
        all.extend(device.uuid());
        all.extend(slices(&device).iter().filter_map(|slice| slice.uuid().ok()));
    }
    all
}

/// The names of what throttles clocks, except for idleness and a user's setting.
fn reasons(bits: ThrottleReasons) -> Vec<&'static str> {
    let against = &REASONS[2..];
    against.iter().filter(|(bit, _)| bits.contains(*bit)).map(|(_, name)| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idleness_and_settings_are_no_throttling() {
        let fine = ThrottleReasons::GPU_IDLE | ThrottleReasons::APPLICATIONS_CLOCKS_SETTING;
        assert!(reasons(fine).is_empty());
        assert!(reasons(ThrottleReasons::NONE).is_empty());
        let both = fine | ThrottleReasons::SW_POWER_CAP | ThrottleReasons::HW_THERMAL_SLOWDOWN;
        assert_eq!(reasons(both), ["software power cap", "hardware thermal slowdown"]);
    }

    #[test]
    fn without_nvml_the_reason_is_said_and_with_it_nothing_panics() {
        match Gpu::find(0) {
            Err(reason) => assert!(!reason.is_empty()),
            Ok(gpu) => {
                let sample = sample(&gpu.device().unwrap(), true);
                assert!(sample.power.is_none_or(|watts| watts > 0.0));
                assert!(gpu.missing().iter().all(|what| what.starts_with("NVML does not report")));
            }
        }
    }
}
