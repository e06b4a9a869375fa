//! Annotations as people have them: what is taken of each, and that no bytes make a panic or a box that is not one.

use super::*;
use proptest::prelude::*;

/// A box as in the file.
fn bounds(xmin: f64, ymin: f64, xmax: f64, ymax: f64) -> Bounds {
    Bounds { xmin, ymin, xmax, ymax }
}

/// The objects of a file that is to be accepted: class, box, whether difficult.
fn read(text: &str) -> (Vec<(String, Bounds, bool)>, Vec<String>) {
    let annotation = parse(text.as_bytes()).unwrap();
    let objects =
        annotation.objects.into_iter().map(|object| (object.class, object.bounds, object.difficult));
    (objects.collect(), annotation.rejected.iter().map(RejectedObject::to_string).collect())
}

fn object(inner: &str) -> String {
    format!("<annotation>\n<object>{inner}</object>\n</annotation>")
}

fn with_box(class: &str, [xmin, ymin, xmax, ymax]: [&str; 4]) -> String {
    format!(
        "<name>{class}</name><bndbox><xmin>{xmin}</xmin><ymin>{ymin}</ymin><xmax>{xmax}</xmax><ymax>{ymax}</ymax></bndbox>"
    )
}

#[test]
fn the_box_of_a_person_is_not_that_of_a_part() {
    let part = "<part><name>head</name><bndbox><xmin>169</xmin><ymin>104</ymin><xmax>209</xmax><ymax>146</ymax></bndbox></part>";
    let whole = with_box("person", ["174", "101", "349", "351"]);
    for inner in [format!("{part}{whole}"), format!("{whole}{part}")] {
        assert_eq!(read(&object(&inner)).0, [("person".into(), bounds(174.0, 101.0, 349.0, 351.0), false)]);
    }
    let (none, rejected) = read(&object(&format!("<name>person</name>{part}")));
    assert!(none.is_empty());
    assert_eq!(rejected, ["object 1 (`person`): it has no bndbox of its own"]);
}

#[test]
fn tags_come_in_any_order_with_fractions_and_without_flags() {
    let inner = "<bndbox><xmax> 482.0359 </xmax><ymax>500</ymax><xmin>304.1916</xmin><ymin>118.2635</ymin></bndbox>\
                 <difficult>1</difficult><pose>Left</pose><name>\n person\n</name>";
    assert_eq!(
        read(&object(inner)).0,
        [("person".into(), bounds(304.1916, 118.2635, 482.0359, 500.0), true)]
    );
    let plain = with_box("cellbody", ["108", "185", "129", "199"]);
    let annotation = parse(object(&plain).as_bytes()).unwrap();
    assert_eq!((annotation.size, annotation.objects[0].difficult), (None, false));
    assert_eq!(annotation.objects[0].place, Place { line: 2, object: 1 });
}

#[test]
fn a_mark_of_byte_order_foreign_line_ends_and_letters_change_nothing() {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"GB2312\"?>\n<!-- 海参 -->\n<annotation>\n<path>C:\\图片\\1.jpg</path>\n<size><width>586</width><height>400</height></size>\n<object>{}</object></annotation>",
        with_box("holothurian", ["287", "266", "586", "393"])
    );
    let expected = parse(text.as_bytes()).unwrap();
    assert_eq!(expected.size, Some((586.0, 400.0)));
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(parse(windows.as_bytes()).unwrap(), expected);
    let undeclared = text.split_once('\n').unwrap().1;
    let found = parse(undeclared.as_bytes()).unwrap();
    assert_eq!(
        (found.objects[0].class.as_str(), found.objects[0].bounds),
        ("holothurian", expected.objects[0].bounds)
    );
}

#[test]
fn an_empty_box_is_rejected_by_number_and_line_and_the_others_stay() {
    let text = format!(
        "<annotation>\n<object>{}</object>\n<object>{}</object>\n<object>{}</object>\n<object>{}</object>\n</annotation>",
        with_box("head", ["1", "1", "1", "1"]),
        with_box("person", ["129", "85", "136", "136"]),
        with_box("person", ["9", "1", "5", "4"]),
        with_box("person", ["1", "9", "5", "4"]),
    );
    let annotation = parse(text.as_bytes()).unwrap();
    assert_eq!(annotation.objects.len(), 1);
    let places = annotation.rejected.iter().map(|object| (object.place.object, object.place.line));
    assert_eq!(places.collect::<Vec<_>>(), [(1, 2), (3, 4), (4, 5)]);
    let said: Vec<String> = annotation.rejected.iter().map(RejectedObject::to_string).collect();
    assert_eq!(said[1], "object 3 (`person`): its box is empty: xmax 5 is not greater than xmin 9");
    assert_eq!(said[2], "object 4 (`person`): its box is empty: ymax 4 is not greater than ymin 9");
}

#[test]
fn what_is_no_box_is_said() {
    let said = |inner: &str| read(&object(inner)).1.concat();
    assert!(said(&with_box("", ["1", "1", "5", "5"])).contains("it has no name"));
    for number in ["NaN", "inf", "-inf", "", "1,5", "0x10", "ten"] {
        let said = said(&with_box("cat", ["1", "1", number, "5"]));
        assert!(said.ends_with(&format!("its xmax is `{number}`, which is not a number")), "{said}");
    }
    assert!(said("<name>cat</name><bndbox><xmin>1</xmin></bndbox>").ends_with("its bndbox has no ymin"));
}

