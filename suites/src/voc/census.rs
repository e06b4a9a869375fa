//! What the images of a split add up to.

use std::collections::BTreeMap;

use super::VocError;
use super::lists::ListName;
use super::photograph::Looked;

/// The counts of a split.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Census {
    /// Images.
    pub photographs: usize,
    /// Images without an object that counts here.
    pub empty: usize,
    /// For each class.
    pub classes: Vec<ClassCount>,
    /// Objects of other classes, which are left out, by the names of those.
    pub unknown: BTreeMap<String, usize>,
    /// Objects that cannot be used, each by file and line.
    pub rejected: Vec<String>,
    /// Annotations that say another size than their image has.
    pub misstated: usize,
}

/// The counts of a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ClassCount {
    /// Images with at least one of its objects.
    pub photographs: usize,
    /// Objects, difficult ones included.
    pub objects: usize,
    /// Difficult objects.
    pub difficult: usize,
}

impl ClassCount {
    /// The objects that an evaluation asks for.
    pub fn plain(&self) -> usize {
        self.objects - self.difficult
    }
}

impl Census {
    /// Counts the images.
    pub fn of(classes: &[String], images: &[Looked]) -> Census {
        let mut census = Census { classes: vec![ClassCount::default(); classes.len()], ..Census::default() };
        for looked in images {
            let objects = &looked.photograph.objects;
            census.photographs += 1;
            census.empty += usize::from(objects.is_empty());
            census.misstated += usize::from(looked.misstated.is_some());
            census.rejected.extend(looked.faults());
            for class in &looked.unknown {
                *census.unknown.entry(class.clone()).or_default() += 1;
            }
            for object in objects {
                census.classes[object.class as usize].objects += 1;
                census.classes[object.class as usize].difficult += usize::from(object.difficult);
            }
            for (class, count) in (0..).zip(&mut census.classes) {
                count.photographs += usize::from(objects.iter().any(|object| object.class == class));
            }
        }
        census
    }

    /// All objects, difficult ones included.
    pub fn objects(&self) -> usize {
        self.classes.iter().map(|class| class.objects).sum()
    }

    /// All objects that an evaluation asks for.
    pub fn plain(&self) -> usize {
        self.classes.iter().map(ClassCount::plain).sum()
    }

    /// The unknown classes with their counts, the most frequent first.
    pub fn unknown_by_count(&self) -> Vec<(&str, usize)> {
        let mut unknown: Vec<_> = self.unknown.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        unknown.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        unknown
    }

    /// Refuses a split without an object that an evaluation would ask for.
    pub fn refuse_nothing(&self, lists: &[ListName], classes: &[String]) -> Result<(), VocError> {
        if self.plain() > 0 {
            return Ok(());
        }
        let names: Vec<&str> = self.unknown_by_count().into_iter().map(|(name, _)| name).collect();
        let remedy = match (names.is_empty(), self.objects()) {
            (false, _) => format!(
                "its objects are called {}: name the classes with --set classes={}, or one a line in classes.txt in \
                 the folder",
                names.join(", "),
                names.join(",")
            ),
            (true, 0) => "check the annotations with `harness data verify voc`".into(),
            (true, _) => "all objects are marked as difficult, and those are not asked for".into(),
        };
        let lists = lists.iter().map(ListName::to_string).collect::<Vec<_>>().join(", ");
        Err(VocError::NoObjects { lists, classes: classes.join(", "), remedy })
    }
}
