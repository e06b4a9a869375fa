//! Which device a CUDA device number stands for, and what libtorch was built with for it.

use crate::{Result, ffi};

/// The identifier of CUDA device `device` as NVML writes it, without its prefix: `8932f937-d72c-...`.
pub fn device_uuid(device: usize) -> Result<String> {
    let mut bytes = [0u8; 16];
    // SAFETY: the pointer is to 16 live bytes, which the call fills or leaves alone.
    ffi::check(unsafe { ffi::te_device_uuid(ffi::device_index(device), bytes.as_mut_ptr()) })?;
    Ok(written(bytes))
}

fn written(bytes: [u8; 16]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [0..4, 4..6, 6..8, 8..10, 10..16].map(|part| digits[part].concat()).join("-")
}

/// Versions of libraries that libtorch was built with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CudaVersions {
    /// Of the CUDA runtime, such as 13000 for 13.0; none if libtorch finds no CUDA device.
    pub runtime: Option<i64>,
    /// Of cuDNN, such as 91501 for 9.15.1; none without it.
    pub cudnn: Option<i64>,
}

/// What libtorch was built with for CUDA devices, as far as it finds one.
pub fn cuda_versions() -> Result<CudaVersions> {
    let (mut runtime, mut cudnn) = (0, 0);
    // SAFETY: the pointers are to live variables, which the call fills or leaves alone.
    ffi::check(unsafe { ffi::te_cuda_versions(&mut runtime, &mut cudnn) })?;
    let there = |version: i64| (version > 0).then_some(version);
    Ok(CudaVersions { runtime: there(runtime), cudnn: there(cudnn) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_written_as_nvml_writes_them() {
        let bytes = std::array::from_fn(|i| (17 * i) as u8);
        assert_eq!(written(bytes), "00112233-4455-6677-8899-aabbccddeeff");
    }

    #[test]
    fn a_device_that_is_not_there_is_an_error_and_versions_are_not() {
        assert!(device_uuid(4_000).is_err());
        let versions = cuda_versions().unwrap();
        assert!(versions.runtime.is_none_or(|version| version >= 11_000), "{versions:?}");
    }
}
