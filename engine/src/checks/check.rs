//! One check of a device.

use records::self_check::Finding;

/// Something that is right or is not.
pub(super) struct Check<'a> {
    /// Its name, unique within its stage.
    pub name: String,
    /// Finds out.
    pub find: Box<dyn FnOnce() -> Finding + 'a>,
}

impl<'a> Check<'a> {
    /// The check called `name`.
    pub fn new(name: impl Into<String>, find: impl FnOnce() -> Finding + 'a) -> Self {
        Self { name: name.into(), find: Box::new(find) }
    }
}
