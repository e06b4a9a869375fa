//! What is written is read, and what is damaged is named.

use super::*;

fn origin() -> impl Strategy<Value = LatencyOrigin> {
    prop_oneof![
        Just(LatencyOrigin::Measured),
        Just(LatencyOrigin::Imported),
        Just(LatencyOrigin::Interpolated)
    ]
}

/// One line of printable characters without blanks around it.
fn line() -> impl Strategy<Value = String> {
    r#"([!-~äé✓]([ -~äé✓]{0,20}[!-~äé✓])?)?"#
}

prop_compose! {
    fn entry()(
        bits in 1u64..f64::INFINITY.to_bits(), spread in 0.0f64..10.0, repeats: u32, origin in origin(), note in line(),
    ) -> LatencyEntry {
        LatencyEntry { milliseconds: f64::from_bits(bits), spread, repeats, origin, note }
    }
}

prop_compose! {
    fn any_table()(
        device in line(), precision in line(), layout in line(), model in proptest::option::of(line()),
        origin in line(), batch in 1usize.., entries in btree_map(shape(), entry(), 0..20),
    ) -> LatencyTable {
        LatencyTable { about: LatencyAbout { device, batch, precision, layout, model, origin }, entries }
    }
}

fn parse(text: &str) -> Result<LatencyTable, TableError> {
    LatencyTable::parse(Path::new("lut.csv"), text.as_bytes())
}

proptest! {
    /// Every bit of every number, whatever the texts.
    #[test]
    fn a_table_is_read_as_it_was_written(table in any_table()) {
        let text = table.to_text();
        prop_assert_eq!(&parse(&text).unwrap(), &table);
        prop_assert_eq!(&parse(&text.replace('\n', "\r\n")).unwrap(), &table);
        prop_assert_eq!(&parse(&format!("\u{feff}{text}")).unwrap(), &table);
    }

    /// Cut anywhere after its header, a file gives all rows whose ends are there.
    #[test]
    fn a_torn_table_gives_its_whole_rows(table in any_table(), cut: prop::sample::Index) {
        let text = table.to_text();
        let header = table.about.header(table.columns()).len();
        let cut = header + cut.index(text.len() - header + 1);
        let content = &text.as_bytes()[..cut];
        let whole = content[header..].iter().filter(|&&byte| byte == b'\n').count();
        let read = LatencyTable::parse_partial(Path::new("lut.csv"), content).unwrap();
        prop_assert!(read.table.entries.iter().eq(table.entries.iter().take(whole)));
        let torn = content.last() != Some(&b'\n');
        prop_assert_eq!(read.dropped.is_some(), torn);
        if let Some(message) = read.dropped {
            let line = text[..header].lines().count() + whole + 1;
            let start = format!("lut.csv:{line}: dropped");
            prop_assert!(message.starts_with(&start), "{}", message);
        }
    }

    /// No bytes bring the reader down.
    #[test]
    fn anything_is_read_or_refused(bytes: Vec<u8>, at: prop::sample::Index, table in any_table()) {
        let _ = LatencyTable::parse(Path::new("x"), &bytes);
        let _ = LatencyTable::import(Path::new("x"), &bytes, about());
        let mut text = table.to_text().into_bytes();
        let at = at.index(text.len());
        text.splice(at..at, bytes);
        let _ = LatencyTable::parse(Path::new("x"), &text);
    }
}

#[test]
fn rows_and_header_make_the_file() {
    let shape = ordinary(64, 128);
    let doubtful = LatencyEntry { note: "clock moved, \"hot\"\nby 3 %".into(), ..measured(0.1) };
    let text = about().header(LatencyColumns::Usual) + &doubtful.row(&shape, LatencyColumns::Usual);
    let expected = "# latency table, version 1\n# device: TITAN V\n# batch: 256\n# precision: fp32\n\
        # layout: channels-first\n# model: resnet50\n# origin: a test\n\
        inputs,outputs,side,kernel,stride,groups,milliseconds,spread,repeats,origin,note\n\
        64,128,14,3,2,1,0.1,0.01,30,measured,\"clock moved, \"\"hot\"\" by 3 %\"\n";
    assert_eq!(text, expected);
    assert_eq!(parse(&text).unwrap().to_text(), text);
}

