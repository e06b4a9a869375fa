//! What the published sets count, by which they are recognised.
//!
//! Source: the development kits' documentation of VOC2007 and VOC2012; objects of the test set that are not difficult
//! as every evaluation of VOC2007 asks for them.

use super::census::{Census, ClassCount};
use super::class_names::CLASSES;
use super::lists::{ListName, Lists, VOC2007, VOC2012};

/// Images of the lists.
const TRAINVAL_2007: usize = 5_011;
const TRAINVAL_2012: usize = 11_540;
const TEST_2007: usize = 4_952;
/// Objects of VOC2007's test set, difficult ones included.
pub(super) const TEST_OBJECTS: usize = 14_976;
/// Its objects that are not difficult, in the order of the classes.
pub(super) const TEST_PLAIN: [usize; 20] =
    [285, 337, 459, 263, 469, 213, 1201, 358, 756, 244, 206, 489, 348, 325, 4528, 480, 242, 239, 282, 308];

/// The name of the published set that these are: VOC2007 with or without VOC2012, tested on VOC2007.
pub(super) fn published(
    lists: &Lists,
    classes: &[String],
    train: &Census,
    test: &Census,
) -> Option<&'static str> {
    let (of_2007, of_2012) = (ListName::of(VOC2007, "trainval"), ListName::of(VOC2012, "trainval"));
    let name = match lists.train.as_slice() {
        [only] if *only == of_2007 && train.photographs == TRAINVAL_2007 => "voc07",
        [one, two]
            if *one == of_2007 && *two == of_2012 && train.photographs == TRAINVAL_2007 + TRAINVAL_2012 =>
        {
            super::SUITE.name
        }
        _ => return None,
    };
    (classes == CLASSES && is_test(lists, test) && differences(test).is_empty()).then_some(name)
}

/// Whether this is to be VOC2007's test set, by its list and the number of its images.
pub(super) fn is_test(lists: &Lists, test: &Census) -> bool {
    lists.test == [ListName::of(VOC2007, "test")] && test.photographs == TEST_2007
}

/// The classes of which VOC2007's test set has another number of objects that are not difficult, and the total where
/// only that is another: name, found, published.
pub(super) fn differences(test: &Census) -> Vec<(&'static str, usize, usize)> {
    let plain = test.classes.iter().map(ClassCount::plain);
    let classes = CLASSES.into_iter().zip(plain).zip(TEST_PLAIN);
    let mut differences: Vec<_> = classes
        .filter(|((_, found), published)| found != published)
        .map(|((class, found), published)| (class, found, published))
        .collect();
    if differences.is_empty() && test.objects() != TEST_OBJECTS {
        differences.push(("objects with difficult ones", test.objects(), TEST_OBJECTS));
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published_test() -> Census {
        let plain = TEST_PLAIN.map(|objects| ClassCount { photographs: 1, objects, difficult: 0 });
        let mut census = Census { photographs: TEST_2007, classes: plain.to_vec(), ..Census::default() };
        census.classes[0].objects += TEST_OBJECTS - 12_032;
        census.classes[0].difficult += TEST_OBJECTS - 12_032;
        census
    }

    #[test]
    fn published_sets_are_known_by_lists_and_counts() {
        assert_eq!(TEST_PLAIN.iter().sum::<usize>(), 12_032);
        let of = |folder, list| ListName::of(folder, list);
        let both = Lists {
            train: vec![of(VOC2007, "trainval"), of(VOC2012, "trainval")],
            test: vec![of(VOC2007, "test")],
        };
        let one = Lists { train: vec![of(VOC2007, "trainval")], test: vec![of(VOC2007, "test")] };
        let train = |photographs| Census { photographs, ..Census::default() };
        let classes = CLASSES.map(String::from);
        let test = published_test();
        assert_eq!(published(&both, &classes, &train(16_551), &test), Some("voc"));
        assert_eq!(published(&one, &classes, &train(5_011), &test), Some("voc07"));
        assert_eq!(published(&one, &classes, &train(5_010), &test), None);
        assert_eq!(published(&both, &classes[..19], &train(16_551), &test), None);

        let mut damaged = test.clone();
        damaged.classes[14].objects -= 8;
        assert_eq!(published(&both, &classes, &train(16_551), &damaged), None);
        assert_eq!(differences(&damaged), [("person", 4520, 4528)]);
    }
}
