//! The images that a list names, one a line.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::VocError;
use super::devkit::Devkit;
use super::lists::{ListName, VOC2007};
use crate::{DataFileError, regular_file};

/// An image that a list names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub folder: String,
    /// The names of its files without extension.
    pub name: String,
    /// Where it is named.
    pub file: PathBuf,
    /// From 1.
    pub line: usize,
}

impl Listed {
    /// The folder and name under which the photograph was published first: VOC2012 and other sets call VOC2007's
    /// image NNNNNN 2007_NNNNNN.
    pub fn origin(&self) -> (&str, &str) {
        let number = self.name.strip_prefix("2007_");
        match number.filter(|number| number.len() == 6 && number.bytes().all(|byte| byte.is_ascii_digit())) {
            Some(number) => (VOC2007, number),
            None => (&self.folder, &self.name),
        }
    }
}

/// What lists name.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// The images, in the order of the lists. No two have the same name, by which detections are counted.
    pub images: Vec<Listed>,
    /// Lists that cannot be read, and lines that name no image or one that was named before.
    pub faults: Vec<VocError>,
}

/// Reads several lists to their ends, whatever is wrong with them.
pub(super) fn read_all(devkit: &Devkit, lists: &[ListName]) -> Named {
    let mut named = Named::default();
    let mut first: HashMap<String, Listed> = HashMap::new();
    for list in lists {
        let lines = match read(devkit, list) {
            Ok(lines) => lines,
            Err(fault) => {
                named.faults.push(fault);
                continue;
            }
        };
        for line in lines {
            match line.and_then(|listed| is_first(&mut first, listed)) {
                Ok(listed) => named.images.push(listed),
                Err(fault) => named.faults.push(fault),
            }
        }
    }
    named
}

/// The image again if nothing before has its name.
fn is_first(first: &mut HashMap<String, Listed>, listed: Listed) -> Result<Listed, VocError> {
    if let Some(other) = first.get(&listed.name) {
        let Listed { name, file, line, .. } = listed;
        return Err(VocError::Twice { file, line, name, other: other.file.clone(), other_line: other.line });
    }
    first.insert(listed.name.clone(), listed.clone());
    Ok(listed)
}

/// The lines of a list, except blank ones.
fn read(devkit: &Devkit, list: &ListName) -> Result<Vec<Result<Listed, VocError>>, VocError> {
    let file = devkit.list(&list.folder, &list.list);
    let text = match regular_file::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let known = devkit.folders.contains(&list.folder);
            let lists = if known { devkit.lists(&list.folder)?.join(", ") } else { "none".into() };
            return Err(VocError::NoList { file, lists });
        }
        Err(error) if error.kind() == ErrorKind::InvalidData => return Err(VocError::NotText { file }),
        Err(error) => return Err(DataFileError::when("read", &file)(error).into()),
    };
    let lines = (1..).zip(text.strip_prefix('\u{feff}').unwrap_or(&text).lines().map(str::trim));
    let image = |(line, name): (usize, &str)| {
        let (name, file) = (name.to_owned(), file.clone());
        match name.contains(['/', '\\']) || name.starts_with('.') {
            true => Err(VocError::BadName { file, line, name }),
            false => Ok(Listed { folder: list.folder.clone(), name, file, line }),
        }
    };
    let lines: Vec<_> = lines.filter(|(_, name)| !name.is_empty()).map(image).collect();
    if lines.is_empty() { Err(VocError::EmptyList { file }) } else { Ok(lines) }
}
