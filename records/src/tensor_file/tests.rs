//! What is written is read, what was changed is noticed, and no bytes make a panic.

use super::*;
use proptest::prelude::*;
use safetensors::Dtype;

/// A file of two tensors with its checksum.
fn whole() -> Vec<u8> {
    let weights: Vec<u8> = (0..24).collect();
    let tensors = [("fc.weight", vec![2, 3], &weights[..]), ("fc.bias", vec![0], &weights[..0])];
    let views = || {
        tensors
            .iter()
            .map(|(name, shape, data)| (*name, TensorView::new(Dtype::F32, shape.clone(), data).unwrap()))
    };
    let checksum = content_checksum::of([("trial", "key")].into_iter(), views());
    let texts = [("trial", "key"), (content_checksum::NAME, &checksum)];
    let texts = texts.map(|(name, text)| (name.to_string(), text.to_string()));
    safetensors::serialize(views(), Some(HashMap::from(texts))).unwrap()
}

/// A file with this header and `data` zeros.
fn with(header: &str, data: usize) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &vec![0; data]].concat()
}

#[test]
fn what_is_written_is_read() {
    let bytes = whole();
    let file = TensorFile::parse(&bytes).unwrap();
    assert!(file.is_intact());
    assert_eq!(file.text("trial"), Some("key"));
    assert_eq!(file.tensor("fc.weight").unwrap().data(), (0..24).collect::<Vec<u8>>());
    assert!(file.tensor("fc.bias").unwrap().shape() == [0] && file.tensor("conv1.weight").is_none());
}

/// Such a shape would end libtorch, and with it the worker, by an exception.
#[test]
fn a_shape_that_no_tensor_can_have_is_refused() {
    for shape in ["[0,18446744073709551615]", "[0,4294967296,4294967296]", "[9223372036854775808,0]"] {
        let header = format!(r#"{{"a":{{"dtype":"F32","shape":{shape},"data_offsets":[0,0]}}}}"#);
        let bytes = with(&header, 0);
        let said = TensorFile::parse(&bytes).unwrap_err().to_string();
        assert!(said.starts_with("`a` has the shape [") && said.ends_with("which is too large"), "{said}");
    }
}

#[test]
fn a_file_without_a_checksum_is_taken_as_it_is() {
    let bytes = with(r#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, 2);
    assert!(TensorFile::parse(&bytes).unwrap().is_intact());
    assert!(TensorFile::parse(&bytes[..bytes.len() - 1]).is_err());
}

proptest! {
    /// A byte of the values, of a name or of a text that is another one.
    #[test]
    fn a_changed_byte_is_noticed(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let intact = whole();
        let mut bytes = intact.clone();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        match TensorFile::parse(&bytes) {
            // White space behind the header, and nothing else, may be another.
            Ok(file) if file.is_intact() && file.text(content_checksum::NAME).is_some() => {
                let before = TensorFile::parse(&intact).unwrap();
                prop_assert_eq!(file.checksum(), before.checksum());
            }
            Ok(file) => prop_assert!(!file.is_intact() || file.text(content_checksum::NAME).is_none()),
            Err(_) => {}
        }
    }
}
