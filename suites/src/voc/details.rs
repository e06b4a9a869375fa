//! What `harness data info` says of a data set: its lists, and the objects of each class beside the published counts.

use std::fmt::Write;

use super::data_set::VocSet;
use super::lists::ListName;
use super::official::{TEST_OBJECTS, TEST_PLAIN, is_test};

/// The lists and a table of the classes, as text.
pub(super) fn details(set: &VocSet) -> String {
    let names = |lists: &[ListName]| lists.iter().map(ListName::to_string).collect::<Vec<_>>().join(", ");
    let (train, test) = (&set.train.census, &set.test.census);
    let published = set.has_pascal_classes() && is_test(&set.lists, test);
    let mut text =
        format!("\ntraining on {}, testing on {}\n\n", names(&set.lists.train), names(&set.lists.test));
    let longest = set.classes.iter().map(|class| class.chars().count()).max().unwrap_or(0).max(10);
    let mut row = |name: &str, cells: &[String]| {
        let cells: String = cells.iter().map(|cell| format!("  {cell:>9}")).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:longest$}{cells}");
    };
    let heads = ["images", "objects", "difficult"];
    let mut first = vec![
        "train".to_owned(),
        String::new(),
        String::new(),
        "test".to_owned(),
        String::new(),
        String::new(),
    ];
    let mut second: Vec<String> = heads.iter().chain(&heads).map(|head| (*head).to_owned()).collect();
    if published {
        first.extend(["published".to_owned()]);
        second.extend(["plain".to_owned()]);
    }
    row("", &first);
    row("class", &second);
    for (number, class) in set.classes.iter().enumerate() {
        let counts = [&train.classes[number], &test.classes[number]];
        let mut cells: Vec<String> = counts
            .iter()
            .flat_map(|count| [count.photographs, count.objects, count.difficult])
            .map(|count| count.to_string())
            .collect();
        cells.extend(published.then(|| TEST_PLAIN[number].to_string()));
        row(class, &cells);
    }
    let splits =
        [train, test].map(|census| [census.photographs, census.objects(), census.objects() - census.plain()]);
    let mut cells: Vec<String> = splits.iter().flatten().map(usize::to_string).collect();
    cells.extend(published.then(|| TEST_PLAIN.iter().sum::<usize>().to_string()));
    row("all", &cells);
    if published {
        text += &format!(
            "\npublished: the objects of the test set that are not difficult; with difficult ones it has {TEST_OBJECTS}\n"
        );
    }
    let misstated = train.misstated + test.misstated;
    if misstated > 0 {
        text +=
            &format!("\n{misstated} annotations say another size than their image has, which is not used\n");
    }
    text
}
