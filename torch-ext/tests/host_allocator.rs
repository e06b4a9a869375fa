//! `keep_large_blocks` does what it is for: freed memory is not faulted in again.
//! In a file of its own, because the setting holds for the whole process.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::hint::black_box;
use torch_ext::host_allocator::keep_large_blocks;

const BYTES: usize = 16 << 20;
const PAGES: i64 = (BYTES / 4096) as i64;

/// Page faults of this thread while it fills a fresh block and frees it.
fn faults_of_one_block() -> i64 {
    let before = page_faults();
    black_box(vec![1_u8; BYTES]);
    page_faults() - before
}

fn page_faults() -> i64 {
    // SAFETY: all-zero bytes are a valid rusage, and the call fills it.
    let (status, usage) = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        (libc::getrusage(libc::RUSAGE_THREAD, &mut usage), usage)
    };
    assert_eq!(status, 0);
    usage.ru_minflt
}

#[test]
fn a_block_is_faulted_in_only_once() {
    assert!(keep_large_blocks());
    faults_of_one_block();
    let again = faults_of_one_block();
    assert!(again < PAGES / 16, "{again} page faults for a block of {PAGES} pages that was just freed");
}
