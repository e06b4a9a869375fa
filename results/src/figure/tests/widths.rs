//! Whatever the width: no text is cut or lies on another, and something is to be seen of every mark.

use std::path::PathBuf;

use proptest::prelude::*;
use roxmltree::{Document, Node};

use crate::fixtures::{detection, structured, unknowns};

use super::super::*;
use super::assert_readable;
use crate::figure::shape::encloses;

/// Least part of a mark that is to be seen.
const SEEN: f64 = 0.2;

/// A mark as it is drawn: its corners, none of a disc; its middle and radius; and its colours.
struct Drawn {
    corners: Vec<(f64, f64)>,
    disc: Option<(f64, f64, f64)>,
    colours: [String; 2],
}

impl Drawn {
    fn of(node: Node) -> Option<Drawn> {
        let number = |name: &str| node.attribute(name)?.parse::<f64>().ok();
        if node.attribute("stroke-width") != Some("2") {
            return None;
        }
        let colours = ["fill", "stroke"].map(|name| node.attribute(name).unwrap_or_default().to_string());
        match node.tag_name().name() {
            "circle" => {
                let disc = Some((number("cx")?, number("cy")?, number("r")?));
                Some(Drawn { corners: Vec::new(), disc, colours })
            }
            "polygon" => {
                let corner = |text: &str| {
                    let (x, y) = text.split_once(',')?;
                    Some((x.parse().ok()?, y.parse().ok()?))
                };
                let corners = node.attribute("points")?.split(' ').filter_map(corner).collect();
                Some(Drawn { corners, disc: None, colours })
            }
            _ => None,
        }
    }

    fn holds(&self, place: (f64, f64)) -> bool {
        match self.disc {
            Some((x, y, radius)) => (place.0 - x).hypot(place.1 - y) <= radius,
            None => encloses(&self.corners, place),
        }
    }

    /// Left, top, right and bottom.
    fn extent(&self) -> (f64, f64, f64, f64) {
        if let Some((x, y, radius)) = self.disc {
            return (x - radius, y - radius, x + radius, y + radius);
        }
        let fold = |of: fn(&(f64, f64)) -> f64, pick: fn(f64, f64) -> f64| {
            self.corners.iter().map(of).reduce(pick).unwrap()
        };
        (fold(|c| c.0, f64::min), fold(|c| c.1, f64::min), fold(|c| c.0, f64::max), fold(|c| c.1, f64::max))
    }

    /// Whether another one is the same mark in the same place: one of both is enough.
    fn is_same(&self, other: &Drawn) -> bool {
        let (a, b) = (self.extent(), other.extent());
        let near = (a.0 - b.0).abs() < 1.5 && (a.1 - b.1).abs() < 1.5 && (a.2 - b.2).abs() < 1.5;
        self.colours == other.colours && self.corners.len() == other.corners.len() && near
    }

    /// The part of it that marks above it do not hide.
    fn visible(&self, above: &[Drawn]) -> f64 {
        let (left, top, right, bottom) = self.extent();
        let reaches = |other: &&Drawn| {
            let (ol, ot, or, ob) = other.extent();
            ol < right && left < or && ot < bottom && top < ob
        };
        let near: Vec<&Drawn> = above.iter().filter(reaches).collect();
        let share = |at: u32, from: f64, to: f64| from + (to - from) * (f64::from(at) + 0.5) / 16.0;
        let places = (0..16).flat_map(|x| (0..16).map(move |y| (x, y)));
        let places = places.map(|(x, y)| (share(x, left, right), share(y, top, bottom)));
        let own: Vec<(f64, f64)> = places.filter(|place| self.holds(*place)).collect();
        let seen = own.iter().filter(|place| near.iter().all(|other| !other.holds(**place))).count();
        seen as f64 / own.len() as f64
    }
}

fn assert_seen(id: &str, svg: &str) {
    let document = Document::parse(svg).unwrap();
    let marks: Vec<Drawn> = document.descendants().filter_map(Drawn::of).collect();
    for (at, mark) in marks.iter().enumerate() {
        let above = &marks[at + 1..];
        let is_told = above.iter().any(|other| mark.is_same(other));
        let visible = mark.visible(above);
        assert!(is_told || visible >= SEEN, "{id}: {visible:.2} of the mark at {:?}", mark.extent());
    }
}

/// Every figure of the paper over records, and what is drawn of these records alone.
fn all(out: &Path, records: &[Record], look: &Look) -> Vec<Drawing> {
    let figures =
        figure_ids().into_iter().flat_map(|id| draw_as(&figure(id).unwrap(), out, records, look).drawings);
    figures.chain(drawings_as(out, records, look).drawings).collect()
}

pub(super) fn assert_sound(out: &Path, records: &[Record], look: &Look) -> usize {
    let drawn = all(out, records, look);
    for drawing in &drawn {
        let id = format!("{} at {}, {look:?}", drawing.id, look.width);
        assert_readable(&id, &drawing.svg);
        assert_seen(&id, &drawing.svg);
    }
    drawn.len()
}

/// The folders of results that come with the project, with their records.
fn recorded() -> Vec<(PathBuf, Vec<Record>)> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded");
    let folders = std::fs::read_dir(all).unwrap().map(|entry| entry.unwrap().path());
    let folders = folders.filter(|folder| folder.join("records.csv").exists());
    folders.map(|out| (out.clone(), records::Store::new(&out).load().unwrap().records)).collect()
}

#[test]
fn what_is_recorded_can_be_read_at_every_width() {
    for (out, records) in recorded() {
        for width in [Look::WIDTHS[0], 400, 480, 720, 1338, Look::WIDTHS[1]] {
            let look = Look { width, title: width != 480, notes: width != 480, ..Look::default() };
            assert!(assert_sound(&out, &records, &look) > 4, "{}", out.display());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 64, ..ProptestConfig::with_cases(24) })]

    /// Measured and published points together, close to each other and apart.
    #[test]
    fn no_text_is_cut_and_no_mark_hidden(
        width in Look::WIDTHS[0]..=Look::WIDTHS[1],
        narrow in any::<bool>(),
        title in any::<bool>(),
        notes in any::<bool>(),
        spread in 0.0..1.0f64,
        which in 0usize..4,
    ) {
        let width = if narrow { Look::WIDTHS[0] + width % 240 } else { width };
        let mut records = match which {
            0 => structured("mobilenet-v1"),
            1 => structured("resnet50"),
            2 => detection(),
            _ => unknowns(),
        };
        // Results that come closer to each other until they are all the same.
        for record in &mut records {
            record.top1 = record.top1.map(|top1| 70.0 + spread * (top1 - 70.0));
        }
        assert_sound(Path::new("nowhere"), &records, &Look { width, title, notes, ..Look::default() });
    }

    /// As many methods as there are, at one level or at several, with results that are nearly the same.
    #[test]
    fn every_method_is_seen_beside_all_others(
        width in Look::WIDTHS[0]..900u32,
        tops in proptest::collection::vec(0.0..0.4f64, 24),
        levels in 1usize..5,
    ) {
        let methods = ["static", "set", "snfs", "rigl", "iee", "magnitude", "magnitude-oneshot", "granet", "mest", "srigl", "top-kast"];
        let of_level = |level: &f64| {
            methods.iter().zip(&tops).map(|(method, top1)| super::groups::record(method, *level, 0, 91.0 + top1)).collect::<Vec<_>>()
        };
        let records: Vec<Record> = [0.8, 0.9, 0.95, 0.99][..levels].iter().flat_map(of_level).collect();
        assert_sound(Path::new("nowhere"), &records, &Look { width, ..Look::default() });
    }
}
