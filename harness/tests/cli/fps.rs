//! What `harness fps` refuses before a worker is started.

use crate::{err, folder, harness, is_empty, out};

#[test]
fn what_is_wrong_is_said_with_code_2_and_nothing_is_written() {
    let folder = folder();
    let cases: &[(&[&str], &str)] = &[
        (&[], "CHECKPOINT|MODEL"),
        (&["resnet51"], "families"),
        (&["nowhere/compact.safetensors"], "is not a file"),
        (&["wrn-10-1", "--precision", "fp33"], "bf16"),
        (&["wrn-10-1", "--protocol", "steady"], "halp"),
        (&["wrn-10-1", "--batch", "0"], "--batch"),
        (&["wrn-10-1", "--batch", "1,"], "--batch"),
        (&["wrn-10-1", "--seconds", "0"], "0.01 to 3600"),
        (&["wrn-10-1", "--seconds", "NaN"], "0.01 to 3600"),
        (&["wrn-10-1", "--threads", "0"], "--threads"),
        (&["wrn-10-1", "--round-to", "0"], "--round-to"),
        (&["wrn-10-1", "--device", "gpu"], "cuda:0"),
    ];
    for (arguments, words) in cases {
        let output = harness(folder.path(), &[&["fps"], *arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", err(&output));
        assert!(err(&output).contains(words), "{arguments:?}: {}", err(&output));
        assert!(out(&output).is_empty(), "{arguments:?}");
        assert!(is_empty(&folder), "{arguments:?}");
    }
}
