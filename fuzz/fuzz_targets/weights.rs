//! Weights files of other programs: safetensors, and archives of torch.save with a pickle. Whatever is in one, nothing of
//! it runs, and no tensor has more numbers than the file.
#![no_main]

use exchange::{Head, WeightsFile, fit};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(file) = WeightsFile::parse("file".into(), bytes.to_vec()) else { return };
    let names: Vec<String> = file.names().map(Into::into).collect();
    for name in names {
        if let Ok(values) = file.values(&name) {
            assert!(values.len() <= bytes.len());
        }
    }
    let network = network::wide_resnet(10, 1, 10, 32);
    let _ = fit(&network, &file, Head::File);
    let _ = fit(&network, &file, Head::Seed);
});