#[test]
fn boxes_are_cut_at_the_border_of_the_photograph() {
    let within = |coordinates: [f64; 4], size| {
        let [xmin, ymin, xmax, ymax] = coordinates;
        within(bounds(xmin, ymin, xmax, ymax), size)
    };
    assert_eq!(within([-2.0, -3.0, 355.0, 333.0], (355, 539)), Some(bounds(1.0, 1.0, 355.0, 333.0)));
    assert_eq!(within([230.0, 441.0, 336.0, 600.0], (355, 539)), Some(bounds(230.0, 441.0, 336.0, 539.0)));
    for outside in
        [[356.0, 1.0, 400.0, 9.0], [-9.0, 1.0, 0.5, 9.0], [1.0, 540.0, 9.0, 700.0], [355.0, 1.0, 400.0, 9.0]]
    {
        assert_eq!(within(outside, (355, 539)), None, "{outside:?}");
    }
}

#[test]
fn what_is_no_annotation_is_refused_with_its_line() {
    let refused = |bytes: &[u8]| parse(bytes).unwrap_err();
    let books = refused(b"<?xml version=\"1.0\"?>\n\n<catalog><book/></catalog>");
    assert_eq!((books.line, books.cause.as_str()), (3, "its root is `catalog` and not `annotation`"));
    let cut = refused(b"<annotation>\n<object>\n<name>cat</na");
    assert!(cut.line == 3 && cut.cause.starts_with("it is not well-formed XML"), "{cut:?}");
    let resource_fork = refused(b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X\n\xb0");
    assert_eq!((resource_fork.line, resource_fork.cause.as_str()), (2, "it is not UTF-8 text"));
    assert!(refused(b"").cause.contains("well-formed"));
    // Entities that grow without end are not expanded.
    let entities = b"<!DOCTYPE a [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><annotation>&b;</annotation>";
    assert!(refused(entities).cause.contains("DTD"), "{:?}", refused(entities));
}

#[test]
fn nesting_without_end_is_refused() {
    let deep = "<annotation>".to_owned() + &"<object>".repeat(200_000);
    assert!(parse(deep.as_bytes()).is_err());
    let closed = "<annotation>".repeat(20_000) + &"</annotation>".repeat(20_000);
    assert!(parse(closed.as_bytes()).map_or(true, |annotation| annotation.objects.is_empty()));
}

/// Every box that comes out has an extent and lies in the photograph.
fn check(bytes: &[u8], size: (u32, u32)) {
    let Ok(annotation) = parse(bytes) else { return };
    for object in annotation.objects {
        assert!(!object.class.is_empty());
        let Bounds { xmin, ymin, xmax, ymax } = object.bounds;
        assert!(xmin < xmax && ymin < ymax, "{:?}", object.bounds);
        if let Some(Bounds { xmin, ymin, xmax, ymax }) = within(object.bounds, size) {
            assert!(1.0 <= xmin && xmin < xmax && xmax <= f64::from(size.0), "{:?} {size:?}", object.bounds);
            assert!(1.0 <= ymin && ymin < ymax && ymax <= f64::from(size.1), "{:?} {size:?}", object.bounds);
        }
    }
}

fn numbers() -> impl Strategy<Value = String> {
    prop_oneof![
        (-50.0..700.0f64).prop_map(|number| number.to_string()),
        (-5..600i32).prop_map(|number| number.to_string()),
        Just("NaN".into()),
        Just("1e308".into()),
        Just("-inf".into()),
        "[ 0-9.e+-]{0,6}",
    ]
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), width in 1..600u32, height in 1..600u32) {
        check(&bytes, (width, height));
    }

    #[test]
    fn no_numbers_make_a_box_that_is_none(
        objects in prop::collection::vec((numbers(), numbers(), numbers(), numbers()), 0..5),
        width in 1..600u32,
        height in 1..600u32,
    ) {
        let objects: String = objects
            .iter()
            .map(|(a, b, c, d)| format!("<object>{}</object>", with_box("cat", [a, b, c, d])))
            .collect();
        check(format!("<annotation>{objects}</annotation>").as_bytes(), (width, height));
    }

    /// A good file in which bytes were replaced, left out and repeated.
    #[test]
    fn no_damage_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..12)) {
        let good = format!(
            "<?xml version=\"1.0\"?>\n<annotation><size><width>500</width><height>400</height></size>\n<object>{}\n<part>{}</part></object></annotation>",
            with_box("person", ["174", "101", "349", "351"]),
            with_box("head", ["169", "104", "209", "146"]),
        );
        let mut bytes = good.into_bytes();
        for (at, byte, kind) in changes {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b"<>/&;\"! "[usize::from(byte) % 8]),
                _ => {
                    let again = bytes[at..(at + usize::from(byte)).min(bytes.len())].to_vec();
                    bytes.splice(at..at, again);
                }
            }
        }
        check(&bytes, (500, 400));
    }
}
