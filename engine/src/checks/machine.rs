//! The machine: libtorch and its libraries, the device, and what can be read of it while something is measured.
//!
//! Whatever NVML does not report is skipped with its reason, for a virtual device or a slice of one reports little
//! and computes as well as any.

use super::check::Check;
use crate::benchmark::nvml::Gpu;
use crate::environment::processor;
use nvml_wrapper::enum_wrappers::device::{Clock, TemperatureSensor};
use nvml_wrapper::error::NvmlError;
use records::self_check::Finding;
use std::rc::Rc;
use tch::Device;

const GIBIBYTE: f64 = (1u64 << 30) as f64;

/// The checks of stage `machine`.
pub(super) fn checks<'a>(device: Device) -> Vec<Check<'a>> {
    let mut checks = vec![
        Check::new("libtorch", libtorch),
        Check::new("processor", || Finding::pass(processor()).and("cores", cores(), "")),
    ];
    let Device::Cuda(number) = device else { return checks };
    checks.extend([
        Check::new("cuda runtime", cuda_runtime),
        Check::new("cudnn", cudnn),
        Check::new("graphs", graphs),
        Check::new("memory", move || memory(number)),
    ]);
    let gpu = Rc::new(Gpu::find(number));
    let found = gpu.clone();
    checks.push(Check::new("nvml", move || nvml(&found)));
    let found = gpu.clone();
    checks.push(Check::new("identifier", move || identifier(&found, number)));
    checks.extend(READINGS.iter().map(|reading| {
        let found = gpu.clone();
        Check::new(reading.name, move || read(&found, reading))
    }));
    checks
}

fn cores() -> f64 {
    std::thread::available_parallelism().map_or(1.0, |cores| cores.get() as f64)
}

fn libtorch() -> Finding {
    let threads = tch::get_num_threads();
    let set = torch_ext::instruction_set();
    Finding::pass(format!("{} on {set} instructions", torch_ext::version())).and(
        "threads",
        threads.into(),
        "",
    )
}

fn cuda_runtime() -> Finding {
    match torch_ext::cuda_versions().map(|versions| versions.runtime) {
        Ok(Some(version)) => Finding::pass(format!("{}.{}", version / 1000, version % 1000 / 10)),
        Ok(None) => Finding::fail("libtorch was built without CUDA; install one with it (`make setup`)"),
        Err(error) => Finding::fail(error.to_string()),
    }
}

fn cudnn() -> Finding {
    match torch_ext::cuda_versions().map(|versions| versions.cudnn) {
        Ok(Some(version)) => {
            Finding::pass(format!("{}.{}.{}", version / 10_000, version % 10_000 / 100, version % 100))
        }
        Ok(None) => Finding::fail(
            "libtorch has no cuDNN, so convolutions are many times slower; install a libtorch with it (`make setup`)",
        ),
        Err(error) => Finding::fail(error.to_string()),
    }
}

fn graphs() -> Finding {
    match torch_ext::cuda_compiled() {
        true => Finding::pass("steps can be recorded"),
        false => Finding::fail(
            "CUDA graphs are not in this build, so that small networks train several times slower; install CUDA's \
             headers (./setup.sh names them) and run `make build`",
        ),
    }
}

fn memory(number: usize) -> Finding {
    match torch_ext::device_memory(number) {
        Ok((free, total)) => {
            let [free, total] = [free, total].map(|bytes| bytes as f64 / GIBIBYTE);
            Finding::pass(format!("{free:.1} of {total:.1} GiB are free"))
                .and("free", free, "GiB")
                .and("total", total, "GiB")
        }
        Err(error) => Finding::fail(error.to_string()),
    }
}

fn nvml(gpu: &Result<Gpu, String>) -> Finding {
    match gpu {
        Ok(gpu) => {
            let unknown = || "unknown".to_string();
            let name = gpu.name().unwrap_or_else(unknown);
            Finding::pass(format!("driver {}, {name}", gpu.driver().unwrap_or_else(unknown)))
        }
        Err(why) => Finding::skipped(format!("{why}; clocks, power and other processes go unnoticed")),
    }
}

/// That what NVML reads is the device that CUDA computes on.
fn identifier(gpu: &Result<Gpu, String>, number: usize) -> Finding {
    let Ok(gpu) = gpu else { return Finding::skipped("NVML is not usable here") };
    match torch_ext::device_uuid(number) {
        // NVML's has a prefix, which says what kind of device it is.
        Ok(uuid) if gpu.identifier().ends_with(&uuid) => {
            Finding::pass(format!("CUDA and NVML both say {}", gpu.identifier()))
        }
        Ok(uuid) if gpu.identifier().starts_with("MIG-") => Finding::skipped(format!(
            "CUDA says {uuid} and NVML {}: of a slice, the two may mean the device and the slice",
            gpu.identifier()
        )),
        Ok(uuid) => Finding::fail(format!(
            "CUDA computes on {uuid}, but NVML reads {}: clocks and power are those of another device; set \
             CUDA_VISIBLE_DEVICES to one device",
            gpu.identifier()
        )),
        Err(error) => Finding::skipped(error.to_string()),
    }
}

