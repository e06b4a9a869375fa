//! What `harness data info` says of a data set: its lists, and the objects of each class beside the published counts.

use std::fmt::Write;

use super::data_set::VocSet;
use super::left_out::plural;
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
    let heads = ["images", "objects", "difficult"].map(String::from);
    let mut first = vec!["train".to_owned(), String::new(), String::new(), "test".to_owned()];
    let mut second = [heads.clone(), heads].concat();
    second.push("evaluated".to_owned());
    if published {
        first.extend([String::new(), String::new(), String::new(), "published".to_owned()]);
        second.push("evaluated".to_owned());
    }
    row("", &first);
    row("class", &second);
    for (number, class) in set.classes.iter().enumerate() {
        let (of_train, of_test) = (train.classes[number], test.classes[number]);
        let cells =
            [of_train, of_test].map(|count| [count.photographs, count.objects, count.difficult]).concat();
        let cells = cells.into_iter().chain([of_test.plain()]).chain(published.then(|| TEST_PLAIN[number]));
        row(class, &cells.map(|cell| cell.to_string()).collect::<Vec<_>>());
    }
    let cells =
        [train, test].map(|census| [census.photographs, census.objects(), census.objects() - census.plain()]);
    let cells = cells.concat().into_iter().chain([test.plain()]);
    let cells = cells.chain(published.then(|| TEST_PLAIN.iter().sum()));
    row("all", &cells.map(|cell| cell.to_string()).collect::<Vec<_>>());
    text += "\nevaluated: objects of the test images that are not difficult\n";
    if published {
        text += &format!(
            "published: those of VOC2007's test set, which has {TEST_OBJECTS} objects with the difficult ones\n"
        );
    }
    let misstated = train.misstated + test.misstated;
    if misstated > 0 {
        let (s, say) = plural(misstated, "s", "says", "say");
        let (their, have) = if misstated == 1 { ("its image", "has") } else { ("their images", "have") };
        text += &format!(
            "\n{misstated} annotation{s} {say} another size than {their} {have}, which is not used\n"
        );
    }
    text
}
