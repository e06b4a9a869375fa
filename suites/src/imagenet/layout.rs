//! Layouts in which well-known sets are published and that are not class folders, with the command that mends them.

use std::path::Path;

use records::text::quoted;

/// The validation set's classes as Kaggle publishes them, `ImageId,PredictionString`.
const KAGGLE: &str = "LOC_val_solution.csv";
/// As in Tiny ImageNet: a line a photograph, its name and its class first.
const ANNOTATIONS: &str = "val_annotations.txt";

/// What to do about a folder without `train` or `val`.
pub(super) fn other_folder(dir: &Path) -> String {
    let inner = ["ILSVRC/Data/CLS-LOC", "Data/CLS-LOC", "tiny-imagenet-200"].map(|inner| dir.join(inner));
    match inner.into_iter().find(|inner| inner.join("train").is_dir()) {
        Some(inner) => format!("this one has them in {}: name that", inner.display()),
        None => "name the folder that holds train and val, or a pack written by `harness data pack imagenet`"
            .to_owned(),
    }
}

/// The command that makes class folders out of a validation set with a list of classes, if there is such a list.
pub(super) fn annotated(split: &Path) -> Option<String> {
    let is_there = split.join(ANNOTATIONS).is_file() && split.join("images").is_dir();
    is_there.then(|| {
        let sort =
            "while read -r file class _; do mkdir -p \"$class\" && mv \"images/$file\" \"$class/\"; done";
        format!("cd {} && {sort} < {ANNOTATIONS} && rmdir images", quoted(split))
    })
}

/// The command that sorts photographs that lie in one folder or, without a list of their classes, where to find out
/// how.
pub(super) fn sorted(split: &Path) -> String {
    let solution =
        split.ancestors().skip(1).take(5).map(|folder| folder.join(KAGGLE)).find(|list| list.is_file());
    match solution {
        Some(list) => format!(
            "make class folders of them with\n  cd {} && tail -n +2 {} | tr ',' ' ' | \
             while read -r file class _; do mkdir -p \"$class\" && mv \"$file.JPEG\" \"$class/\"; done",
            quoted(split),
            quoted(&std::path::absolute(&list).unwrap_or(list))
        ),
        None => "move each file into a folder named after its class, as in train (the development kit says which; \
                 PyTorch's examples have a script valprep.sh for it)"
            .to_owned(),
    }
}
