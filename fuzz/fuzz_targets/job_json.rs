//! What a worker is asked: a job as JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trial::Job;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(job) = serde_json::from_slice::<Job>(bytes) {
        let text = job.to_json().unwrap();
        let again: Job = serde_json::from_str(&text).expect("what is written can be read");
        assert_eq!(again.to_json().unwrap(), text);
    }
});