/// Padding and dilation are columns where one row needs them, and then of all rows.
#[test]
fn unusual_windows_have_columns() {
    let dilated = ConvShape::new(512, 1024, 32, Window::new(3, 1).dilated(6), 1);
    let less_padded = ConvShape::new(128, 256, 2, Window::new(4, 1).padded(1), 1);
    let good = table([(ordinary(64, 64), 1.5), (dilated, 2.5), (less_padded, 0.5)]);
    let text = good.to_text();
    let rows = "inputs,outputs,side,kernel,stride,groups,padding,dilation,milliseconds,spread,repeats,origin,note\n\
        64,64,14,3,2,1,1,1,1.5,0.01,30,measured,\n\
        128,256,2,4,1,1,1,1,0.5,0.01,30,measured,\n\
        512,1024,32,3,1,1,6,6,2.5,0.01,30,measured,\n";
    assert!(text.ends_with(rows), "{text}");
    assert_eq!(parse(&text).unwrap(), good);
    for (from, to, words) in [
        ("padding,dilation", "dilation,padding", "in this order, or inputs"),
        ("padding,dilation", "padding,stretch", "unknown column `stretch`"),
        ("padding,dilation,", "padding,", "in this order, or inputs"),
        (",6,6,", ",6,0,", "`dilation` is 0"),
        (",6,6,", ",6,23,", "dilation 23 does not fit into 32 pixels with a padding of 6"),
        (",6,6,", ",6,18446744073709551615,", "does not fit"),
        (",6,6,", ",18446744073709551615,6,", "does not fit"),
        (",6,6,", ",6,", "12 fields instead of 13"),
    ] {
        let message = parse(&text.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(message.contains(words), "{message}");
    }
}

/// A change of a good file, the line at which it is noticed, and words of the message.
#[test]
fn damage_is_named_with_its_line() {
    let good = table([(ordinary(64, 64), 1.5), (ordinary(64, 128), 2.5)]).to_text();
    assert!(parse(&good).is_ok());
    let row = "64,128,14,3,2,1,2.5,0.01,30,measured,";
    for (from, to, line, words) in [
        ("# latency table, version 1", "inputs", 1, "not a latency table"),
        ("version 1", "version 2", 1, "reads version 1"),
        ("# device: TITAN V\n", "", 7, "lacks the line `# device"),
        ("# origin: a test\n", "", 7, "lacks the line `# origin"),
        ("# batch: 256", "# batch: many", 8, "`batch` is `many`"),
        ("# batch: 256", "# batch: 0", 8, "`batch` is 0"),
        ("# batch: 256", "# batch: 256\n# batch: 1", 4, "names `batch` twice"),
        ("# batch", "# clock: 1\n# batch", 9, "unknown key `clock`"),
        ("# batch: 256", "# batch 256", 3, "`# key: value`"),
        ("origin,note", "origin,remark", 8, "unknown column `remark`"),
        ("inputs,outputs", "outputs,inputs", 8, "in this order"),
        (",origin,note", ",origin", 8, "in this order"),
        (row, "64,128,14,3,2,1,2.5,0.01,30,measured", 10, "10 fields instead of 11"),
        (row, "64,128,14,3,2,1,2,5,0.01,30,measured,", 10, "12 fields"),
        (row, "64,128,14,3,2,1,2.5x,0.01,30,measured,", 10, "`milliseconds` is `2.5x`"),
        (row, "64,128,14,3,2,1,-2.5,0.01,30,measured,", 10, "latency of -2.5"),
        (row, "64,128,14,3,2,1,0,0.01,30,measured,", 10, "latency of 0"),
        (row, "64,128,14,3,2,1,NaN,0.01,30,measured,", 10, "latency of NaN"),
        (row, "64,128,14,3,2,1,inf,0.01,30,measured,", 10, "latency of inf"),
        (row, "64,128,14,3,2,1,2.5,-1,30,measured,", 10, "spread of -1"),
        (row, "64,128,14,3,2,1,2.5,NaN,30,measured,", 10, "spread of NaN"),
        (row, "64,128,14,3,2,1,2.5,0.01,-30,measured,", 10, "`repeats` is `-30`"),
        (row, "64,128,14,3,2,1,2.5,0.01,30,guessed,", 10, "no origin `guessed`"),
        (row, "64,128,14,3,0,1,2.5,0.01,30,measured,", 10, "`stride` is 0"),
        (row, "64,128,14,3,2,4,2.5,0.01,30,measured,", 10, "4 groups of 64 inputs"),
        (row, "64,64,14,3,2,1,2.5,0.01,30,measured,", 10, "64->64 3x3 at 14 stride 2 is listed twice"),
        (row, "# 64,128", 10, "fields"),
    ] {
        assert!(good.contains(from));
        let message = parse(&good.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(message.starts_with(&format!("lut.csv:{line}: ")) && message.contains(words), "{message}");
        assert!(message.contains("harness lut build"), "{message}");
    }
    let bytes = [good.as_bytes(), b"\xff\xfe\n"].concat();
    let message = LatencyTable::parse(Path::new("lut.csv"), &bytes).unwrap_err().to_string();
    assert!(message.starts_with("lut.csv:11: the line is not UTF-8 text"), "{message}");
    assert!(parse("").unwrap_err().to_string().contains("lut.csv:1: "));
}

#[test]
fn files_are_read_from_disk() {
    let path = std::env::temp_dir().join(format!("latency-table-{}.csv", std::process::id()));
    let table = table([(ordinary(64, 64), 1.5)]);
    std::fs::write(&path, table.to_text() + "64,128,1").unwrap();
    assert!(LatencyTable::read(&path).unwrap_err().to_string().contains("3 fields"));
    let read = LatencyTable::read_partial(&path).unwrap();
    assert_eq!(read.table, table);
    assert!(read.dropped.unwrap().contains("dropped `64,128,1`"));
    std::fs::remove_file(&path).unwrap();
    let message = LatencyTable::read(&path).unwrap_err().to_string();
    assert!(message.contains("latency-table-") && message.contains("check path"), "{message}");
}
