//! Which of the processor's vector instructions libtorch uses. Results depend on them in the last bits.

use crate::ffi;

/// Variables that keep the libraries within libtorch from using all that the processor has.
const LIMITS: [&str; 3] = ["ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS"];

/// The instruction set of libtorch's own kernels, such as `AVX512`, and the limits that the environment
/// sets to oneDNN and MKL, such as `AVX512 (ONEDNN_MAX_CPU_ISA=AVX2)`. Without a limit those two use
/// what the processor has, which follows from its model.
pub fn instruction_set() -> String {
    let own = ffi::text(ffi::te_cpu_capability());
    let limits = LIMITS.iter().filter_map(|name| limit(name, &std::env::var(name).ok()?));
    let limits: Vec<String> = limits.collect();
    if limits.is_empty() { own } else { format!("{own} ({})", limits.join(", ")) }
}

/// A limit as it is recorded; none where the libraries ignore the value, or it stands for no limit.
fn limit(name: &str, value: &str) -> Option<String> {
    let value = value.trim().to_uppercase();
    let plain = value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (plain && (value.starts_with("SSE") || value.starts_with("AVX"))).then(|| format!("{name}={value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_set_is_one_of_libtorchs() {
        let known = ["DEFAULT", "NO AVX", "AVX2", "AVX512", "NEON", "SVE", "VSX", "Z VECTOR"];
        let set = instruction_set();
        assert!(known.iter().any(|name| set.starts_with(name)), "{set}");
    }

    #[test]
    fn only_values_that_limit_something_are_recorded() {
        assert_eq!(limit("ISA", "avx2").as_deref(), Some("ISA=AVX2"));
        assert_eq!(limit("ISA", "AVX512_CORE").as_deref(), Some("ISA=AVX512_CORE"));
        for value in ["", "default", "ALL", "foo", "AVX2\nAVX"] {
            assert_eq!(limit("ISA", value), None, "{value}");
        }
    }
}
