//! Every statistic against SciPy's, of the samples and the version that `scipy_reference.csv` names.

use super::*;

/// One line of SciPy's values.
struct Case {
    function: String,
    a: Vec<f64>,
    b: Vec<f64>,
    confidence: f64,
    expected: Vec<f64>,
}

fn cases(function: &str) -> Vec<Case> {
    let text = include_str!("scipy_reference.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let numbers = |text: &str| text.split_whitespace().map(|number| number.parse().unwrap()).collect();
    let case = |row: csv::StringRecord| Case {
        function: row[0].to_string(),
        a: numbers(&row[1]),
        b: numbers(&row[2]),
        confidence: row[3].parse().unwrap_or(f64::NAN),
        expected: numbers(&row[4]),
    };
    let cases: Vec<Case> = reader.records().map(|row| case(row.unwrap())).collect();
    let cases: Vec<Case> = cases.into_iter().filter(|case| case.function == function).collect();
    assert!(cases.len() > 9, "{} cases of {function}", cases.len());
    cases
}

/// Both with at most this relative difference.
#[track_caller]
fn assert_close(case: &Case, found: &[f64], tolerance: f64) {
    for (found, expected) in found.iter().zip(&case.expected) {
        let close = (found - expected).abs() <= tolerance * expected.abs();
        assert!(close, "{found} instead of {expected}, {:?} and {:?}", case.a, case.b);
    }
}

#[test]
fn student_intervals_are_scipy_s() {
    for case in cases("student") {
        let (low, high) = student_interval(&case.a, case.confidence).unwrap();
        assert_close(&case, &[low, high], 1e-9);
    }
}

#[test]
fn welch_s_test_is_scipy_s() {
    for case in cases("welch") {
        let test = Welch::of(&case.a, &case.b).unwrap();
        let (low, high) = test.interval(case.confidence);
        let p = [test.p_two_sided(), test.p_less(), test.p_greater()];
        assert_close(&case, &[test.t, test.degrees_of_freedom, p[0], p[1], p[2], low, high], 1e-9);
    }
}

#[test]
fn the_mann_whitney_test_is_scipy_s() {
    for case in cases("mann_whitney") {
        let test = mann_whitney(&case.a, &case.b).unwrap();
        assert_close(&case, &[test.u, test.p_two_sided(), test.p_less(), test.p_greater()], 1e-9);
    }
}

/// A quantile q of B resamples has the standard error sqrt(q (1 - q) / B) over the density there.
/// For q = 2.5 %, B = 9,999 and a normal distribution that is 0.027 standard errors of the mean;
/// five times that is allowed, for SciPy's quantiles of a million resamples are nearly exact.
#[test]
fn bootstrap_intervals_are_scipy_s_but_for_chance() {
    for case in cases("bootstrap") {
        let (low, high) = bootstrap_interval(&case.a, case.confidence, 42).unwrap();
        let allowed = 5.0 * 0.027 * case.expected[2];
        for (found, expected) in [low, high].iter().zip(&case.expected) {
            assert!((found - expected).abs() <= allowed, "{found} instead of {expected}, {:?}", case.a);
        }
    }
}
