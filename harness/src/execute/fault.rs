//! Failures of a trial that are its device's and not its own, by what CUDA and libtorch say of them.

use crate::device::Device;

/// What is wrong with a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It computes nothing any more, or nothing that could be trusted; in CUDA's words, where it has some.
    Broken(&'static str),
    /// It takes one process at a time (`nvidia-smi -c EXCLUSIVE_PROCESS`), and another has it.
    Busy,
    /// A trial found too little of its memory free.
    Memory,
}

/// CUDA's words for errors of a device, as `cudaGetErrorString` of the CUDA runtime 13.0 gives them. One that fell off
/// the bus is among "unknown error" and "no CUDA-capable device". Illegal accesses and failed launches are not here:
/// they are mostly faults of a program, which would follow its trial to the next device.
const BROKEN: [&str; 9] = [
    "uncorrectable ECC error encountered",
    "uncorrectable NVLink error detected during the execution",
    "Invalid access of peer GPU memory over nvlink or a hardware error",
    "hardware stack error",
    "no CUDA-capable device is detected",
    "invalid device ordinal",
    "system not yet initialized",
    "GPU is lost",
    "CUDA error: unknown error",
];

/// CUDA's words where another process has the device.
const BUSY: &str = "is/are busy or unavailable";

/// The harness's own words where libtorch sees fewer devices than before.
const GONE: &str = "is not available: libtorch sees";

/// What libtorch, cuBLAS and cuDNN say where a device's memory, and not the host's, ran out.
const NO_MEMORY: [&str; 4] = [
    "CUDA out of memory",
    "CUDA error: out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
];

impl Fault {
    /// The fault of `device` because of which a trial failed, by what it `said` of that; none if the fault was the trial's
    /// own, or the processor's, without which there is no program either.
    pub fn of(device: Device, said: &str) -> Option<Self> {
        if device == Device::Cpu {
            return None;
        }
        if said.contains(GONE) {
            return Some(Self::Broken("it is no longer there"));
        }
        if said.contains(BUSY) {
            return Some(Self::Busy);
        }
        let broken = BROKEN.into_iter().find(|words| said.contains(words)).map(Self::Broken);
        broken.or_else(|| NO_MEMORY.iter().any(|words| said.contains(words)).then_some(Self::Memory))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_the_device_is_told_from_one_of_the_trial() {
        let of = |said| Fault::of(Device::Cuda(0), said);
        let ecc =
            "CUDA error: uncorrectable ECC error encountered\nCUDA kernel errors might be reported later";
        assert_eq!(of(ecc), Some(Fault::Broken("uncorrectable ECC error encountered")));
        let gone = Device::Cuda(1).among(1).unwrap_err();
        assert!(matches!(of(&gone), Some(Fault::Broken(_))), "{gone}");
        assert_eq!(of("CUDA error: CUDA-capable device(s) is/are busy or unavailable"), Some(Fault::Busy));
        assert!(matches!(of("CUDA error: unknown error; run the same command"), Some(Fault::Broken(_))));
        for said in [
            "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.11 GiB",
            "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        ] {
            assert_eq!(of(said), Some(Fault::Memory), "{said}");
            assert_eq!(Fault::of(Device::Cpu, said), None);
        }
        for said in [
            "CUDA error: an illegal memory access was encountered",
            "CUDA error: device-side assert triggered",
            "[enforce fail at alloc_cpu.cpp:126] . DefaultCPUAllocator: can't allocate memory",
            "SIGKILL ended the worker: most likely memory ran out",
            "",
        ] {
            assert_eq!(of(said), None, "{said}");
        }
    }
}
