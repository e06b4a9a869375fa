//! A pack of photographs: its header, then its index and its pixels, each of the length that two bytes before it say.
#![no_main]

use fuzz::SCRATCH;
use libfuzzer_sys::fuzz_target;
use suites::imagenet::{ImageNet, verify};

fuzz_target!(|bytes: &[u8]| {
    let mut rest = bytes;
    let mut part = || {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (part, after) = after.split_at(after.len().min(u16::from_le_bytes(*length).into()));
        rest = after;
        Some(part)
    };
    let (Some(header), Some(index), Some(pixels)) = (part(), part(), part()) else { return };
    SCRATCH.with(|scratch| {
        scratch.write("pack.toml", header);
        for split in ["train", "val"] {
            scratch.write(&format!("{split}.index"), index);
            scratch.write(&format!("{split}.pack"), pixels);
        }
        if ImageNet::open(scratch.path()).is_ok() {
            let _ = verify(scratch.path(), 1, &mut |_| {});
        }
    });
});
