//! Where the labels of points go: beside their points and over nothing else, or they are dropped.

/// A rectangle in pixels: left, top, right, bottom.
pub type Box4 = (i32, i32, i32, i32);

/// Width of a text in pixels, estimated for a wide sans-serif font. Of a size, which is measured from
/// line to line, a letter is four fifths high.
pub fn width(text: &str, size: i32) -> i32 {
    let ems: f64 = text
        .chars()
        .map(|character| match character {
            'a'..='z' | ' ' | '(' | ')' | '.' | ',' | '-' => 0.58,
            '%' | '×' | '†' | 'M' | 'W' => 0.95,
            _ => 0.7,
        })
        .sum();
    (ems * f64::from(size) / 1.24).ceil() as i32
}

/// Breaks a text into lines of at most so many pixels, at blanks if it has them.
pub fn fold(text: &str, size: i32, most: i32) -> Vec<String> {
    let mut lines = vec![String::new()];
    let fits = |line: &str, more: &str| width(&format!("{line}{more}"), size) <= most;
    for word in text.split_whitespace() {
        let gap = if lines.last().is_none_or(String::is_empty) { "" } else { " " };
        let line = lines.last_mut().expect("there is always a line");
        if fits(line, &format!("{gap}{word}")) {
            line.push_str(gap);
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(String::new());
        }
        for character in word.chars() {
            let line = lines.last_mut().expect("there is always a line");
            let mut encoded = [0; 4];
            match line.is_empty() || fits(line, character.encode_utf8(&mut encoded)) {
                true => line.push(character),
                false => lines.push(character.to_string()),
            }
        }
    }
    lines
}

/// Places for labels in a drawing.
pub struct LabelPlaces {
    bounds: Box4,
    taken: Vec<Box4>,
}

impl LabelPlaces {
    /// The places within `bounds` that are not taken by points.
    pub fn new(bounds: Box4, points: &[(i32, i32)], radius: i32) -> LabelPlaces {
        let around = |(x, y): &(i32, i32)| (x - radius, y - radius, x + radius, y + radius);
        LabelPlaces { bounds, taken: points.iter().map(around).collect() }
    }

    /// Keeps labels off the straight line between two points.
    pub fn avoid_line(&mut self, (x, y): (i32, i32), to: (i32, i32)) {
        let (across, down) = (f64::from(to.0 - x), f64::from(to.1 - y));
        let steps = (across.abs().max(down.abs()) / 4.0).ceil().max(1.0);
        let at = |step: f64| (x + (across * step / steps) as i32, y + (down * step / steps) as i32);
        let dots = (0..=steps as i32).map(|step| at(f64::from(step)));
        self.taken.extend(dots.map(|(x, y)| (x - 2, y - 2, x + 2, y + 2)));
    }

    /// Takes a place for a text beside a point, and returns its top left corner; none if every place
    /// is taken.
    pub fn place(&mut self, (x, y): (i32, i32), radius: i32, text: &str, size: i32) -> Option<(i32, i32)> {
        let (width, gap) = (width(text, size), radius + 2);
        let corners = [
            (x + gap, y - size / 2),
            (x - gap - width, y - size / 2),
            (x - width / 2, y - gap - size),
            (x - width / 2, y + gap),
            (x + radius, y - radius - size),
            (x + radius, y + radius),
            (x - radius - width, y - radius - size),
            (x - radius - width, y + radius),
        ];
        let boxes = corners.map(|(left, top)| (left, top, left + width, top + size));
        let free = |place: &Box4| {
            within(*place, self.bounds) && self.taken.iter().all(|taken| !overlap(*place, *taken))
        };
        let place = boxes.into_iter().find(free)?;
        self.taken.push(place);
        Some((place.0, place.1))
    }
}

fn within(inner: Box4, outer: Box4) -> bool {
    inner.0 >= outer.0 && inner.1 >= outer.1 && inner.2 <= outer.2 && inner.3 <= outer.3
}

fn overlap(a: Box4, b: Box4) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn labels_lie_inside_and_over_nothing(points in proptest::collection::vec((0..200, 0..200), 1..40)) {
            let mut labels = LabelPlaces::new((0, 0, 200, 200), &points, 5);
            let mut placed: Vec<Box4> = Vec::new();
            for point in &points {
                let Some((left, top)) = labels.place(*point, 5, "30%", 10) else { continue };
                let label = (left, top, left + width("30%", 10), top + 10);
                prop_assert!(within(label, (0, 0, 200, 200)));
                prop_assert!(placed.iter().all(|other| !overlap(label, *other)));
                let marks = points.iter().map(|(x, y)| (x - 5, y - 5, x + 5, y + 5));
                prop_assert!(marks.into_iter().all(|mark| !overlap(label, mark)));
                placed.push(label);
            }
        }
    }

    proptest! {
        #[test]
        fn folded_lines_fit_and_hold_every_word(text in "[ -~]{0,80}", most in 40..200) {
            let lines = fold(&text, 20, most);
            prop_assert!(lines.iter().all(|line| width(line, 20) <= most), "{lines:?}");
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }

    #[test]
    fn a_label_keeps_off_a_line() {
        let mut labels = LabelPlaces::new((0, 0, 200, 200), &[(100, 100)], 5);
        labels.avoid_line((100, 100), (190, 96));
        assert_eq!(labels.place((100, 100), 5, "30%", 10), Some((74, 95)));
    }

    #[test]
    fn a_lonely_point_has_its_label_on_the_right() {
        let mut labels = LabelPlaces::new((0, 0, 200, 200), &[(100, 100)], 5);
        assert_eq!(labels.place((100, 100), 5, "30%", 10), Some((107, 95)));
        assert_eq!(LabelPlaces::new((0, 0, 9, 9), &[], 5).place((5, 5), 5, "30%", 10), None);
    }
}
