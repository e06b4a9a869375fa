//! Measured throughput as a person reads it.

use crate::columns::align;
use trial::protocol::{FpsAnswer, Measurement};

/// What is shown where nothing was measured.
const NOTHING: &str = "–";

/// The table, with notes below it.
pub fn text(answer: &FpsAnswer) -> String {
    let threads = if answer.threads == 1 { "thread" } else { "threads" };
    let mut text = format!(
        "{}, {} {threads}; the timer is precise to {:.0} ns\n\n",
        answer.device, answer.threads, answer.timer_ns
    );
    let header = [
        "Network",
        "Protocol",
        "Batch",
        "Format",
        "Layout",
        "FPS (95 % interval)",
        "vs dense",
        "ms/batch",
        "Post-processing",
        "FPS with it",
        "Clock",
        "Power",
        "Energy per image",
        "Temperature",
        "Verdict",
    ];
    let mut rows = vec![header.map(String::from).to_vec()];
    let several = answer.measurements.windows(2).any(|pair| pair[0].layout != pair[1].layout);
    rows.extend(answer.measurements.iter().map(|measurement| row(answer, measurement, several)));
    text += &align(&without_empty_columns(rows), 0);
    let name = |measurement: &Measurement| &answer.networks[measurement.network].name;
    let notes = answer.measurements.iter().flat_map(|measurement| {
        measurement.notes.iter().map(move |note| format!("{}: {note}", name(measurement)))
    });
    let notes: Vec<String> = notes.chain(answer.missing.iter().cloned()).collect();
    if !notes.is_empty() {
        text += &format!("\nnote: {}\n", notes.join("\nnote: "));
    }
    text
}

/// The row of `measurement`; `several` is whether others have another layout.
fn row(answer: &FpsAnswer, measurement: &Measurement, several: bool) -> Vec<String> {
    let or_nothing = |cell: Option<String>| cell.unwrap_or_else(|| NOTHING.into());
    let readings = &measurement.readings;
    let interval = measurement.interval;
    let interval = interval.map(|(low, high)| format!(" ({}–{})", figure(low), figure(high)));
    let verdict = match measurement.doubts.as_slice() {
        [] => "VALID".to_string(),
        doubts => format!("INVALID: {}", doubts.join("; ")),
    };
    let post = measurement.postprocess;
    let with_post =
        |(post, _): (f64, f64)| 1e3 * measurement.batch as f64 / (measurement.milliseconds + post);
    vec![
        answer.networks[measurement.network].name.clone(),
        measurement.protocol.to_string(),
        measurement.batch.to_string(),
        measurement.precision.to_string(),
        or_nothing(several.then(|| measurement.layout.to_string())),
        figure(measurement.fps) + &interval.unwrap_or_default(),
        or_nothing(measurement.relative_to_dense.map(|ratio| format!("{ratio:.2}×"))),
        figure(measurement.milliseconds),
        or_nothing(post.map(|(mean, deviation)| format!("{} ± {} ms", figure(mean), figure(deviation)))),
        or_nothing(post.map(with_post).map(figure)),
        or_nothing(readings.sm_clock.map(|range| format!("{:.0} MHz", range.median))),
        or_nothing(readings.power.map(|range| format!("{:.0} W", range.median))),
        or_nothing(readings.joules_per_image.map(|joules| format!("{} mJ", figure(joules * 1e3)))),
        or_nothing(readings.temperature.map(|range| format!("{:.0} °C", range.most))),
        verdict,
    ]
}

/// Rows without the columns in which nothing was measured; the first row is the header.
fn without_empty_columns(rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let columns = rows.first().map_or(0, Vec::len);
    let kept: Vec<usize> =
        (0..columns).filter(|&at| rows.iter().skip(1).any(|row| row[at] != NOTHING)).collect();
    rows.iter().map(|row| kept.iter().map(|&at| row[at].clone()).collect()).collect()
}

/// A number with at least three significant figures and no meaningless decimals.
fn figure(number: f64) -> String {
    let decimals = match number.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 4,
    };
    format!("{number:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use trial::protocol::{Layout, Precision, Protocol, ReadingRange, Readings, TimedNetwork};

    fn measurement(network: usize) -> Measurement {
        Measurement {
            network,
            protocol: Protocol::Stable,
            batch: 32,
            precision: Precision::Fp32,
            layout: Layout::ChannelsLast,
            fps: 1234.56,
            interval: Some((1200.0, 1250.4)),
            milliseconds: 25.92,
            forwards: 100,
            relative_to_dense: Some(1.638),
            per_reference: Some(12.5),
            postprocess: None,
            doubts: vec![],
            notes: vec![],
            readings: Readings::default(),
        }
    }

    fn answer(measurements: Vec<Measurement>) -> FpsAnswer {
        let network = |name: &str| TimedNetwork { name: name.into(), parameters: 1, macs: 1, dense: None };
        FpsAnswer {
            device: "a device".into(),
            threads: 1,
            timer_ns: 50.4,
            commit: "0".into(),
            missing: vec!["no clocks here".into()],
            networks: vec![network("one"), network("two")],
            measurements,
        }
    }

    #[test]
    fn columns_without_a_measurement_are_left_out() {
        let text = text(&answer(vec![measurement(0)]));
        let expected = "a device, 1 thread; the timer is precise to 50 ns\n\n\
            Network  Protocol  Batch  Format  FPS (95 % interval)  vs dense  ms/batch  Verdict\n\
            one      stable    32     fp32    1235 (1200–1250)     1.64×     25.9      VALID\n\n\
            note: no clocks here\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn layouts_are_shown_where_there_are_several() {
        let halp = Measurement { protocol: Protocol::Halp, layout: Layout::Nchw, ..measurement(1) };
        let text = text(&answer(vec![measurement(0), halp]));
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[2].contains("Format  Layout         FPS"), "{text}");
        assert!(lines[3].contains("fp32    channels-last  1235"), "{text}");
        assert!(lines[4].contains("fp32    nchw           1235"), "{text}");
    }

    #[test]
    fn post_processing_of_a_detector_has_columns_of_its_own() {
        let detector =
            Measurement { batch: 2, milliseconds: 20.0, postprocess: Some((5.0, 0.25)), ..measurement(0) };
        let text = text(&answer(vec![detector, measurement(1)]));
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[2].contains("ms/batch  Post-processing   FPS with it"), "{text}");
        assert!(lines[3].contains("20.0      5.00 ± 0.2500 ms  80.0 "), "{text}");
        assert!(lines[4].contains("25.9      –                 –  "), "{text}");
    }

    #[test]
    fn readings_doubts_and_notes_are_shown() {
        let range = |value| Some(ReadingRange { least: value, median: value, most: value + 1.0 });
        let readings = Readings {
            sm_clock: range(1410.0),
            power: range(300.0),
            temperature: range(60.0),
            joules_per_image: Some(0.0256),
            ..Readings::default()
        };
        let measured = Measurement {
            readings,
            doubts: vec!["hot".into(), "crowded".into()],
            notes: vec!["energy is odd".into()],
            interval: None,
            relative_to_dense: None,
            per_reference: None,
            postprocess: None,
            ..measurement(1)
        };
        let text = text(&answer(vec![measurement(0), measured]));
        for words in ["1410 MHz", "300 W", "25.6 mJ", "61 °C", "INVALID: hot; crowded", "two: energy is odd"]
        {
            assert!(text.contains(words), "{words}: {text}");
        }
    }
}
