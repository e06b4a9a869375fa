//! One check of a device.

use records::self_check::Finding;

/// Something that is right or is not.
pub(super) struct Check<'a> {
    /// Its name, unique within its stage.
    pub name: String,
    /// Seconds that it takes about, if that is known; where fewer are left it is not begun.
    pub needs: Option<f64>,
    /// Finds out.
    pub find: Box<dyn FnOnce() -> Finding + 'a>,
}

impl<'a> Check<'a> {
    /// The check called `name`.
    pub fn new(name: impl Into<String>, find: impl FnOnce() -> Finding + 'a) -> Self {
        Self { name: name.into(), needs: None, find: Box::new(find) }
    }

    /// The same, which takes about so many seconds.
    pub fn taking(self, needs: f64) -> Self {
        Self { needs: Some(needs), ..self }
    }
}
