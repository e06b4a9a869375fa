//! What the pickle of a state dict is made of.

use crate::Element;
use std::sync::Arc;

/// An object by its place among all that the machine has made. None holds another, so that nothing nests.
pub(super) type Id = usize;

/// An object of Python, as far as state dicts have them.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    /// None, a truth value or a number that is no size, which nothing here depends on.
    Other,
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
    /// A tuple.
    Tuple(Vec<Id>),
    /// A list, of which nothing here depends on the items.
    List,
    /// A dict, ordered or not: keys and values in its order.
    Dict(Vec<(Id, Id)>),
    /// A class or function of those that are known.
    Global(Global),
    /// An object that is beside the weights in checkpoints, of which nothing is made.
    Skipped,
    /// A storage.
    Storage(Storage),
    /// A tensor.
    Tensor(Arc<Tensor>),
}

/// The classes and functions that the pickle of a state dict may name. None is ever run: what they would make is made here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Global {
    /// `collections.OrderedDict`.
    OrderedDict,
    /// `torch._utils._rebuild_tensor_v2`: a view of a storage.
    Tensor,
    /// `torch._utils._rebuild_parameter`: a tensor that is trained.
    Parameter,
    /// `torch.Size`.
    Size,
    /// `torch.FloatStorage` and so on: the type of a storage.
    Storage(Element),
    /// What a training script saves beside its weights: its arguments, with paths and devices among them, and the milestones
    /// of a schedule.
    Beside,
}

impl Global {
    /// The one called `name` in `module`, if it is known.
    pub fn named(module: &str, name: &str) -> Option<Self> {
        Some(match (module, name) {
            ("collections", "OrderedDict") => Self::OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2") => Self::Tensor,
            ("torch._utils", "_rebuild_parameter") => Self::Parameter,
            ("torch", "Size") => Self::Size,
            ("argparse", "Namespace") | ("torch", "device") => Self::Beside,
            ("collections", "Counter" | "defaultdict") => Self::Beside,
            // The latter since Python 3.13.
            ("pathlib" | "pathlib._local", path) if path.ends_with("Path") => Self::Beside,
            ("torch" | "torch.cuda", storage) => Self::Storage(match storage {
                "FloatStorage" => Element::Float32,
                "DoubleStorage" => Element::Float64,
                "HalfStorage" => Element::Float16,
                "BFloat16Storage" => Element::BFloat16,
                "BoolStorage" => Element::Bool,
                "ByteStorage" => Element::UInt8,
                "CharStorage" => Element::Int8,
                "ShortStorage" => Element::Int16,
                "IntStorage" => Element::Int32,
                "LongStorage" => Element::Int64,
                _ => return None,
            }),
            _ => return None,
        })
    }
}

/// The numbers that tensors are views of: an entry of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Storage {
    /// Name of the entry.
    pub key: String,
    /// Type of the numbers.
    pub element: Element,
    /// How many there are.
    pub elements: usize,
}

/// A view of a storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tensor {
    /// What it is a view of.
    pub storage: Storage,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its first element.
    pub offset: usize,
    /// Elements from one index to the next, of every dimension.
    pub strides: Vec<usize>,
}

impl Tensor {
    /// The places in the storage of all elements in C order; none if one is outside of it, or if there are more of them
    /// than in the storage, which some would then have to be several times.
    pub fn elements(&self) -> Option<impl Iterator<Item = usize>> {
        let count = self.shape.iter().try_fold(1usize, |count, size| count.checked_mul(*size))?;
        if count > self.storage.elements || self.shape.len() != self.strides.len() {
            return None;
        }
        let reach = self.shape.iter().zip(&self.strides).try_fold(self.offset, |reach, (size, stride)| {
            reach.checked_add(size.saturating_sub(1).checked_mul(*stride)?)
        })?;
        if count > 0 && reach >= self.storage.elements {
            return None;
        }
        let dimensions: Vec<(usize, usize)> =
            self.shape.iter().copied().zip(self.strides.iter().copied()).rev().collect();
        let offset = self.offset;
        Some((0..count).map(move |index| {
            let mut rest = index;
            dimensions.iter().fold(offset, |place, (size, stride)| {
                let at = rest % size;
                rest /= size;
                place + at * stride
            })
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(shape: &[usize], strides: &[usize], offset: usize, elements: usize) -> Tensor {
        let storage = Storage { key: "0".into(), element: Element::Float32, elements };
        Tensor { storage, shape: shape.into(), offset, strides: strides.into() }
    }

    #[test]
    fn views_are_read_in_c_order_and_never_beyond_their_storage() {
        let places = |tensor: Tensor| tensor.elements().map(Iterator::collect::<Vec<_>>);
        assert_eq!(places(tensor(&[2, 3], &[3, 1], 0, 6)), Some(vec![0, 1, 2, 3, 4, 5]));
        // Transposed, and a column of a larger matrix.
        assert_eq!(places(tensor(&[3, 2], &[1, 3], 0, 6)), Some(vec![0, 3, 1, 4, 2, 5]));
        assert_eq!(places(tensor(&[2], &[3], 1, 6)), Some(vec![1, 4]));
        // A number, and nothing.
        assert_eq!(places(tensor(&[], &[], 5, 6)), Some(vec![5]));
        assert_eq!(places(tensor(&[0, 4], &[4, 1], 9, 6)), Some(vec![]));
        for beyond in [
            tensor(&[2, 3], &[3, 1], 1, 6),
            tensor(&[2, 2], &[5, 1], 0, 6),
            tensor(&[usize::MAX, 2], &[1, 1], 0, 6),
            tensor(&[2], &[usize::MAX], 2, 6),
            tensor(&[9], &[0], 0, 6),
            tensor(&[2], &[], 0, 6),
        ] {
            assert_eq!(places(beyond), None);
        }
    }
}
