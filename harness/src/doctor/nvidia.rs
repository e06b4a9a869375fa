//! What NVML, the management library of NVIDIA's driver, says.

use super::Finding;
use nvml_wrapper::Nvml;
use nvml_wrapper::error::NvmlError;

/// Drivers without the development files have the library under this name only.
const LIBRARY: &str = "libnvidia-ml.so.1";

/// The driver and every GPU; one note where there is no NVML.
pub fn findings() -> Vec<Finding> {
    let nvml = Nvml::init().or_else(|_| Nvml::builder().lib_path(LIBRARY.as_ref()).init());
    let answer = nvml.and_then(|nvml| describe(&nvml));
    answer.unwrap_or_else(|error| {
        vec![Finding::note(
            "nvml",
            format!("not usable here ({error}); energy and clocks are not measured. With an NVIDIA GPU, install its driver"),
        )]
    })
}

fn describe(nvml: &Nvml) -> Result<Vec<Finding>, NvmlError> {
    let mut findings = vec![Finding::ok("nvml", format!("driver {}", nvml.sys_driver_version()?))];
    for number in 0..nvml.device_count()? {
        let device = nvml.device_by_index(number)?;
        let gibibytes = device.memory_info()?.total as f64 / f64::from(1 << 30);
        findings.push(Finding::ok("gpu", format!("{number}: {}, {gibibytes:.0} GiB", device.name()?)));
    }
    Ok(findings)
}
