//! Whatever happens to the bytes of a checkpoint: it is used as it was written, or not at all, and never without a word.

use super::*;
use proptest::prelude::*;

type Contents = (u64, Vec<(String, Vec<i64>, Vec<f64>)>);

/// A checkpoint after so many steps, with tensors of two types and several shapes.
fn save(run: &RunDirectory, step: u64) {
    let tensors = BTreeMap::from([
        ("mask".to_string(), Tensor::from_slice(&[true, false, true])),
        ("momentum".to_string(), Tensor::from_slice(&[step as f32, 2.5, -1.0, 0.0]).reshape([2, 2])),
        ("weights".to_string(), Tensor::from_slice(&[step as f32, 2.5])),
    ]);
    Checkpoint { state: step, tensors }.save(run, "key").unwrap();
}

fn load_as(run: &RunDirectory, key: &str) -> (Option<Contents>, Vec<String>) {
    let (checkpoint, complaints) = Checkpoint::<u64>::load(run, key, |_| Ok(None)).unwrap();
    let of = |(name, tensor): (&String, &Tensor)| {
        let values: Vec<f64> = tensor.flatten(0, -1).to_kind(tch::Kind::Double).try_into().unwrap();
        (name.clone(), tensor.size(), values)
    };
    (checkpoint.map(|found| (found.state, found.tensors.iter().map(of).collect())), complaints)
}

fn load(run: &RunDirectory) -> (Option<Contents>, Vec<String>) {
    load_as(run, "key")
}

/// What a file can become.
#[derive(Clone, Debug)]
enum Mutation {
    Flip(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, usize),
    Swap(prop::sample::Index, prop::sample::Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        (place(), 0..8u8).prop_map(|(place, bit)| Mutation::Flip(place, bit)),
        place().prop_map(Mutation::Cut),
        (place(), prop::collection::vec(any::<u8>(), 1..20))
            .prop_map(|(place, bytes)| Mutation::Insert(place, bytes)),
        (place(), 1..20usize).prop_map(|(place, count)| Mutation::Remove(place, count)),
        (place(), place()).prop_map(|(one, other)| Mutation::Swap(one, other)),
    ]
}

fn mutated(whole: &[u8], mutation: &Mutation) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    match mutation {
        Mutation::Flip(place, bit) => bytes[place.index(whole.len())] ^= 1 << bit,
        Mutation::Cut(place) => bytes.truncate(place.index(whole.len())),
        Mutation::Insert(place, more) => {
            let place = place.index(whole.len());
            bytes.splice(place..place, more.iter().copied());
        }
        Mutation::Remove(place, count) => {
            let place = place.index(whole.len());
            bytes.drain(place..(place + count).min(whole.len()));
        }
        Mutation::Swap(one, other) => bytes.swap(one.index(whole.len()), other.index(whole.len())),
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn a_mutated_checkpoint_gives_way_to_the_one_before(mutation in mutation()) {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::at(folder.path());
        save(&run, 1);
        let first = load(&run).0.unwrap();
        save(&run, 2);
        let second = load(&run).0.unwrap();
        let whole = std::fs::read(run.file(CURRENT)).unwrap();
        let bytes = mutated(&whole, &mutation);
        std::fs::write(run.file(CURRENT), &bytes).unwrap();
        match load(&run) {
            // White space between the parts of the header, or an order of its names, says the same.
            (Some(found), complaints) if complaints.is_empty() => prop_assert_eq!(found, second),
            (found, complaints) => {
                prop_assert_eq!((found, complaints.len()), (Some(first), 1));
                // It is told once, and kept beside.
                prop_assert!(load(&run).1.is_empty() && !run.file(CURRENT).exists());
                let asides = ["damaged", "other-trial"].map(|name| run.file(CURRENT).with_extension(name));
                prop_assert!(asides.iter().any(|aside| std::fs::read(aside).is_ok_and(|kept| kept == bytes)));
            }
        }
    }
}

/// The bytes of a checkpoint.
fn whole() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let run = RunDirectory::at(folder.path());
    save(&run, 1);
    std::fs::read(run.file(CURRENT)).unwrap()
}

