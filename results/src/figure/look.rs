//! How a drawing is to look, where it stands in a paper or on a page with words of its own.

/// How a drawing is to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether it has its title in it.
    pub title: bool,
    /// Whether it says how far its records are evidence, and how to read it.
    pub notes: bool,
    /// Its width, pixels; letters keep their size, so that a narrow drawing has relatively large ones.
    pub width: u32,
    /// The methods that are drawn, by their names on the command line; all if none are named.
    pub methods: Vec<String>,
}

impl Look {
    /// Least and greatest width, pixels: axes with their labels have room from here on.
    pub const WIDTHS: [u32; 2] = [320, 2400];

    /// Whether a method is drawn.
    pub(super) fn draws(&self, method: &str) -> bool {
        self.methods.is_empty() || self.methods.iter().any(|named| named == method)
    }
}

impl Default for Look {
    fn default() -> Look {
        Look { title: true, notes: true, width: 720, methods: Vec::new() }
    }
}