/// One thing that NVML may report.
struct Reading {
    name: &'static str,
    ask: fn(&nvml_wrapper::Device) -> Result<Finding, NvmlError>,
}

const READINGS: [Reading; 10] = [
    Reading {
        name: "compute capability",
        ask: |device| {
            let found = device.cuda_compute_capability()?;
            Ok(Finding::pass(format!("{}.{}", found.major, found.minor)))
        },
    },
    Reading {
        name: "slice",
        ask: |device| {
            Ok(Finding::pass(match device.mig_is_mig_device_handle()? {
                true => "a slice of a device (MIG); others may use the rest of it",
                false => "a whole device",
            }))
        },
    },
    Reading { name: "sm clock", ask: |device| clock(device, Clock::SM) },
    Reading { name: "memory clock", ask: |device| clock(device, Clock::Memory) },
    Reading {
        name: "power",
        ask: |device| {
            let watts = f64::from(device.power_usage()?) / 1e3;
            Ok(Finding::pass(format!("{watts:.0} W")).and("power", watts, "W"))
        },
    },
    Reading {
        name: "power limit",
        ask: |device| {
            let watts = f64::from(device.enforced_power_limit()?) / 1e3;
            Ok(Finding::pass(format!("{watts:.0} W")).and("limit", watts, "W"))
        },
    },
    Reading {
        name: "temperature",
        ask: |device| {
            let degrees = f64::from(device.temperature(TemperatureSensor::Gpu)?);
            Ok(Finding::pass(format!("{degrees:.0} °C")).and("temperature", degrees, "°C"))
        },
    },
    Reading {
        name: "throttling",
        ask: |device| Ok(Finding::pass(format!("{:?}", device.current_throttle_reasons()?))),
    },
    Reading {
        name: "energy counter",
        ask: |device| {
            let joules = device.total_energy_consumption()? as f64 / 1e3;
            Ok(Finding::pass("counts").and("energy", joules, "J"))
        },
    },
    Reading {
        name: "other processes",
        ask: |device| {
            // One of them is this one, under its own number or, in a container, under another.
            let others = device.running_compute_processes()?.len().saturating_sub(1);
            Ok(match others {
                0 => Finding::pass("none"),
                _ => Finding::fail(format!(
                    "{others} other processes compute on the device, so that nothing measured on it is valid; end \
                     them, or wait"
                )),
            }
            .and("processes", others as f64, ""))
        },
    },
];

fn clock(device: &nvml_wrapper::Device, of: Clock) -> Result<Finding, NvmlError> {
    let [now, most] = [device.clock_info(of)?, device.max_clock_info(of)?].map(f64::from);
    Ok(Finding::pass(format!("{now:.0} of {most:.0} MHz")).and("now", now, "MHz").and("most", most, "MHz"))
}

fn read(gpu: &Result<Gpu, String>, reading: &Reading) -> Finding {
    let Ok(gpu) = gpu else { return Finding::skipped("NVML is not usable here") };
    let answer = gpu.device().and_then(|device| (reading.ask)(&device));
    answer.unwrap_or_else(|error| Finding::skipped(format!("NVML says: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::self_check::Outcome;

    fn findings(device: Device) -> Vec<(String, Finding)> {
        checks(device).into_iter().map(|check| (check.name, (check.find)())).collect()
    }

    #[test]
    fn a_processor_passes_and_has_no_readings_of_a_gpu() {
        let found = findings(Device::Cpu);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|(_, finding)| finding.outcome == Outcome::Pass), "{found:?}");
        assert!(found[0].1.what.starts_with("2.11.0"), "{found:?}");
    }

    /// Where there is no such device nothing panics, and each check says why.
    #[test]
    fn what_a_device_does_not_say_is_skipped_or_failed_with_a_reason() {
        let found = findings(Device::Cuda(4_000));
        let outcome = |name: &str| {
            let (_, finding) = found.iter().find(|(found, _)| found == name).unwrap();
            assert!(!finding.what.is_empty(), "{name}");
            finding.outcome
        };
        for name in ["nvml", "identifier", "sm clock", "other processes"] {
            assert_eq!(outcome(name), Outcome::Skipped, "{name}");
        }
        assert_eq!(outcome("memory"), Outcome::Fail);
    }
}