/// The same with the checksum of what the bytes say now, where they still say something.
fn with_its_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let place = TensorFile::parse(&bytes).ok().and_then(|file| {
        let (said, due) = (file.text(content_checksum::NAME)?, file.checksum());
        let at = bytes.windows(due.len()).position(|text| text == said.as_bytes())?;
        Some((at, due))
    });
    if let Some((at, due)) = place {
        bytes[at..at + due.len()].copy_from_slice(due.as_bytes());
    }
    bytes
}

proptest! {
    /// Whoever changes a file can make its checksum anew. `PROPTEST_CASES=1000000` tries as many.
    #[test]
    fn a_mutated_checkpoint_with_the_right_checksum_is_read_or_refused(
        mutations in prop::collection::vec(mutation(), 1..4),
    ) {
        static WHOLE: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(whole);
        let change = |bytes: Vec<u8>, mutation| if bytes.is_empty() { bytes } else { mutated(&bytes, mutation) };
        let bytes = with_its_checksum(mutations.iter().fold(WHOLE.clone(), change));
        if let Ok((_, found)) = Checkpoint::<serde_json::Value>::read(&bytes) {
            let values: usize = found.tensors.values().map(Tensor::numel).sum();
            prop_assert!(values <= bytes.len());
        }
    }
}

/// Also where the sum over it was made anew for bytes that were moved from one tensor to the next.
#[test]
fn shapes_types_and_the_trial_are_in_the_sum() {
    let view = |dtype, shape: &[usize], bytes| TensorView::new(dtype, shape.to_vec(), bytes).unwrap();
    use safetensors::Dtype::{F32, I32};
    let bytes = [0u8; 16];
    let sum = |key, state, name, dtype, shape: &[usize]| {
        let count = 4 * shape.iter().product::<usize>();
        let tensor = (name, view(dtype, shape, &bytes[..count]));
        content_checksum::of([("trial", key), ("state", state)].into_iter(), [tensor].into_iter())
    };
    let mut sums = vec![
        sum("k", "1", "a", F32, &[4]),
        sum("l", "1", "a", F32, &[4]),
        sum("k1", "", "a", F32, &[4]),
        sum("k", "2", "a", F32, &[4]),
        sum("k", "1", "b", F32, &[4]),
        sum("k", "1", "a", I32, &[4]),
        sum("k", "1", "a", F32, &[2, 2]),
        sum("k", "1", "a", F32, &[3]),
    ];
    let count = sums.len();
    sums.sort();
    sums.dedup();
    assert_eq!(sums.len(), count);
}

#[test]
fn the_checkpoint_of_another_trial_or_without_its_files_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let run = RunDirectory::at(folder.path());
    assert_eq!(load(&run), (None, vec![]));
    save(&run, 1);
    let (found, complaints) = load_as(&run, "other");
    assert!(found.is_none() && complaints[0].contains("\"key\", not of other"), "{complaints:?}");
    assert!(run.file("checkpoint.other-trial").exists());
    save(&run, 1);
    save(&run, 2);
    let lacks = |step: &u64| Ok((*step == 2).then(|| "a mask is missing".to_string()));
    let (found, complaints) = Checkpoint::<u64>::load(&run, "key", lacks).unwrap();
    assert_eq!((found.unwrap().state, complaints.len()), (1, 1));
    assert!(complaints[0].contains("a mask is missing") && run.file("checkpoint.incomplete").exists());
}

/// A file that cannot be read at the moment may be intact.
#[test]
fn nothing_is_set_aside_because_it_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let run = RunDirectory::at(folder.path());
    save(&run, 1);
    save(&run, 2);
    let names = || {
        let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        names.collect::<std::collections::BTreeSet<_>>()
    };
    let before = names();
    let unreadable = |_: &u64| {
        let cause = std::io::Error::from_raw_os_error(libc::EIO);
        Err(CheckpointError::Read { path: "masks/3.bits".into(), cause })
    };
    let error = Checkpoint::<u64>::load(&run, "key", unreadable).unwrap_err().to_string();
    assert!(error.contains("masks/3.bits") && names() == before, "{error}");
    assert_eq!(load(&run).0.unwrap().0, 2);
    // A pipe would be waited for.
    std::fs::remove_file(run.file(CURRENT)).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(run.file(CURRENT)).status().unwrap().success());
    let error = Checkpoint::<u64>::load(&run, "key", |_| Ok(None)).unwrap_err().to_string();
    assert!(error.contains("pipe") && names() == before, "{error}");
}
