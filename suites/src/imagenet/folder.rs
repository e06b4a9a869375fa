//! The photographs of one split in class folders, by index.

use std::path::{Path, PathBuf};

use super::CHECK;
use super::ImageFolderError;
use super::scan::ClassFolder;
use crate::photographs::{Buffers, Opened, Storage, Unreadable};

/// The photographs of `dir/split`, one class after the other.
pub(super) struct ClassFolders {
    dir: PathBuf,
    split: &'static str,
    classes: Vec<String>,
    photographs: Vec<(u32, Box<str>)>,
}

impl ClassFolders {
    pub fn new(
        dir: &Path,
        split: &'static str,
        classes: Vec<ClassFolder>,
    ) -> Result<ClassFolders, ImageFolderError> {
        let count = classes.iter().map(|class| class.photographs.len()).sum();
        if u32::try_from(count).is_err() {
            return Err(ImageFolderError::TooMany { folder: dir.join(split), count });
        }
        let mut folder = ClassFolders {
            dir: dir.to_path_buf(),
            split,
            classes: Vec::with_capacity(classes.len()),
            photographs: Vec::with_capacity(count),
        };
        for (label, class) in (0..).zip(classes) {
            folder.classes.push(class.name);
            let names = class.photographs.into_iter().map(|entry| (label, entry.name.into_boxed_str()));
            folder.photographs.extend(names);
        }
        Ok(folder)
    }

    fn path(&self, index: usize) -> PathBuf {
        let (label, name) = &self.photographs[index];
        self.dir.join(self.split).join(&self.classes[*label as usize]).join(&**name)
    }
}

impl Storage for ClassFolders {
    fn len(&self) -> usize {
        self.photographs.len()
    }

    fn label(&self, index: usize) -> u32 {
        self.photographs[index].0
    }

    /// With slashes: `train/CLASS/FILE`.
    fn name(&self, index: usize) -> String {
        let (label, name) = &self.photographs[index];
        format!("{}/{}/{name}", self.split, self.classes[*label as usize])
    }

    fn check_command(&self) -> &'static str {
        CHECK
    }

    fn open<'a>(&'a self, index: usize, buffers: &'a mut Buffers) -> Result<Opened<'a>, Unreadable> {
        buffers.open(&self.path(index))
    }

    /// Decodes all of it.
    fn check(&self, index: usize, buffers: &mut Buffers) -> Result<(), Unreadable> {
        self.open(index, buffers)?.rows(u32::MAX).map(|_| ())
    }
}
