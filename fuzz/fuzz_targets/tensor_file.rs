//! Weights, compact networks and checkpoints: safetensors files with a checksum. What is read is read again from a file
//! with the right checksum, so that not everything ends at a wrong one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use records::TensorFile;
use records::content_checksum::NAME;
use safetensors::SafeTensors;

fuzz_target!(|bytes: &[u8]| {
    let Ok(file) = TensorFile::parse(bytes) else { return };
    for (name, view) in file.tensors() {
        let values = view.shape().iter().product::<usize>();
        assert_eq!(view.data().len() * 8, values * view.dtype().bitsize(), "{name}");
    }
    let checksum = file.checksum();
    assert_eq!(file.is_intact(), file.text(NAME).is_none_or(|said| said == checksum));
    let (_, header) = SafeTensors::read_metadata(bytes).expect("it was read before");
    let mut texts = header.metadata().clone().unwrap_or_default();
    texts.insert(NAME.into(), checksum.clone());
    let written = safetensors::serialize(file.tensors(), Some(texts)).expect("names are unique");
    let again = TensorFile::parse(&written).expect("what is written can be read");
    assert!(again.is_intact());
    assert_eq!(again.text(NAME), Some(checksum.as_str()));
});
