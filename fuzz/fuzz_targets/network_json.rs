//! The description in a compact network's file: what passes the check can be counted without a panic, and reads the same
//! once it is written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use network::Network;

fuzz_target!(|bytes: &[u8]| {
    let Ok(network) = serde_json::from_slice::<Network>(bytes) else { return };
    if network.check().is_err() {
        return;
    }
    let text = serde_json::to_string(&network).expect("a description has a JSON form");
    assert_eq!(serde_json::from_str::<Network>(&text).expect("what is written can be read"), network);
    let _ = (network.parameters(), network.macs(), network.classes(), network.channel_groups());
});
