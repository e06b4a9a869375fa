//! The images that a list names, one a line.

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::VocError;
use super::devkit::Devkit;
use super::lists::{ListName, VOC2007};
use crate::DataFileError;

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

/// The images of several lists, in their order. No two have the same name, by which detections are counted.
pub(super) fn read_all(devkit: &Devkit, lists: &[ListName]) -> Result<Vec<Listed>, VocError> {
    let mut all = Vec::new();
    for list in lists {
        all.extend(read(devkit, list)?);
    }
    let mut first: HashMap<&str, &Listed> = HashMap::new();
    for listed in &all {
        if let Some(other) = first.insert(&listed.name, listed) {
            let (name, other_line) = (listed.name.clone(), other.line);
            let (file, line, other) = (listed.file.clone(), listed.line, other.file.clone());
            return Err(VocError::Twice { file, line, name, other, other_line });
        }
    }
    Ok(all)
}

fn read(devkit: &Devkit, list: &ListName) -> Result<Vec<Listed>, VocError> {
    let file = devkit.list(&list.folder, &list.list);
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let known = devkit.folders.contains(&list.folder);
            let lists = if known { devkit.lists(&list.folder)?.join(", ") } else { "none".into() };
            return Err(VocError::NoList { file, lists });
        }
        Err(error) if error.kind() == ErrorKind::InvalidData => return Err(VocError::NotText { file }),
        Err(error) => return Err(DataFileError::when("read", &file)(error).into()),
    };
    let mut images = Vec::new();
    for (line, name) in (1..).zip(text.strip_prefix('\u{feff}').unwrap_or(&text).lines().map(str::trim)) {
        if name.contains(['/', '\\']) || name.starts_with('.') {
            return Err(VocError::BadName { file, line, name: name.into() });
        }
        if !name.is_empty() {
            let (folder, name) = (list.folder.clone(), name.to_owned());
            images.push(Listed { folder, name, file: file.clone(), line });
        }
    }
    if images.is_empty() { Err(VocError::EmptyList { file }) } else { Ok(images) }
}
