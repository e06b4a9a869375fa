//! Pickles as Python 3.11 writes them, what is refused, and damaged bytes.

use super::*;
use proptest::prelude::*;
use std::process::Command;

/// `{"128_256_64_56_3_1_1": 4948, "128_32_32_112_3_2_32": 20.5, "128_8_300_7_1_1_1": 70000,
/// "128_8_8_7_1_1_1": 3}` in protocols 0, 2 and 4; 1, 3 and 5 have no other instructions.
const PICKLES: [&[u8]; 3] = [
    b"(dp0\nV128_256_64_56_3_1_1\np1\nI4948\nsV128_32_32_112_3_2_32\np2\nF20.5\nsV128_8_300_7_1_1_1\np3\nI70000\n\
      sV128_8_8_7_1_1_1\np4\nI3\ns.",
    b"\x80\x02}q\x00(X\x13\x00\x00\x00128_256_64_56_3_1_1q\x01MT\x13X\x14\x00\x00\x00128_32_32_112_3_2_32q\x02\
      G@4\x80\x00\x00\x00\x00\x00X\x11\x00\x00\x00128_8_300_7_1_1_1q\x03Jp\x11\x01\x00X\x0f\x00\x00\x00\
      128_8_8_7_1_1_1q\x04K\x03u.",
    b"\x80\x04\x95k\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\x13128_256_64_56_3_1_1\x94MT\x13\x8c\x14\
      128_32_32_112_3_2_32\x94G@4\x80\x00\x00\x00\x00\x00\x8c\x11128_8_300_7_1_1_1\x94Jp\x11\x01\x00\x8c\x0f\
      128_8_8_7_1_1_1\x94K\x03u.",
];

fn expected() -> Vec<(String, f64)> {
    let entries = [
        ("128_256_64_56_3_1_1", 4948.0),
        ("128_32_32_112_3_2_32", 20.5),
        ("128_8_300_7_1_1_1", 70000.0),
        ("128_8_8_7_1_1_1", 3.0),
    ];
    entries.map(|(key, value)| (key.to_string(), value)).into()
}

#[test]
fn every_protocol_is_read() {
    for pickle in PICKLES {
        assert_eq!(items(pickle).unwrap(), expected());
    }
    // Python 2's texts; large and negative whole numbers; an empty dict.
    let one = |key: &str, value| Ok(vec![(key.to_string(), value)]);
    assert_eq!(items(b"(dp0\nS'a_b'\np1\nI-7\ns."), one("a_b", -7.0));
    assert_eq!(items(b"\x80\x02}q\x00U\x01aq\x01K\x07s."), one("a", 7.0));
    assert_eq!(
        items(b"\x80\x02}q\x00X\x01\x00\x00\x00aq\x01\x8a\x06\x00\x00\x00\x00\x00\x01s."),
        one("a", 2f64.powi(40))
    );
    assert_eq!(items(b"\x80\x02}q\x00X\x01\x00\x00\x00aq\x01\x8a\x02\x00\x80s."), one("a", -32768.0));
    assert_eq!(items(b"(dp0\nVa\np1\nL1099511627776L\ns."), one("a", 2f64.powi(40)));
    assert_eq!(items(b"\x80\x02}q\x00."), Ok(vec![]));
}

