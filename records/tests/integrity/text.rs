//! The text of a file: its lines and how they end, its header, and what is cut or repeated.

use std::fs;

use records::{Record, Store, StoreError};

use super::folder::{Folder, record};

#[test]
fn a_cut_row_is_left_out_and_keeps_the_file_from_being_rewritten() {
    let folder = Folder::new();
    let whole = folder.text();
    let row = whole.trim_end().rfind('\n').unwrap() + 1;
    for length in row + 2..whole.len() {
        if whole.is_char_boundary(length) {
            folder.put(&whole[..length]);
            folder.only("c");
            assert!(matches!(folder.store.check(), Err(StoreError::Unreadable { .. })), "at {length}");
            assert!(folder.store.upsert(&record("d")).is_err());
            assert_eq!(folder.text(), whole[..length]);
        }
    }
    folder.put(whole.trim_end());
    assert!(folder.only("c").contains("does not end"), "{:?}", folder.load());
    folder.put(&whole);
    assert_eq!(folder.load(), ("abc".into(), vec![]));
    folder.store.check().unwrap();
}

#[test]
fn a_quotation_that_swallows_rows_is_no_field() {
    let folder = Folder::new();
    let text = folder.text().replacen("\nb,cifar10", "\nb,\"cifar10", 1);
    folder.put(&text);
    let (keys, said) = folder.load();
    assert_eq!((keys.as_str(), said.len(), said[0].0), ("a", 1, 3));
    // In the last column the number of fields is right.
    let mut lines: Vec<String> = folder.text().replace('"', "").lines().map(String::from).collect();
    lines[0] += ",remark";
    lines[1] += ",fine";
    lines[2] += ",\"odd";
    lines[3] += ",fine";
    folder.put(&(lines.join("\n") + "\n"));
    let (keys, said) = folder.load();
    assert_eq!((keys.as_str(), said.len(), said[0].0), ("a", 1, 3), "{said:?}");
}

#[test]
fn complaints_name_the_line_of_an_editor() {
    let folder = Folder::new();
    folder.store.upsert(&Record { settings: "two\nlines".into(), ..record("a") }).unwrap();
    let text = folder.text().replacen("\nc,cifar10", "\n\nc,cifar100", 1).replacen("\nb,", "\nb,b,", 1);
    folder.left_by_run(&record("c"));
    let line = |text: &str, of: &str| text.lines().position(|line| line.starts_with(of)).unwrap() as u64 + 1;
    // A line break in a field is part of the field.
    let returns = text.replace('\n', "\r\n").replace("two\r\nlines", "two\nlines");
    for text in [text.clone(), returns, format!("\r\n\n{text}")] {
        for text in [text.clone(), format!("\u{feff}{text}")] {
            folder.put(&text);
            let (keys, said) = folder.load();
            let lines: Vec<u64> = said.iter().map(|(line, _)| *line).collect();
            assert_eq!((keys.as_str(), lines), ("a", vec![line(&text, "b,"), line(&text, "c,")]), "{said:?}");
        }
    }
}

#[test]
fn a_byte_order_mark_and_carriage_returns_change_no_record() {
    let folder = Folder::new();
    let before = folder.store.load().unwrap();
    let text = folder.text();
    folder.put(&format!("\u{feff}{}", text.replace('\n', "\r\n")));
    assert_eq!(folder.store.load().unwrap(), before);
    folder.store.upsert(&record("c")).unwrap();
    assert_eq!(folder.text(), text);
}

#[test]
fn a_column_that_is_there_twice_is_refused_in_any_order() {
    let folder = Folder::new();
    let text = folder.text();
    let (header, rows) = text.split_once('\n').unwrap();
    let last = header.split(',').count() + 1;
    let first = header.split(',').position(|name| name == "top1").unwrap() + 1;
    let behind: String = rows.lines().map(|row| format!("{row},99\n")).collect();
    let before: String = rows.lines().map(|row| format!("99,{row}\n")).collect();
    for (text, places) in [
        (format!("{header},top1\n{behind}"), format!("{first} and {last}")),
        (format!("top1,{header}\n{before}"), format!("1 and {}", first + 1)),
    ] {
        folder.put(&text);
        let expected =
            format!("the header names `top1` twice, as its columns {places}; delete or rename one");
        assert_eq!(folder.load(), (String::new(), vec![(1, expected)]));
        assert!(folder.store.upsert(&record("d")).is_err());
        assert_eq!(folder.text(), text);
    }
    folder.put(&format!("{header},remark,remark\n{}", behind.replace(",99\n", ",,\n")));
    assert!(folder.load().1[0].1.contains("`remark` twice"), "{:?}", folder.load());
}

#[test]
fn an_error_leaves_the_cause_to_the_cause() {
    let folder = Folder::new();
    fs::remove_file(folder.store.path()).unwrap();
    fs::create_dir(folder.store.path()).unwrap();
    let error = folder.store.load().unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    let message = error.to_string();
    assert!(cause.contains("directory") && !message.contains(&cause), "{message}: {cause}");
    assert!(message.ends_with("records.csv; check that it is an ordinary file"), "{message}");
    let at_file = Store::new(&fs::canonicalize("/dev/null").unwrap());
    let error = at_file.upsert(&record("a")).unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(!error.to_string().contains(&cause), "{error}: {cause}");
}

#[test]
fn a_repeated_row_is_named_and_a_rewrite_drops_it() {
    let folder = Folder::new();
    let text = folder.text();
    let copy = text.lines().nth(2).unwrap();
    folder.put(&format!("{text}{copy}\n"));
    assert_eq!(folder.load(), ("abc".into(), vec![(5, "the line repeats line 3".into())]));
    folder.store.upsert(&record("d")).unwrap();
    assert_eq!(folder.load(), ("abcd".into(), vec![]));
}
