//! A curve in a line of text.

/// From the least to the greatest.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The mean of the values in each of `points` equal parts of the steps, drawn between the least and the greatest mean; a
/// part without a value is drawn as the one before it. Empty without values.
pub fn sparkline(values: &[(u64, f64)], points: usize) -> String {
    let (Some((first, _)), Some((last, _))) = (values.first(), values.last()) else { return String::new() };
    let span = (last.saturating_sub(*first) + 1) as f64;
    let mut sums = vec![(0.0, 0u32); points.max(1)];
    for (step, value) in values {
        let part = (step.saturating_sub(*first) as f64 / span * sums.len() as f64) as usize;
        let part = part.min(sums.len() - 1);
        sums[part].0 += value;
        sums[part].1 += 1;
    }
    let means = sums.iter().map(|(sum, count)| (*count > 0).then(|| sum / f64::from(*count)));
    let means: Vec<Option<f64>> = means.collect();
    let known = means.iter().flatten();
    let (least, most) = known.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
    let mut line = String::new();
    let mut before = least;
    for mean in means {
        before = mean.unwrap_or(before);
        let height = if most > least { (before - least) / (most - least) } else { 0.0 };
        line.push(HEIGHTS[((height * 7.0).round() as usize).min(7)]);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_runs_between_its_least_and_greatest_value() {
        let values: Vec<(u64, f64)> = (0..80).map(|step| (step, step as f64)).collect();
        assert_eq!(sparkline(&values, 8), "▁▂▃▄▅▆▇█");
        let falling: Vec<(u64, f64)> = (0..80).map(|step| (step, -(step as f64))).collect();
        assert_eq!(sparkline(&falling, 8), "█▇▆▅▄▃▂▁");
        assert_eq!(sparkline(&[(0, 1.0), (99, 2.0)], 4), "▁▁▁█");
        assert_eq!(sparkline(&[(5, 3.0)], 3), "▁▁▁");
        assert_eq!(sparkline(&[], 3), "");
    }
}