/// What Python writes for anything else; of these, `os.system` and objects of NumPy.
#[test]
fn everything_else_is_refused_by_its_place() {
    for (pickle, words) in [
        (&b"(dp0\nVa\np1\nc__builtin__\nprint\np2\n(Vx\np3\ntp4\nRp5\ns."[..], "byte 11 of the pickle: the instruction 0x63 names a class or function"),
        (b"\x80\x04\x95\x25\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01a\x94\x8c\x08builtins\x94\x8c\x05print\x94\x93\x94.", "0x93 names a class"),
        (b"cos\nsystem\n(S'true'\ntR.", "byte 0 of the pickle: the instruction 0x63 names a class or function, which is never carried out"),
        (b"\x80\x02}q\x00X\x01\x00\x00\x00aq\x01cnumpy.core.multiarray\nscalar\n", "{str(key): float(value)"),
        (b"\x80\x02]q\x00K\x01a.", "makes a list"),
        (b"\x80\x04\x95\x0d\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01a\x94]\x94K\x01as.", "makes a list"),
        (b"\x80\x02}q\x00X\x01\x00\x00\x00aq\x01}q\x02s.", "a dict in the dict"),
        (b"\x80\x02}q\x00X\x01\x00\x00\x00aq\x01X\x01\x00\x00\x00bq\x02s.", "entry `a`: `b` is not a number"),
        (b"\x80\x02}q\x00K\x01K\x02s.", "the key 1 is not a text"),
        (b"(dp0\nVa\np1\nI01\ns.", "`01` is not a whole number"),
        (b"\x80\x02}q\x00X\x01\x00\x00\x00aq\x01\x88s.", "None or a truth value"),
        (b"\x80\x02}h\x00s.", "moves or repeats"),
        (b"\x80\x06}.", "protocol 6"),
        (b"\x80\x02K\x01.", "does not hold one dict"),
        (b"\x80\x02}q\x00K\x01.", "does not hold one dict"),
        (b"\x80\x02}q\x00.x", "1 bytes follow"),
        (b"\x80\x02}q\x00(X\x01\x00\x00\x00au.", "entry `a` has no value"),
        (b"\x80\x02}q\x00(X\xff\xff\xff\xffau.", "ends in the middle"),
        (b"\x80\x02}q\x00(\x8d\xff\xff\xff\xff\xff\xff\xff\xffau.", "ends in the middle"),
        (b"\x80\x02}q\x00\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x00s.", "a whole number of 9 bytes"),
        (b"", "ends in the middle"),
    ] {
        let message = items(pickle).unwrap_err();
        assert!(message.contains(words), "{message}");
    }
}

/// What a general reader makes of these: all memory there is, and a stack that overflows.
#[test]
fn neither_doubling_nor_nesting_is_carried_out() {
    let doubling = [&b"\x80\x02]"[..], &b"2a".repeat(50)[..], b"."].concat();
    assert!(items(&doubling).unwrap_err().contains("makes a list"));
    let nested = [b"\x80\x02".to_vec(), vec![b'}'; 1_000_000]].concat();
    assert!(items(&nested).unwrap_err().contains("a dict in the dict"));
    let marks = vec![b'('; 1_000_000];
    assert!(items(&marks).unwrap_err().contains("a collection in the dict"));
}

/// The same dict by every protocol of the Python that is here.
#[test]
fn what_python_writes_is_read() {
    let Some(python) = std::env::var_os("HARNESS_PYTHON") else {
        eprintln!("HARNESS_PYTHON names no Python, so this test checks nothing");
        return;
    };
    let code = "import pickle, sys; sys.stdout.buffer.write(pickle.dumps({f'{i}_x': i * (1 if i % 3 else .37) for i in \
                range(-3000, 70000, 7)}, int(sys.argv[1])))";
    for protocol in 0..=5 {
        let output = Command::new(&python).args(["-c", code, &protocol.to_string()]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let found = items(&output.stdout).unwrap();
        let numbers = (-3000..70000)
            .step_by(7)
            .map(|i| (format!("{i}_x"), f64::from(i) * if i % 3 == 0 { 0.37 } else { 1.0 }));
        assert_eq!(found, numbers.collect::<Vec<_>>(), "protocol {protocol}");
    }
}

proptest! {
    /// Whatever the bytes, reading ends, and holds no more than they do.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(found) = items(&bytes) {
            prop_assert!(found.iter().map(|(key, _)| key.len() + 1).sum::<usize>() <= bytes.len());
        }
    }

    /// The same of instructions that are known, in any order.
    #[test]
    fn any_program_is_read_or_refused(
        program in prop::collection::vec(prop::sample::select(vec![
            &b"}"[..], b"(", b"d", b"s", b"u", b".", b"K\x01", b"U\x01a", b"Va\n", b"I5\n", b"F1.5\n", b"\x94", b"p0\n",
            b"G\x00\x00\x00\x00\x00\x00\x00\x00", b"\x80\x04",
        ]), 0..30),
    ) {
        let bytes = program.concat();
        if let Ok(found) = items(&bytes) {
            let texts = program.iter().filter(|part| part[0] == b'U' || part[0] == b'V').count();
            prop_assert!(found.len() <= texts);
        }
    }

    /// One byte of a good pickle changed or cut off.
    #[test]
    fn damaged_pickles_do_not_panic(which in 0usize..3, at: prop::sample::Index, byte: u8, cut: bool) {
        let mut bytes = PICKLES[which].to_vec();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        let found = items(&bytes);
        prop_assert!(!cut || found.is_err());
    }
}
