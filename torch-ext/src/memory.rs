//! How much memory was taken, on the device and on the host.

use crate::{Error, Result, ffi};

/// The most bytes that tensors have held at once on a CUDA device, since the process started.
pub fn peak_allocated(device: usize) -> Result<u64> {
    let mut bytes = 0;
    // SAFETY: the pointer is to a live variable, which the call fills or leaves alone.
    ffi::check(unsafe { ffi::te_peak_allocated(ffi::device_index(device), &mut bytes) })?;
    Ok(bytes)
}

/// The bytes of this process that are in main memory now. Linux only.
pub fn resident_set() -> Result<u64> {
    const SOURCE: &str = "/proc/self/statm";
    let text = std::fs::read_to_string(SOURCE)
        .map_err(|error| Error::new(format!("cannot read the resident set from {SOURCE}: {error}")))?;
    let pages = resident_pages(&text)
        .ok_or_else(|| Error::new(format!("{SOURCE} is not as expected: '{}'", text.trim_end())))?;
    Ok(pages * page_size())
}

/// The second number of `statm`, in pages.
fn resident_pages(statm: &str) -> Option<u64> {
    statm.split_whitespace().nth(1)?.parse().ok()
}

fn page_size() -> u64 {
    // SAFETY: sysconf takes and returns integers only.
    let bytes = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    u64::try_from(bytes).expect("every system has a page size")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statm_is_read_by_position() {
        assert_eq!(resident_pages("1000 250 80 1 0 300 0\n"), Some(250));
        assert_eq!(resident_pages("1000"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn resident_set_is_of_a_process_with_libtorch() {
        assert!(resident_set().unwrap() > 1 << 20);
    }

    #[test]
    fn peak_of_an_absent_device_is_an_error() {
        let message = peak_allocated(1000).unwrap_err().to_string();
        assert!(message.contains("no CUDA device"), "{message}");
    }
}
