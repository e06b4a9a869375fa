//! What an annotation file says: the objects in one photograph, by class name and box.
//!
//! Elements are found by name among the direct children, in any order: a person's box is the `bndbox` of the
//! `object` and not that of one of its `part`s. `pose`, `truncated`, `difficult` and `size` may be missing, and what
//! `filename`, `folder` and `path` say is often wrong and never used. Text is UTF-8 whatever the declaration says,
//! with or without a byte-order mark.

use std::fmt;

use roxmltree::{Document, Error, Node};

use crate::detection::Bounds;

/// What one file says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Annotation {
    /// Width and height of the photograph; only a cross-check.
    pub size: Option<(f64, f64)>,
    /// The objects that can be used, in the order of the file.
    pub objects: Vec<MarkedObject>,
    /// Those that cannot.
    pub rejected: Vec<RejectedObject>,
}

/// An object with the name of its class.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MarkedObject {
    /// Which one of the file's objects it is, from 1, and its line.
    pub place: Place,
    pub class: String,
    /// As in the file: it may reach beyond the photograph.
    pub bounds: Bounds,
    pub difficult: bool,
}

/// Where an object stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// From 1.
    pub line: u32,
    /// From 1.
    pub object: usize,
}

/// An object that cannot be used.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RejectedObject {
    pub place: Place,
    /// Its class; empty if it has none.
    pub class: String,
    pub fault: ObjectFault,
}

/// Why an object cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(super) enum ObjectFault {
    #[error("it has no name")]
    NoName,
    #[error("it has no bndbox of its own")]
    NoBox,
    #[error("its bndbox has no {0}")]
    NoCoordinate(&'static str),
    #[error("its {0} is `{1}`, which is not a number")]
    NotANumber(&'static str, String),
    #[error("its box is empty: {greater} {high} is not greater than {less} {low}")]
    Empty { less: &'static str, low: f64, greater: &'static str, high: f64 },
    #[error("its box lies outside the photograph, which has {0} x {1} pixels")]
    Outside(u32, u32),
}

/// Why a file is no annotation.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AnnotationFault {
    /// From 1.
    pub line: u32,
    pub cause: String,
}

/// Reads the bytes of an annotation file.
pub(super) fn parse(bytes: &[u8]) -> Result<Annotation, AnnotationFault> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count() as u32;
        AnnotationFault { line, cause: "it is not UTF-8 text".into() }
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = Document::parse(text).map_err(|error| {
        let line = match error {
            // What is missing is missing at the end.
            Error::UnexpectedEndOfStream | Error::UnclosedRootNode => text.lines().count().max(1) as u32,
            _ => error.pos().row,
        };
        AnnotationFault { line, cause: format!("it is not well-formed XML: {error}") }
    })?;
    let root = document.root_element();
    let mut lines = Lines { text, seen: 0, line: 1 };
    let mut line = |node: Node| lines.of(node.range().start);
    if root.tag_name().name() != "annotation" {
        let cause = format!("its root is `{}` and not `annotation`", root.tag_name().name());
        return Err(AnnotationFault { line: line(root), cause });
    }
    let mut annotation = Annotation { size: size(root), ..Annotation::default() };
    for (number, node) in (1..).zip(children(root, "object")) {
        let place = Place { line: line(node), object: number };
        let class = words(node, "name").unwrap_or_default();
        let difficult = words(node, "difficult").is_some_and(|word| word == "1" || word == "true");
        match bounds(node) {
            _ if class.is_empty() => {
                annotation.rejected.push(RejectedObject { place, class, fault: ObjectFault::NoName });
            }
            Ok(bounds) => annotation.objects.push(MarkedObject { place, class, bounds, difficult }),
            Err(fault) => annotation.rejected.push(RejectedObject { place, class, fault }),
        }
    }
    Ok(annotation)
}

/// The classes and boxes of the objects that an annotation file with these bytes marks in a photograph of `size` (width,
/// height) pixels; an object that cannot be used is left out. For those who have an annotation and no data set.
///
/// # Errors
/// Why it is no annotation, with the line.
pub fn marked_objects(bytes: &[u8], size: (u32, u32)) -> Result<Vec<(String, Bounds)>, String> {
    let annotation =
        parse(bytes).map_err(|AnnotationFault { line, cause }| format!("line {line}: {cause}"))?;
    let marked = annotation.objects.into_iter();
    Ok(marked.filter_map(|object| Some((object.class, within(object.bounds, size)?))).collect())
}

/// Counts the lines of a text up to places that come one after another, so that none is counted twice.
struct Lines<'a> {
    text: &'a str,
    seen: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line, from 1, of a byte behind those that were asked for before.
    fn of(&mut self, at: usize) -> u32 {
        self.line += self.text.as_bytes()[self.seen..at].iter().filter(|byte| **byte == b'\n').count() as u32;
        self.seen = at;
        self.line
    }
}

/// The part of a box within a photograph of `size` (width, height) pixels, if there is any.
pub(super) fn within(bounds: Bounds, (width, height): (u32, u32)) -> Option<Bounds> {
    let Bounds { xmin, ymin, xmax, ymax } = bounds;
    let (xmin, ymin) = (xmin.max(1.0), ymin.max(1.0));
    let (xmax, ymax) = (xmax.min(width.into()), ymax.min(height.into()));
    (xmin < xmax && ymin < ymax).then_some(Bounds { xmin, ymin, xmax, ymax })
}

fn bounds(object: Node) -> Result<Bounds, ObjectFault> {
    let of = children(object, "bndbox").next().ok_or(ObjectFault::NoBox)?;
    let coordinate = |name: &'static str| {
        let text = words(of, name).ok_or(ObjectFault::NoCoordinate(name))?;
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        number.ok_or(ObjectFault::NotANumber(name, text))
    };
    let (xmin, ymin) = (coordinate("xmin")?, coordinate("ymin")?);
    let (xmax, ymax) = (coordinate("xmax")?, coordinate("ymax")?);
    for (less, low, greater, high) in [("xmin", xmin, "xmax", xmax), ("ymin", ymin, "ymax", ymax)] {
        if high <= low {
            return Err(ObjectFault::Empty { less, low, greater, high });
        }
    }
    Ok(Bounds { xmin, ymin, xmax, ymax })
}

fn size(annotation: Node) -> Option<(f64, f64)> {
    let size = children(annotation, "size").next()?;
    Some((words(size, "width")?.parse().ok()?, words(size, "height")?.parse().ok()?))
}

fn children<'a>(node: Node<'a, 'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// The text of the first direct child called `name`, without spaces around it.
fn words(node: Node, name: &'static str) -> Option<String> {
    let child = children(node, name).next()?;
    let text: String = child.children().filter_map(|part| part.text()).collect();
    Some(text.trim().to_owned())
}

impl fmt::Display for RejectedObject {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let RejectedObject { place, class, fault } = self;
        let class = if class.is_empty() { String::new() } else { format!(" (`{class}`)") };
        write!(f, "object {}{class}: {fault}", place.object)
    }
}

#[cfg(test)]
mod tests;
