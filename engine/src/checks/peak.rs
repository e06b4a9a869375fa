//! What devices compute at most, by their makers' data sheets.

use suites::recipe::Precision;

/// Peak of a device's tensor cores, dense matrices, in 1e12 operations a second.
struct Peak {
    /// A part of the name that the driver gives it; the first row that fits holds.
    name: &'static str,
    bf16: f64,
    tf32: f64,
}

/// From NVIDIA's data sheets of each; where a sheet gives the number with sparsity, half of it.
const PEAKS: [Peak; 12] = [
    Peak { name: "H200 NVL", bf16: 835.5, tf32: 417.5 },
    Peak { name: "H200", bf16: 989.5, tf32: 494.5 },
    Peak { name: "H100 NVL", bf16: 835.5, tf32: 417.5 },
    Peak { name: "H100 PCIe", bf16: 756.0, tf32: 378.0 },
    Peak { name: "H100", bf16: 989.5, tf32: 494.5 },
    Peak { name: "A100", bf16: 312.0, tf32: 156.0 },
    Peak { name: "L40S", bf16: 362.0, tf32: 183.0 },
    Peak { name: "L4", bf16: 121.0, tf32: 60.0 },
    Peak { name: "A30", bf16: 165.0, tf32: 82.0 },
    Peak { name: "A10", bf16: 125.0, tf32: 62.5 },
    // White papers of the architectures: with 32-bit accumulation.
    Peak { name: "RTX 4090", bf16: 165.2, tf32: 82.6 },
    Peak { name: "RTX 3090", bf16: 71.0, tf32: 35.6 },
];

/// Operations a second of the device called `name` in `precision`; none if it is not known, or if it is a slice
/// of one, which has a part of them.
pub(super) fn peak(name: &str, precision: Precision) -> Option<f64> {
    let has = |part: &str| {
        let words: Vec<&str> = name.split([' ', '-']).collect();
        let part: Vec<&str> = part.split(' ').collect();
        words.windows(part.len()).any(|words| words == part)
    };
    let found = PEAKS.iter().find(|peak| has(peak.name)).filter(|_| !name.contains("MIG"))?;
    match precision {
        Precision::Bf16 => Some(found.bf16 * 1e12),
        Precision::Tf32 => Some(found.tf32 * 1e12),
        Precision::Fp32 => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_known_by_the_names_that_drivers_give_them() {
        for (name, bf16) in [
            ("NVIDIA H100 80GB HBM3", Some(989.5e12)),
            ("NVIDIA H100 PCIe", Some(756e12)),
            ("NVIDIA H200", Some(989.5e12)),
            ("NVIDIA A100-SXM4-80GB", Some(312e12)),
            ("NVIDIA L40S", Some(362e12)),
            ("NVIDIA L4", Some(121e12)),
            ("NVIDIA GeForce RTX 4090", Some(165.2e12)),
            ("NVIDIA L40", None),
            ("NVIDIA A100-SXM4-40GB MIG 1g.5gb", None),
            ("Intel(R) Xeon(R) Processor", None),
        ] {
            assert_eq!(peak(name, Precision::Bf16), bf16, "{name}");
        }
        assert_eq!(peak("NVIDIA H100 80GB HBM3", Precision::Tf32), Some(494.5e12));
        assert_eq!(peak("NVIDIA H100 80GB HBM3", Precision::Fp32), None);
    }
}
