//! The picture's SVG string, drawn to a PNG of a stated resolution.

use std::io::Write;

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::Tree;

use super::sheet::{PX_PER_INCH, Sheet};
use crate::error::{Error, Result};

/// The resolutions that a picture can be drawn at, in dots per inch.
const RESOLUTIONS: std::ops::RangeInclusive<f64> = 20.0..=2400.0;
/// Pixels in the largest picture that is drawn: 20,000 × 20,000.
const LARGEST: f64 = 4e8;
/// Rows of pixels that are drawn at once.
const BAND: u32 = 640;

/// Draws an SVG string. `dpi` is dots per inch at print size, which the file also states.
pub fn draw(svg: &str, dpi: f64) -> Result<Vec<u8>> {
    draw_sheet(&Sheet::parse(svg)?, dpi)
}

/// [`draw`] of a picture that is parsed already.
pub fn draw_sheet(sheet: &Sheet, dpi: f64) -> Result<Vec<u8>> {
    if !RESOLUTIONS.contains(&dpi) {
        return Err(Error::usage(format!("a picture can't have {dpi} dots per inch"))
            .with_hint("give 20 to 2400; print asks for 300 to 600"));
    }
    let failed = |reason: String| Error::Draw { what: "PNG".into(), reason };
    let tree = &sheet.tree;
    let scale = dpi / PX_PER_INCH;
    let width = (f64::from(tree.size().width()) * scale).round();
    let height = (f64::from(tree.size().height()) * scale).round();
    if !(width >= 1.0 && height >= 1.0 && width * height <= LARGEST) {
        return Err(failed(format!("{width} × {height} pixels is not a size for a picture")));
    }
    let size = (width as u32, height as u32);
    encode(tree, size, dpi).map_err(|e| failed(e.to_string()))
}

/// Draws the picture band by band, so that a large one needs little memory, and writes it as 8-bit
/// RGB. It is white below, so that alpha would say nothing.
fn encode(
    tree: &Tree,
    (width, height): (u32, u32),
    dpi: f64,
) -> std::result::Result<Vec<u8>, png::EncodingError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    let per_metre = (dpi / 25.4 * 1000.0).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    // Flat areas repeat whole rows of bytes, which filters only break up.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_deflate_compression(png::DeflateCompression::Level(1));
    let mut writer = encoder.write_header()?;
    let mut stream = writer.stream_writer()?;
    let scale = (width as f32 / tree.size().width(), height as f32 / tree.size().height());
    let mut pixels = Pixmap::new(width, height.min(BAND))
        .ok_or_else(|| std::io::Error::other(format!("no memory for {width} pixels in a row")))?;
    let mut row = Vec::with_capacity(width as usize * 3);
    for top in (0..height).step_by(BAND as usize) {
        pixels.fill(Color::WHITE);
        let place = Transform::from_scale(scale.0, scale.1).post_translate(0.0, -(top as f32));
        resvg::render(tree, place, &mut pixels.as_mut());
        let rows = (height - top).min(BAND) as usize;
        for line in pixels.data().chunks_exact(width as usize * 4).take(rows) {
            row.clear();
            row.extend(line.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]));
            stream.write_all(&row)?;
        }
    }
    stream.finish()?;
    writer.finish()?;
    Ok(out)
}
