//! A drawing as PDF and as PNG, drawn with the bundled font alone, so that they look the same wherever they are made.

use std::sync::{Arc, LazyLock};

use png::{BitDepth, ColorType, Encoder, PixelDimensions, Unit};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use svg2pdf::usvg::fontdb::Database;
use svg2pdf::usvg::{Options, Tree};
use svg2pdf::{ConversionOptions, PageOptions};

use super::Drawing;
use super::font::FILE;

/// Pixels of a drawing in an inch, as in CSS.
const PIXELS_PER_INCH: f32 = 96.0;

/// Most pixels of a PNG file, which take four bytes each while they are drawn.
const MOST_PIXELS: f64 = (1u32 << 28) as f64;

/// Why a drawing cannot be a file of a format.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The drawing has too many pixels at this scale.
    #[error("at a scale of {0} the drawing has too many pixels; choose a smaller --scale or --width")]
    TooLarge(f32),
    /// The drawing could not be converted.
    #[error("the drawing cannot be converted: {0}; --format svg does without")]
    Conversion(String),
}

static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_font_data(FILE.to_vec());
    Arc::new(fonts)
});

impl Drawing {
    /// The drawing as a PDF file of one page, whose texts are texts in an embedded part of the font; 96 pixels are an
    /// inch.
    pub fn pdf(&self) -> Result<Vec<u8>, FileError> {
        let page = PageOptions { dpi: PIXELS_PER_INCH };
        let converted = svg2pdf::to_pdf(&self.tree()?, ConversionOptions::default(), page);
        converted.map_err(|error| FileError::Conversion(error.to_string()))
    }

    /// The drawing as a PNG file with `scale` pixels for each of its own. The file's resolution says how large that is in
    /// print.
    pub fn png(&self, scale: f32) -> Result<Vec<u8>, FileError> {
        let tree = self.tree()?;
        let [width, height] =
            [tree.size().width(), tree.size().height()].map(|length| (length * scale).ceil());
        let pixels = f64::from(width) * f64::from(height);
        if !(1.0..=MOST_PIXELS).contains(&pixels) {
            return Err(FileError::TooLarge(scale));
        }
        let mut pixmap = Pixmap::new(width as u32, height as u32).ok_or(FileError::TooLarge(scale))?;
        // At some scales the paper covers only a part of the last row and column.
        pixmap.fill(Color::WHITE);
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
        let colours: Vec<u8> =
            pixmap.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        encode(&colours, (pixmap.width(), pixmap.height()), scale)
    }

    fn tree(&self) -> Result<Tree, FileError> {
        let options = Options { fontdb: FONTS.clone(), ..Options::default() };
        Tree::from_str(&self.svg, &options).map_err(|error| FileError::Conversion(error.to_string()))
    }
}

fn encode(colours: &[u8], (width, height): (u32, u32), scale: f32) -> Result<Vec<u8>, FileError> {
    const INCHES_PER_METRE: f32 = 1.0 / 0.0254;
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    let resolution = (PIXELS_PER_INCH * scale * INCHES_PER_METRE).round() as u32;
    encoder.set_pixel_dims(Some(PixelDimensions { xppu: resolution, yppu: resolution, unit: Unit::Meter }));
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(colours));
    written.map_err(|error| FileError::Conversion(error.to_string()))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::super::*;
    use super::FileError;
    use crate::fixtures::structured;

    fn drawing(width: u32) -> Drawing {
        let look = Look { width, ..Look::default() };
        let figure = figure("fig3-resnet50").unwrap();
        draw_as(&figure, Path::new("nowhere"), &structured("resnet50"), &look).drawings.remove(0)
    }

    fn holds(bytes: &[u8], part: &str) -> bool {
        bytes.windows(part.len()).any(|window| window == part.as_bytes())
    }

    #[test]
    fn a_pdf_has_its_font_and_no_pictures() {
        let pdf = drawing(480).pdf().unwrap();
        assert!(pdf.starts_with(b"%PDF-1.") && pdf.trim_ascii_end().ends_with(b"%%EOF"));
        for part in ["LiberationSans", "/FontFile", "/ToUnicode", "/Count 1"] {
            assert!(holds(&pdf, part), "{part}");
        }
        assert!(!holds(&pdf, "/Subtype /Image"));
        // 96 pixels are an inch, and 72 points.
        assert!(holds(&pdf, "/MediaBox [0 0 360 "), "480 pixels");
        // The entries of a dictionary have no order.
        let lines = |pdf: &[u8]| {
            let mut lines: Vec<Vec<u8>> = pdf.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            lines.sort();
            lines
        };
        assert!(lines(&pdf) == lines(&drawing(480).pdf().unwrap()), "the same every time");
    }

    /// What another program reads in it.
    #[test]
    fn the_texts_of_a_pdf_are_texts() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("figure.pdf");
        std::fs::write(&file, drawing(720).pdf().unwrap()).unwrap();
        let Ok(read) = Command::new("pdftotext").arg(&file).arg("-").stderr(Stdio::inherit()).output() else {
            eprintln!("skipped: no pdftotext; install poppler-utils");
            return;
        };
        assert!(read.status.success());
        let said = String::from_utf8(read.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        for label in ["Top-1 accuracy (%)", "IEE from pretrained", "HALP", "30%", "Measured: profile paper"] {
            assert!(said.contains(label), "{label}: {said}");
        }
    }

    #[test]
    fn a_png_has_the_pixels_that_are_asked_for_and_letters_in_them() {
        let drawing = drawing(480);
        let document = roxmltree::Document::parse(&drawing.svg).unwrap();
        let number =
            |node: &roxmltree::Node, name: &str| node.attribute(name).unwrap().parse::<f64>().unwrap();
        let (width, height) = (480.0, number(&document.root_element(), "height"));
        for scale in [0.5f32, 1.3, 2.0] {
            let file = drawing.png(scale).unwrap();
            let decoder = png::Decoder::new(std::io::Cursor::new(file));
            let mut reader = decoder.read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            let info = reader.next_frame(&mut pixels).unwrap();
            let expected = [width, height].map(|length| (length * f64::from(scale)).ceil() as u32);
            assert_eq!([info.width, info.height], expected);
            let dims = reader.info().pixel_dims.unwrap();
            assert_eq!(dims.xppu, (96.0 * scale / 0.0254).round() as u32);
            let last = &pixels[pixels.len() - 3 * info.width as usize..];
            assert!(last.iter().all(|part| *part >= 250), "no line at the lower edge at {scale}");
            // Where a text stands there is ink.
            for text in document.descendants().filter(|node| node.has_tag_name("text")) {
                if text.attribute("transform").is_some() {
                    continue;
                }
                let (x, y, size) = (number(&text, "x"), number(&text, "y"), number(&text, "font-size"));
                let wide = text.attribute("textLength").map_or(8.0, |wide| wide.parse().unwrap());
                let [left, right, top, bottom] =
                    [x, x + wide, y - 0.7 * size, y].map(|at| (at * f64::from(scale)) as usize);
                let dark = (top..bottom).flat_map(|row| (left..right).map(move |column| (row, column)));
                let dark =
                    dark.filter(|(row, column)| pixels[3 * (row * info.width as usize + column)] < 160);
                assert!(dark.count() > 0, "{:?} at {scale}", text.text());
            }
        }
        assert!(matches!(drawing.png(80.0), Err(FileError::TooLarge(_))));
    }
}
