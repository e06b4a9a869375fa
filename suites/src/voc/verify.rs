//! Looks for everything that can be wrong with a data set, and decodes every photograph.

use std::collections::BTreeSet;
use std::path::Path;

use sparsity::Settings;

use super::VocError;
use super::census::Census;
use super::data_set::{Survey, apart};
use super::left_out::unused;
use super::photograph::Looked;
use crate::photographs::{Buffers, Unreadable};
use crate::threads::Threads;
use crate::{Progress, Verification, counted};

/// Photographs between two reports of progress.
const CHUNK: usize = 256;

/// Checks the set in `dir` of which `settings` say what is used. The report has a line for each fault: photographs
/// and annotations that are missing, that cannot be read, that belong to nothing; objects that cannot be used; images
/// of the test set that are trained on.
pub fn verify(
    dir: &Path,
    settings: &Settings,
    progress: &mut dyn FnMut(Progress),
) -> Result<Verification, VocError> {
    let Survey { devkit, classes, lists, train, test, faults } = Survey::of(dir, settings)?;
    let folders: BTreeSet<&String> = lists.train.iter().chain(&lists.test).map(|list| &list.folder).collect();
    let mut faults: Vec<String> = faults.iter().map(VocError::to_string).collect();
    let (mut looked, mut images, mut of_splits) = (Vec::new(), 0, Vec::new());
    for (name, split, lists) in [("training", train, &lists.train), ("test", test, &lists.test)] {
        images += split.len();
        let (usable, wrong) = apart(split);
        faults.extend(wrong.iter().map(VocError::to_string));
        let census = Census::of(&classes, &usable);
        // Where no image can be used, the faults before this one say why.
        let nothing = census.refuse_nothing(lists, &classes).err().filter(|_| !usable.is_empty());
        faults.extend(nothing.map(|error| error.to_string()));
        of_splits.extend(unused(name, &census));
        looked.extend(usable);
    }
    for folder in folders {
        let files = devkit.photograph_files(folder)?;
        let alone = devkit.annotations(folder)?.into_iter().filter(|name| !files.contains_key(name));
        faults.extend(alone.map(|name| {
            let file = devkit.annotation(folder, &name);
            format!("{}: its photograph is missing; restore it, or remove the annotation", file.display())
        }));
    }
    let rejected = |looked: &Looked| {
        looked.faults().map(|fault| format!("{fault}; correct or remove it")).collect::<Vec<_>>()
    };
    faults.extend(looked.iter().flat_map(rejected));
    faults.extend(undecodable(&looked, progress));

    let notes = of_splits.into_iter().map(|note| format!("note: {note}\n")).chain(looked.iter().filter_map(
        |looked| {
            let (width, height) = looked.misstated?;
            let (is_width, is_height) = looked.photograph.size;
            Some(format!(
                "note: {} says {width} x {height} pixels, its photograph has {is_width} x {is_height}\n",
                looked.annotation.display()
            ))
        },
    ));
    let mut report: String = notes.collect();
    report += &faults.iter().map(|fault| format!("{fault}\n")).collect::<String>();
    let objects: usize = looked.iter().map(|looked| looked.photograph.objects.len()).sum();
    let counts = [
        counted(images, "image", "images"),
        counted(objects, "object", "objects"),
        counted(classes.len(), "class", "classes"),
    ];
    let [images, objects, classes] = counts;
    report += &format!("{}: {images} in the lists, {objects} of {classes}\n", dir.display());
    let fault = format!(
        "{} found; a training leaves out objects that cannot be used and photographs that cannot be decoded, and is \
         refused for anything else",
        counted(faults.len(), "fault", "faults")
    );
    Ok(Verification { report, fault: (!faults.is_empty()).then_some(fault) })
}

/// Decodes every photograph, and names those that cannot be.
fn undecodable(looked: &[Looked], progress: &mut dyn FnMut(Progress)) -> Vec<String> {
    let threads = Threads::for_each_core();
    let (mut bad, mut done) = (Vec::new(), 0);
    for chunk in looked.chunks(CHUNK) {
        let check = |buffers: &mut Buffers, number: usize| {
            let file = &chunk[number].photograph.file;
            let decode = |buffers: &mut Buffers| -> Result<(), Unreadable> {
                let opened = buffers.open(file)?;
                let (_, height) = opened.size();
                opened.rows(height)?;
                Ok(())
            };
            let cause = decode(buffers).err()?;
            Some(format!("{}: {cause}; restore it", file.display()))
        };
        let found: Vec<Option<String>> = threads.map(0..chunk.len(), Buffers::default, check);
        bad.extend(found.into_iter().flatten());
        done += chunk.len();
        progress(Progress::Photographs { done, total: looked.len(), unreadable: bad.len() });
    }
    bad
}
